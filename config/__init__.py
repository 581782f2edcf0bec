"""How the house is wired: settings from the environment, URLs, WSGI."""
