"""What has to leave the house, and what has left it."""

from outbox.models.message import Channel, DeliveryAttempt, Message, MessagePreference
from outbox.models.parcel import Parcel

__all__ = ["Channel", "DeliveryAttempt", "Message", "MessagePreference", "Parcel"]
