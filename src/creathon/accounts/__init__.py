"""Owns people, their credentials, sessions, roles and invitations; rights are read anew each time."""
