"""The 2024 AdventHealth 400 at Kansas Speedway, told again event by event."""
