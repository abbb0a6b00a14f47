"""Sets Afterglow up and keeps it running.

Everything `make` calls lives here and needs only the standard library (Python 3.9 or newer), because it runs
before anything is installed. `serve`, `migrate` and `demo` are the exception: they run in the main environment.
"""
