"""The page of the dress rehearsal."""

from creathon.rehearsal.pages.stage import RehearsalPages

__all__ = ["RehearsalPages"]
