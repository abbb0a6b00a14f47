"""How good the safety screen is, measured on what it has not learnt from. `make evaluate`; docs/safety.md tells how to read the report.

Knows safety and the corpus' reader; nothing that runs for a patient knows this package.
"""
