"""A case in words: what happened, whose turn it is, what comes next."""
