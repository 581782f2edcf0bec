"""What a device makes of what it keeps and what the server says: the pure part of the field app, asked in Node."""

import json
import subprocess
from typing import Any

from scripts.assets import ROOT, node_folder

RUN = ROOT / "tests" / "field" / "run.mjs"
ME, SHE = 1, 2


def ask(*calls: list[Any]) -> list[Any]:
    """Answers to several calls in one run of Node."""
    command = [str(node_folder() / "node"), "--no-warnings", str(RUN)]
    done = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def at(minute: int) -> str:
    return f"2026-03-04T10:{minute:02}:00+08:00"


def found(id: str, finding: str, minute: int, officer: int = ME, *, counts: bool = True) -> dict[str, Any]:
    """An entry as the server has it."""
    return {
        "client_id": id,
        "point": "p",
        "finding": finding,
        "note": "",
        "officer": officer,
        "made_at": at(minute),
        "counts": counts,
    }


def item(id: str, kind: str = "finding", minute: int = 0, **more: Any) -> dict[str, Any]:
    """An entry as the device keeps it."""
    kept = {"client_id": id, "kind": kind, "visit": "v", "point": "p", "made_at": at(minute), "state": "waiting"}
    return kept | ({"finding": "pass", "note": ""} if kind == "finding" else {}) | more


def bundle(*entries: dict[str, Any], disputed: bool = False, **more: Any) -> dict[str, Any]:
    points = [
        {"id": id, "text": id, "mine": id != "theirs", "is_disputed": disputed and id == "p"}
        for id in ("p", "q", "theirs")
    ]
    people = {"me": ME, "officers": [{"id": ME, "name": "我"}, {"id": SHE, "name": "她"}], "unsigned": [ME, SHE]}
    return people | {"points": points, "entries": list(entries), "photos": [], "signatures": []} | more


def points_of(calls: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """The point `p` of each bundle with each list of items."""
    return [answer[0] for answer in ask(*(["pointsOf", server, items] for server, items in calls))]


def test_what_was_not_sent_stands_over_what_the_server_has() -> None:
    mine = found("a", "pass", 1)
    sent, anew, known, refused = points_of([
        (bundle(mine), []),
        (bundle(mine), [item("b", minute=2, finding="fail", note="坏")]),
        (bundle(mine), [item("a", minute=1, state="sent")]),
        (bundle(mine), [item("b", minute=2, finding="fail", state="refused")]),
    ])  # fmt: skip
    assert (sent["finding"], sent["unsent"]) == ("pass", 0)
    assert (anew["finding"], anew["unsent"], anew["mineNow"]["note"]) == ("fail", 1, "坏")
    assert len(known["counting"]) == 1
    assert (refused["finding"], len(refused["refused"])) == ("pass", 1)


def test_officers_who_differ_are_shown_side_by_side_until_they_settle() -> None:
    hers, mine = found("b", "rectify", 2, SHE), found("a", "pass", 1)
    agreed = item("c", "settlement", 3, finding="rectify", note="一起看过")
    local, server, settled, same = points_of([
        (bundle(hers), [item("a", minute=1)]),
        (bundle(mine, hers, disputed=True), []),
        (bundle(mine, hers, disputed=True), [agreed]),
        (bundle(found("b", "pass", 2, SHE)), [item("a")]),
    ])  # fmt: skip
    assert (local["isDisputed"], local["finding"], local["isToSettle"]) == (True, "", False)
    assert (server["isDisputed"], server["isToSettle"], len(server["counting"])) == (True, True, 2)
    assert (settled["isDisputed"], settled["isToSettle"], settled["finding"]) == (False, False, "rectify")
    assert (same["isDisputed"], same["finding"]) == (False, "pass")


def test_an_answer_becomes_a_state() -> None:
    told = [
        ("finding", "accepted", [], "sent"),
        ("finding", "duplicate", [], "sent"),
        ("finding", "conflict", ["p"], "conflict"),
        ("finding", "conflict", [], "refused"),
        ("photo", "conflict", ["p"], "refused"),
        ("finding", "refused", [], "refused"),
    ]
    made = ask(
        *(["answered", item("a", kind), {"status": status, "message": "说明"}, disputed, at(9)]
          for kind, status, disputed, _state in told)
    )  # fmt: skip
    assert [one["state"] for one in made] == [state for *_rest, state in told]
    assert all(one["message"] == ("" if one["state"] == "sent" else "说明") for one in made)
    assert {one["made_at"] for one in made} == {at(0)}


def test_signatures_go_last_and_sent_things_do_not_go_again() -> None:
    items = [
        item("s", "signature", 1),
        item("p", "photo", 2),
        item("f2", minute=4),
        item("f1", minute=3),
        item("x", state="sent"),
        item("y", state="refused"),
    ]
    order, count, *pauses = ask(["toSend", items], ["unsent", items], *(["pause", n] for n in range(9)))
    assert [one["client_id"] for one in order] == ["f1", "f2", "p", "s"]
    assert count == 5
    assert pauses == [0, 5, 10, 20, 40, 80, 160, 300, 300]


def test_a_finding_after_a_signature_undoes_it() -> None:
    signed = item("s", "signature", 5, who="business", signed_at=at(5))
    before, after, sent = (
        answer["business"]
        for answer in ask(
            ["signatures", bundle(), [item("f", minute=4), signed]],
            ["signatures", bundle(), [item("f", minute=6), signed]],
            ["signatures", bundle(), [item("f", minute=6, state="sent"), signed]],
        )
    )
    assert before and after is None and sent


def test_the_way_through_the_list() -> None:
    points = [
        {"id": "a", "mine": True, "counting": [1]},
        {"id": "b", "mine": True, "counting": []},
        {"id": "t", "mine": False, "counting": []},
        {"id": "c", "mine": True, "counting": []},
    ]
    onward, back, how_far = ask(["nextOpen", points, "b"], ["nextOpen", points, "c"], ["progress", points])
    assert (onward["id"], back["id"], how_far) == ("c", "b", {"done": 1, "all": 3})
    none, days = ask(
        ["nextOpen", points[:2], "b"],
        ["byDay", [{"starts_at": day} for day in ("2026-03-05T09:00", "2026-03-04T14:00", "2026-03-04T09:00")]],
    )
    assert none is None
    assert [(day, len(visits)) for day, visits in days] == [("2026-03-04", 2), ("2026-03-05", 1)]


def test_a_photograph_is_listed_once() -> None:
    there = {"client_id": "x", "point": "p", "sha256": "0" * 64, "taken_at": at(1)}
    (point, *_rest), *_ = ask(
        [
            "pointsOf",
            bundle(photos=[there]),
            [item("x", "photo", 1, state="sent"), item("y", "photo", 2, sha256="1", taken_at=at(2))],
        ]
    )
    assert [(photo["client_id"], photo["state"]) for photo in point["photos"]] == [("x", "sent"), ("y", "waiting")]
