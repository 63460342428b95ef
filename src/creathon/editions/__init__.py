"""Owns editions, their theme, phases and sites; promises that what is open is computed from the clock, never stored."""
