"""The development tool that finds crossing times no fact of the race contradicts."""
