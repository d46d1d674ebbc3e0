"""The tracker held against races that nobody here wrote, one module for each kind of file."""
