"""The case and everything that hangs on it."""

from permits.models.case import Case, CaseMatter, Section
from permits.models.filing import Commitment, Delivery, FormEntry, Material, Supplement, SupplementItem
from permits.models.paper import Document

__all__ = [
    "Case",
    "CaseMatter",
    "Commitment",
    "Delivery",
    "Document",
    "FormEntry",
    "Material",
    "Section",
    "Supplement",
    "SupplementItem",
]
