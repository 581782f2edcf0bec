"""Sweeps over models, pages, templates and imports: habits that hold for every room, also for those to come."""
