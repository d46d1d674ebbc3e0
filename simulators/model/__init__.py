"""Races that never were: any track, any field, any length, told as feed events."""
