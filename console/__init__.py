"""The clinicians' screens: the queue, one conversation on one screen, the patients. Knows the record, never the gateway."""
