"""Where private keys must not lie: among what is served, and in production not beside the source either. And what an
electronic licence's identifier is made of."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from certificates import elicence


@register(Tags.security)
def keys_lie_apart(**_kwargs: Any) -> list[CheckMessage]:
    """certificates.E001: KEYS_DIR is within a folder whose files are handed out, or (production) within the repository."""
    folder = Path(settings.KEYS_DIR).resolve()
    served = [settings.MEDIA_ROOT, settings.STATIC_ROOT, settings.PUBLISHED_DIR, *settings.STATICFILES_DIRS]
    if settings.PRODUCTION:
        served.append(settings.BASE_DIR)
    within = next((root for root in map(Path, served) if folder.is_relative_to(root.resolve())), None)
    if within is None:
        return []
    return [
        Error(
            f"The private keys lie within {within}.",
            hint="Set KEYS_DIR to a folder of its own, outside the repository and of all that is served or backed up with it.",
            id="certificates.E001",
        )
    ]


@register
def identifiers_can_be_made(**_kwargs: Any) -> list[CheckMessage]:
    """certificates.E002: the codes of the electronic licence's identifier have not their lengths (GB/T 36904)."""
    try:
        elicence.identifier(kind=settings.LICENCE_TYPE_CODE, issuer=settings.LICENCE_ISSUER_CODE, number="", version=1)
    except ValueError as error:
        hint = "LICENCE_TYPE_CODE has 21 digits and capitals, LICENCE_ISSUER_CODE 18."
        return [Error(f"No electronic licence's identifier can be made: {error}", hint=hint, id="certificates.E002")]
    return []
