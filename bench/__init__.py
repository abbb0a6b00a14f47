"""Measurements. Speed is a ratio to a baseline of the same run wherever there is one."""
