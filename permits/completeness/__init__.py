"""The completeness check and its one supplement notice (一次性告知补正, R2.9 to R2.13)."""
