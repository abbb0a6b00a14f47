"""Trains the network of the safety screen. Runs in its own environment (training/requirements.lock); see docs/safety-model.md."""
