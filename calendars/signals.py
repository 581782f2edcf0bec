"""What the calendar says upward."""

from django.dispatch import Signal

calendar_changed = Signal()
"""Sent inside the loading transaction when a year was written or became official. `days`: tuple of the dates that began or
ceased to count, sorted; empty where only the notice is new, which makes dates firm that were provisional. `at`: the moment of loading."""
