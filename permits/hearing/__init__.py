"""Hearings (听证): the right, the parties, the record, and what a decision owes to it (R2.23)."""
