"""Sending from the field over a bad line: whatever is lost, and whoever has to sign in again, all arrives, once, in its order."""

import json
import subprocess
from itertools import combinations, product
from typing import Any

from scripts.assets import ROOT, node_folder
from tests.field.test_standing import at, item

RUN = ROOT / "tests" / "field" / "sending.mjs"
FAULTS = ("", "cut", "lost", "busy", "out", "stale", "portal")


def play(*stories: dict[str, Any]) -> list[dict[str, Any]]:
    """What came of each story, in one run of Node."""
    command = [str(node_folder() / "node"), "--no-warnings", str(RUN)]
    done = subprocess.run(command, input=json.dumps(stories), capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def a_day() -> list[dict[str, Any]]:
    """Two findings, a photograph, a signature, and the end of the visit."""
    photo = item("photo", "photo", 3, taken_at=at(3), sha256="0" * 64, bytes="picture")
    signature = item("sign", "signature", 4, signed_at=at(4), who="business", name="王小店", bytes="drawn")
    return [item("end", "closing", 5, days=0), signature, photo, item("b", minute=2), item("a", minute=1)]


def two_faults(requests: int = 7) -> list[list[str]]:
    """Every fault, and every two of them, at any of so many requests: as many as an undisturbed day of two visits takes."""
    return [
        [{first: one, second: other}.get(place, "") for place in range(requests)]
        for first, second in combinations(range(requests), 2)
        for one, other in product(FAULTS, repeat=2)
    ]


def test_whatever_fails_all_arrives_once_and_in_its_order() -> None:
    sequences = two_faults()
    played = play(*({"items": a_day(), "faults": faults} for faults in sequences))
    for faults, one in zip(sequences, played, strict=True):
        assert one["order"] == [["a"], ["b"], ["photo", 7], ["sign", 5], ["end"]], faults
        assert set(one["states"]) == {"sent"} and one["files"] == 0, faults
        assert one["moments"] == {"a": at(1), "b": at(2), "photo": at(3), "sign": at(4), "end": at(5)}, faults
        assert ("out" in faults[: len(one["requests"][0])]) <= ("signed-out" in one["phases"]), faults
        assert one["phases"][-1] == "idle", faults


def test_a_lost_answer_is_asked_for_again_and_an_ended_session_goes_on_where_it_stopped() -> None:
    lost, cut, ended = play(
        {"items": a_day(), "faults": ["", "lost"]},
        {"items": a_day(), "faults": ["", "", "cut"]},
        {"items": a_day(), "faults": ["", "", "out"]},
    )
    assert (lost["again"], cut["again"], ended["again"]) == (2, 0, 0)
    posts = [[one for one in run if one.startswith("POST")] for run in ended["requests"]]
    assert posts == [
        ["POST /visits/v/entries/", "POST /visits/v/photos/"],
        ["POST /visits/v/photos/", "POST /visits/v/signatures/", "POST /visits/v/close/"],
    ]
    assert ended["phases"] == ["sending", "signed-out", "sending", "idle"]


def test_a_visit_is_not_closed_over_a_photograph_that_was_not_taken_in() -> None:
    (held,) = play({"items": a_day(), "faults": ["", "", "no"], "runs": 2})
    assert [one for one, *_size in held["order"]] == ["a", "b", "sign"]
    assert sorted(held["states"]) == ["refused", "sent", "sent", "sent", "waiting"]


def test_only_what_has_changed_is_fetched() -> None:
    looked, changed, worked = play(
        {"items": [], "runs": 3},
        {"items": [], "runs": 2, "between": {"1": {"w": 2}}},
        {"items": [item("a")], "runs": 1},
    )
    first, _second, quiet = looked["requests"]
    changed, sent = changed["requests"][-1], worked["requests"][-1]
    assert first == ["GET /visits/", "GET /visits/v/", "GET /visits/w/"]
    assert quiet == ["GET /visits/"]
    assert changed == ["GET /visits/", "GET /visits/w/"]
    assert sent == ["GET /visits/", "POST /visits/v/entries/", "GET /visits/v/", "GET /visits/w/"]
