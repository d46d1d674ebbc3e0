"""Rulebooks by series and season, as data: one module for each series."""
