"""Commands of `tracker` that need a module of their own; `tracker.cli` registers them."""
