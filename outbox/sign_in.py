"""Who is signed in, read together with how many messages wait for them: every page shows both, and asks once."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from outbox.models import Channel, Message


class Backend(ModelBackend):
    """Django's own backend; the user it reads for a session bears `unread_messages`."""

    def get_user(self, user_id: Any) -> Any:
        """The user of a session, with their body and their unread messages; None where the account is closed."""
        own = Message.objects.unread().filter(recipient=OuterRef("pk"), channel=Channel.INBOX).order_by()
        unread = own.values("recipient").annotate(count=Count("pk")).values("count")
        users = get_user_model()._default_manager.select_related("body")
        user = users.annotate(unread_messages=Coalesce(Subquery(unread), 0)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
