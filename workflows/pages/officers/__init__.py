"""Pages of the departments: their sections, clocks, hearings, checks and permits."""
