"""Pages and apps of those in the field: visits and the scanner."""
