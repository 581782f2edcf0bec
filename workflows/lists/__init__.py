"""Lists of what waits, for those whose work it is, and what their addresses say."""
