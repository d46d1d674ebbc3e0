"""Statistics of a race, each with what it was counted from and how."""
