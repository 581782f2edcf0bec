"""The law as plain functions without Django, told the time, small enough for a lawyer to follow. The clock: `permits.clock`."""
