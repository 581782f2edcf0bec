"""Figures of a period, and the cases behind each."""
