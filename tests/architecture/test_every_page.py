"""Every address answers a stranger in a way that was meant: a page, the way to the sign-in, or a plain refusal."""

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

MEANT = {200, 301, 302, 400, 401, 403, 404, 405}
READY = {"/readyz": {503}}  # an empty site is not ready, and says so
MEANT_FOR_NONSENSE = MEANT | {409, 410, 413, 415, 422, 429}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": str(uuid.UUID(int=0))}


def address(pattern: RoutePattern | RegexPattern) -> str | None:
    """A route with a sample in place of each parameter; None where a regular expression hides the parameters."""
    if isinstance(pattern, RegexPattern):
        return None
    route = str(pattern)
    for name, converter in pattern.converters.items():
        kind = next((kind for kind in SAMPLES if type(converter).__name__.lower().startswith(kind)), "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, SAMPLES[kind])
    return route if "<" not in route else None


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Every address of the site map below the resolver."""
    for entry in resolver.url_patterns:
        part = address(entry.pattern)
        if part is None:
            continue
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + part)
        elif isinstance(entry, URLPattern):
            yield prefix + part


PAGES = sorted(set(addresses(get_resolver())))


@pytest.mark.each_database
@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_gets_an_answer(client: Client, page: str) -> None:
    assert client.get(page).status_code in MEANT | READY.get(page, set())


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/licences/", "/v/", "/catalogue/about/"])
def test_a_public_page_answers_whoever_asks_for_its_head(client: Client, page: str) -> None:
    """Monitors and previews of links ask so."""
    assert client.head(page).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_may_post_nonsense(client: Client, page: str) -> None:
    assert client.post(page, {"x": "\u0001", "file": ""}).status_code in MEANT_FOR_NONSENSE


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_a_token_changes_nothing(page: str) -> None:
    """Whoever posts without a CSRF token is refused, but for addresses that take no POST at all."""
    answer = Client(enforce_csrf_checks=True).post(page, {})
    assert answer.status_code in {301, 302, 401, 403, 404, 405}


def test_the_site_map_is_not_empty() -> None:
    assert PAGES
