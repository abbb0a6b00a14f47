"""The trained layer: a small network that hears what no phrase list foresees. Nothing is loaded at import."""
