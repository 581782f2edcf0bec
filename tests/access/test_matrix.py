"""Who may open (GET) and who may send (POST) what: `matrix.txt` says it of every address, and every address stands in it.

An address that is new, or answers somebody else than before, fails here; `ACCESS=write` writes the file as the site is, for
whoever has read the difference and means it.
"""

import logging
import os
from copy import copy
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from outbox.sign_in import Backend
from tests.access.behind import parameters
from tests.access.site_map import ANSWERED, addresses, letter
from tests.access.world import TUESDAY, World, roles
from tests.workflows.conftest import Story

MATRIX = Path(__file__).with_name("matrix.txt")
PUBLIC = {
    "accessibility", "contact", "healthz", "home", "readyz", "set_language",
    "accounts:register_account", "accounts:sign_in", "accounts:sign_out",
    "certificates:enter", "certificates:published_keys", "certificates:published_status", "certificates:register",
    "certificates:verify",
    "industries:about", "industries:apply", "industries:commitments", "industries:issue", "industries:notice",
    "industries:notice_lookup", "industries:notice_pdf", "industries:questions", "industries:restart",
    "permits:phone", "permits:phone_enter", "permits:phone_photos", "workflows:drop_in_answer", "workflows:hearing_party",
    "workflows:chart", "workflows:chart_picture", "workflows:field_manifest", "workflows:field_worker",
    "workflows:look_up", "workflows:scan_manifest", "workflows:scan_worker",
    "workflows:show_manifest", "workflows:show_worker", "workflows:progress", "workflows:public_ratings",
}  # fmt: skip
"""What a stranger without an account may open: everything else is somebody's. Browsers fetch the app's worker on their own."""

ASKS = {"workflows:reports_cases": "?what=received"}
"""What an address has to be asked for."""

Cells = dict[str, str]


def asked(client: Client, method: str, path: str) -> str:
    """The letter of one request, whose traces are undone."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        try:
            answer = client.get(path) if method == "GET" else client.post(path, {})
            if answer.streaming:
                b"".join(answer)  # a file that is read is closed
            return letter(answer)
        finally:
            transaction.set_rollback(True)
            client.cookies = cookies


def no_template(name: str) -> NoReturn:
    raise TemplateDoesNotExist(name)


@pytest.fixture
def _letters_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an answer only the letter is read here: neither pages, nor those that say no, nor PDFs are drawn."""
    monkeypatch.setattr("django.views.defaults.loader", SimpleNamespace(get_template=no_template))
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_page: SafeString(""))
    for room in ("paper.pdf", "permits.rendering", "certificates.paper"):
        monkeypatch.setattr(f"{room}.render_pdf", lambda *_args, **_facts: b"%PDF-1.7")
    monkeypatch.setattr("certificates.paper.with_seal", lambda pdf, *_args, **_facts: pdf)


@pytest.fixture
def clients(story: Story, monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, Client]:
    """A browser for each role. Sessions live in their cookies, and who is signed in is read once, not at each of the requests."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    everybody = roles(story)
    read = {user.pk: Backend().get_user(user.pk) for user in everybody.values() if user is not None}
    monkeypatch.setattr(Backend, "get_user", lambda _self, pk: copy(read[int(pk)]))
    found = {role: Client() for role in everybody}
    for role, user in everybody.items():
        if user is not None:
            found[role].force_login(user)
    return found


@pytest.fixture
def table(
    story: Story, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, _letters_alone: None
) -> dict[str, Cells]:
    """Every address and method with the letter that each role gets."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    world = World(story)
    known = sorted(addresses(), key=lambda one: one.name)
    paths = {
        one.name: reverse(one.name, kwargs=dict(parameters(world, one.name, one.takes))) + ASKS.get(one.name, "")
        for one in known
    }
    return {
        f"{name} {method}": {role: asked(clients[role], method, path) for role in clients}
        for name, path in paths.items()
        for method in ("GET", "POST")
    }


def written(table: dict[str, Cells]) -> str:
    """The matrix as the file has it: a heading, then a line for each address and method."""
    width = max(map(len, table))
    names = list(next(iter(table.values())))
    head = "\n".join(f"# {'  ' * place}{name}" for place, name in enumerate(names))
    lines = (f"{name:{width}}  {' '.join(cells[role] for role in names)}" for name, cells in table.items())
    legend = "# + answered   - refused (403, 404)   s sent to the sign-in   . not offered (405)"
    return "\n".join([legend, head, *lines]) + "\n"


@pytest.mark.django_db
def test_every_address_answers_whom_it_should(table: dict[str, Cells]) -> None:
    text = written(table)
    if os.environ.get("ACCESS") == "write":
        MATRIX.write_text(text, encoding="utf-8")
    assert text.splitlines() == MATRIX.read_text(encoding="utf-8").splitlines()
    opened = {name.split()[0] for name, cells in table.items() if cells["anonymous"] == ANSWERED}
    assert opened <= PUBLIC
