"""The combined licence as a container over single permits, its frozen versions, the keys that sign its code, what is applied
for after the grant, what the city's store has of it."""

from certificates.models.applications import ApplicationPart, HolderApplication
from certificates.models.collection import CollectedEntry, CollectionDay
from certificates.models.duties import RegistrationDuty
from certificates.models.licences import (
    Licence,
    LicenceItem,
    LicencePrint,
    LicenceVersion,
    SealCertificate,
    SigningKey,
)
from certificates.models.proposals import ActProposal

__all__ = [
    "ActProposal",
    "ApplicationPart",
    "CollectedEntry",
    "CollectionDay",
    "HolderApplication",
    "Licence",
    "LicenceItem",
    "LicencePrint",
    "LicenceVersion",
    "RegistrationDuty",
    "SealCertificate",
    "SigningKey",
]
