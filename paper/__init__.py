"""How a page becomes paper: PDF by WeasyPrint with one font configuration, the glyph guard, pictures of codes."""
