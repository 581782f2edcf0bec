"""Where a case stands in the flow, and what the flow's people do beside it."""

from workflows.models.counter import Appointment, Slot, Ticket
from workflows.models.process import CaseProcess
from workflows.models.ratings import Rating, RatingQuerySet
from workflows.models.reminders import Reminded, Reminder
from workflows.models.scans import Referral, ReferralQuerySet, Scan
from workflows.models.suspicions import Suspicion, SuspicionQuerySet
from workflows.models.visits import Visit, VisitQuerySet

__all__ = [
    "Appointment",
    "CaseProcess",
    "Rating",
    "RatingQuerySet",
    "Referral",
    "ReferralQuerySet",
    "Reminded",
    "Reminder",
    "Scan",
    "Slot",
    "Suspicion",
    "SuspicionQuerySet",
    "Ticket",
    "Visit",
    "VisitQuerySet",
]
