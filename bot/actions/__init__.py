"""The actions that Rasa calls: thin readers of the message's metadata around the pure programme."""
