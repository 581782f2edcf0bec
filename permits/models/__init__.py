"""The case and everything that hangs on it."""

from permits.models.bars import ReapplyBar
from permits.models.case import Case, CaseMatter, Section
from permits.models.channels import Assistance, Handover, SlipPrint
from permits.models.clocks import ClockStop, LimitExtension
from permits.models.delays import DelayReason
from permits.models.delivery import Delivery
from permits.models.drop_ins import DropIn
from permits.models.filing import Commitment, FormEntry, Material, Supplement, SupplementItem
from permits.models.gaps import CompletenessReview, Gap
from permits.models.hearings import Hearing
from permits.models.held import HeldPermit
from permits.models.industry_commitments import IndustryCommitment
from permits.models.inspection import Finding, Inspection, InspectionMatter, InspectionOfficer
from permits.models.inspection_record import InspectionEntry, InspectionPhoto, InspectionSignature, RectificationPoint
from permits.models.paper import Document
from permits.models.phone import PhonePass
from permits.models.promises import BreachRecord, PostCheck
from permits.models.proofs import ProofCheck, ProofCommitment
from permits.models.proposals import Proposal
from permits.models.refusals import TakingRefusal
from permits.models.tolerance import Tolerance
from permits.models.wording import Wording, WordingDraft

__all__ = [
    "Assistance",
    "BreachRecord",
    "Case",
    "CaseMatter",
    "ClockStop",
    "Commitment",
    "CompletenessReview",
    "DelayReason",
    "Delivery",
    "Document",
    "DropIn",
    "Finding",
    "FormEntry",
    "Gap",
    "Handover",
    "Hearing",
    "IndustryCommitment",
    "HeldPermit",
    "Inspection",
    "InspectionEntry",
    "InspectionMatter",
    "InspectionOfficer",
    "InspectionPhoto",
    "InspectionSignature",
    "LimitExtension",
    "Material",
    "PhonePass",
    "PostCheck",
    "ProofCheck",
    "ProofCommitment",
    "Proposal",
    "ReapplyBar",
    "RectificationPoint",
    "Section",
    "SlipPrint",
    "Supplement",
    "SupplementItem",
    "TakingRefusal",
    "Tolerance",
    "Wording",
    "WordingDraft",
]
