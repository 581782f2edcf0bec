"""Where private keys must not lie: among what is served, and in production not beside the source either. And what an
electronic licence's identifier is made of. And how the city's store is reached."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from certificates import elicence

SHORTEST_SECRET = 32


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
def store_can_be_reached(**_kwargs: Any) -> list[CheckMessage]:
    """certificates.E003: the store of licences cannot be used as it is set, or its key is too short to sign with."""
    path = settings.ELICENCE_STORE
    if not path:
        return []
    hint = "docs/district.md, Collection, says which settings belong together."
    try:
        import_string(path)()
    except (ImportError, ImproperlyConfigured) as error:
        return [Error(f"ELICENCE_STORE={path!r}: {error}", hint=hint, id="certificates.E003")]
    if settings.ELICENCE_STORE_SECRET and len(settings.ELICENCE_STORE_SECRET) < SHORTEST_SECRET:
        words = f"ELICENCE_STORE_SECRET has fewer than {SHORTEST_SECRET} signs."
        return [Error(words, hint=hint, id="certificates.E003")]
    return []


@register
def identifiers_can_be_made(**_kwargs: Any) -> list[CheckMessage]:
    """certificates.E002: the codes of the electronic licence's identifier have not their lengths (GB/T 36904)."""
    try:
        elicence.identifier(kind=settings.LICENCE_TYPE_CODE, issuer=settings.LICENCE_ISSUER_CODE, number="", version=1)
    except ValueError as error:
        hint = "LICENCE_TYPE_CODE has 21 digits and capitals, LICENCE_ISSUER_CODE 18."
        return [Error(f"No electronic licence's identifier can be made: {error}", hint=hint, id="certificates.E002")]
    return []
