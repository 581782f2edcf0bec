"""What moves a limit: stops and extensions, and what is owed for a missed one. The rule itself: `permits.clock`."""
