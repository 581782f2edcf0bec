"""Settings: what is read from the environment, and what production refuses."""
