"""Builds an edition at a chosen stage, through the actions, with invented people."""
