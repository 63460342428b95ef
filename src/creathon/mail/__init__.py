"""Owns the outbox: every message is a row written in the transaction of its cause, delivered by the worker, once."""
