"""The front door: every channel comes in here, and nothing leaves but through the outbox."""
