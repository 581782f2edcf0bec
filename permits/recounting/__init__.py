"""A calendar that changed moves days: of open clocks, checks, hearings, orders to put right. On, and never back what was told."""
