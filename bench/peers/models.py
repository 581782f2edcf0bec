"""Where SpiffWorkflow's serialised state is kept: it brings no tables of its own."""

from django.db import models


class SpiffState(models.Model):
    """One running workflow as JSON text."""

    state = models.TextField()
