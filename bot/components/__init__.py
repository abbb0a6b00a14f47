"""Rasa components of our own. They run inside Rasa, on Python 3.10."""
