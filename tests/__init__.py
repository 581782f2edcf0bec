"""How we know that the house stands: one folder per room, `scenarios/` for the law, `architecture/` for the habits."""
