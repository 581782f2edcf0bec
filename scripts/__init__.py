"""What the make targets do: set-up, serving, tests, checks. `bootstrap.py` runs before any package is installed."""
