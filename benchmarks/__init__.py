"""What the project claims about speed and truth, measured by a command."""
