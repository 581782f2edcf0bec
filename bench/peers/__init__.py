"""The same topology in other engines: start, five departments in parallel, join, end. Nothing of ours is used here."""
