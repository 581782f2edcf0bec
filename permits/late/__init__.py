"""Tolerant acceptance (容缺受理): papers that come after it, and what waits for them (R6.9 to R6.11)."""
