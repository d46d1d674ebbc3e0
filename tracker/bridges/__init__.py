"""Other people's feeds and files become our events; nothing here knows how a race is scored."""
