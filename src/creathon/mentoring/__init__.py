"""Owns phase two: programme, pairings, interviews and their notes, milestones; mentors read their own only."""
