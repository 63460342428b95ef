"""Owns projects, their revisions, files, deposits and receipts; promises that a draft is never taken for a deposit."""
