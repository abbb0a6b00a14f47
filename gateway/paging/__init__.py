"""Waking clinicians: the ladder, the pager that carries its calls, and the ways out. How it works: docs/paging.md."""
