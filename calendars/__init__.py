"""Which days count: the official calendar with make-up days, and working-day arithmetic on it."""
