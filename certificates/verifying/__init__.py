"""Does this licence hold? Asked of the database or of published files, answered in one shape."""
