"""The forms of those who act, by what they are about."""
