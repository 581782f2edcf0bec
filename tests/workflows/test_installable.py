"""The apps as the server hands them out: for officers, the same for all of them, a new version with each build."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from permits.inspections import arranging
from permits.models import InspectionEntry
from tests.workflows.conftest import Story
from workflows.pages.installable import App

pytestmark = pytest.mark.django_db
MRB, TOBACCO = "dept_mrb", "dept_tobacco"
APPS = ("/inspect/field/", "/scan/")
"""Those of the officers; `/show/` is the business's."""


def signed_in(story: Story, department: str) -> Client:
    client = Client()
    client.force_login(story.cast.officer(department))
    return client


def shell_of(client: Client, app: str) -> dict[str, Any]:
    """What the service worker is told to keep."""
    script = client.get(f"{app}worker.js").content.decode()
    found = re.match(r"const SHELL = (\{.*?\});\n", script, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("app", APPS)
def test_the_page_is_for_officers_and_holds_nothing_of_anybody(story: Story, app: str) -> None:
    page = signed_in(story, MRB).get(app)
    assert page.status_code == 200
    assert page.content == signed_in(story, TOBACCO).get(app).content
    assert "csrf" not in page.content.decode()
    client = Client()
    assert client.get(app).status_code == 302
    client.force_login(story.cast.clerk)
    assert client.get(app).status_code == 403


def test_webassembly_runs_on_the_scanner_alone(story: Story) -> None:
    client = signed_in(story, MRB)
    rules = {app: client.get(app)["Content-Security-Policy"] for app in (*APPS, "/work/", "/v/")}
    assert {app for app, rule in rules.items() if "unsafe" in rule} == {"/scan/"}
    assert "script-src 'self' 'wasm-unsafe-eval'" in [rule.strip() for rule in rules["/scan/"].split(";")]


@pytest.mark.parametrize("app", [*APPS, "/show/"])
def test_everything_that_the_page_needs_is_kept(story: Story, monkeypatch: pytest.MonkeyPatch, app: str) -> None:
    client = signed_in(story, MRB)
    if app == "/show/":
        client.force_login(story.cast.shopkeeper)
    shell = shell_of(client, app)
    page = client.get(app).content.decode()
    own = set(re.findall(r'(?:src|href|data-wasm)="(/static/[^"#]+)', page))
    assert own <= set(shell["files"])
    for name in shell["files"]:
        found = finders.find(name.removeprefix(settings.STATIC_URL))
        assert found, name
        if name.endswith(".js"):
            asked = re.findall(r'from "(\.\.?/[\w/-]+\.js)"', Path(str(found)).read_text("utf-8"))
            assert {urljoin(name, one) for one in asked} <= set(shell["files"])
    assert shell == shell_of(Client(), app)
    monkeypatch.setattr(App, "page", lambda _app: "another page")
    assert shell_of(client, app)["version"] != shell["version"]


@pytest.mark.parametrize("app", [*APPS, "/show/"])
def test_a_telephone_is_told_how_to_install_it(app: str) -> None:
    answer = Client().get(f"{app}manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["display"]) == (app, "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    assert all(finders.find(icon["src"].removeprefix(settings.STATIC_URL)) for icon in told["icons"])


def test_nothing_is_read_or_written_for_another_account(story: Story) -> None:
    """The device means an officer who is not the one who is signed in."""
    case, now = story.accepted(), timezone.now()
    team = [one for body in (MRB, TOBACCO) for one in (story.cast.officer(body), story.cast.second_officer(body))]
    visit = arranging.arrange(case, on=now, officers=team, actor=story.officer(MRB), at=now)
    first, second = team[:2]
    client = signed_in(story, MRB)
    listed = client.get("/inspect/api/visits/", headers={"X-Field-Account": str(first.pk)}).json()
    assert listed["account"] == {"id": first.pk, "name": str(first)}
    entry = {"client_id": str(uuid4()), "point": "chk_food_layout", "finding": "pass", "made_at": now.isoformat()}
    sent = json.dumps({"entries": [entry]})
    address = f"/inspect/api/visits/{visit.key}/entries/"
    other = {"X-Field-Account": str(second.pk)}
    for refused in (
        client.get("/inspect/api/visits/", headers=other),
        client.post(address, sent, content_type="application/json", headers=other),
    ):
        assert (refused.status_code, refused.json()["code"]) == (401, "other_account")
    assert not InspectionEntry.objects.exists()
    own = client.post(address, sent, content_type="application/json", headers={"X-Field-Account": str(first.pk)})
    assert own.json()["answers"][0]["status"] == "accepted"
