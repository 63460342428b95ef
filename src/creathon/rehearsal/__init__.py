"""The dress rehearsal of an edition: a copy with a movable clock, invented people and messages that never leave."""
