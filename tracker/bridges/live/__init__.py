"""Other people's live feeds, told as our events while they happen.

A bridge is a link (how to reach the feed), a translator (what a message says; pure) and the frame
they share: `Bridge`. To add one, write both and give them to it as a `Feed`.
"""
