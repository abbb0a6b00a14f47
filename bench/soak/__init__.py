"""Two gateways on one PostgreSQL under random faults, and a judge who reads the rows afterwards."""
