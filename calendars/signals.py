"""What the calendar says upward."""

from django.dispatch import Signal

calendar_changed = Signal()
"""Sent inside the loading transaction when days began or ceased to count. `days`: tuple of those dates, sorted."""
