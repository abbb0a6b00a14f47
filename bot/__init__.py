"""Afterglow's Rasa project. Rasa runs on Python 3.10 (bot/.venv); only bot.actions runs on the main environment."""
