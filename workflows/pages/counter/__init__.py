"""Pages of the window staff."""
