"""`manage.py demo_data`: demo accounts, made-up enterprises, one finished case and others under way. Never in production."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.demo import make_demo_accounts
from workflows import demo


class Command(BaseCommand):
    """A second run changes nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing."""
        at = timezone.now()
        make_demo_accounts(at)
        demo.furnish(at)
