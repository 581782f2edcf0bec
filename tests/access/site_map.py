"""The addresses of the site by their names, read from the URLconf, and how a refusal is told from an answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

ANSWERED, SIGN_IN, REFUSED, NOT_OFFERED = "+", "s", "-", "."
LETTERS = {401: SIGN_IN, 403: REFUSED, 404: REFUSED, 405: NOT_OFFERED}


@dataclass(frozen=True, slots=True)
class Address:
    """One entry of the URLconf: its full name, and the names of what its path takes."""

    name: str
    takes: frozenset[str]


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[Address]:
    """Every named address of the site; one without a name is named by its path."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield Address(space + (entry.name or str(entry.pattern)), frozenset(entry.pattern.converters))


def letter(answer: HttpResponseBase) -> str:
    """What became of a request: answered (a page, a form with errors, the way on), sent to the sign-in, refused, not offered."""
    if answer.status_code in (301, 302) and "/sign-in/" in answer.headers["Location"]:
        return SIGN_IN
    return LETTERS.get(answer.status_code, ANSWERED)
