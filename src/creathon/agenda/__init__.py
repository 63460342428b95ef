"""Owns the partners of an edition, what each contributes, and the calendar of their events."""
