"""Owns teams, their members and how one joins; promises one team per person and edition, and never a sixth seat."""
