"""Drills: the platform is killed while teams work, then asked for everything it had acknowledged."""
