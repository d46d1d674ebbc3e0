"""Trouble on purpose, by seed, around any stream of events."""
