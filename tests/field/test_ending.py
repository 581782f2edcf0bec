"""How far a visit is from its end, as a device knows it: what each matter lacks, who has to sign, whether it may be closed."""

from typing import Any

from tests.field.test_standing import ME, SHE, ask, at, item

FOOD, SMOKE = "m_food", "m_smoke"


def bundle(**more: Any) -> dict[str, Any]:
    """Two departments: `p` is mine, `s` is asked for both matters, `t` is hers."""
    about = {"p": [FOOD], "s": [FOOD, SMOKE], "t": [SMOKE]}
    points = [
        {"id": id, "text": id, "mine": id != "t", "is_disputed": False, "matters": on} for id, on in about.items()
    ]
    officers = [{"id": ME, "name": "我", "body": "a"}, {"id": SHE, "name": "她", "body": "b"}]
    matters = [
        {"id": FOOD, "name": "食品", "body": "a", "body_name": "甲局"},
        {"id": SMOKE, "name": "烟草", "body": "b", "body_name": "乙局"},
    ]
    people = {"me": ME, "officers": officers, "unsigned": [ME, SHE], "matters": matters}
    return people | {"points": points, "entries": [], "photos": [], "signatures": []} | more


def all_of_mine(finding: str = "pass") -> list[dict[str, Any]]:
    signed = [item(f"sign-{who}", "signature", 9, who=who, signed_at=at(9)) for who in ("business", "me")]
    return [item("1", minute=1), item("2", minute=2, point="s", finding=finding), *signed]


def test_r2_18_a_visit_closes_on_a_device_once_the_officers_own_part_is_there() -> None:
    mine = all_of_mine()
    wish = item("w", "closing", 10)
    nothing, open_, unsigned, done, wished, stuck, wanting = ask(
        ["ending", bundle(), []],
        ["ending", bundle(), mine[1:]],
        ["ending", bundle(), mine[:3]],
        ["ending", bundle(), mine],
        ["ending", bundle(), [*mine, wish]],
        ["ending", bundle(), [*mine, item("x", "photo", state="refused")]],
        ["ending", bundle(), all_of_mine("rectify")],
    )
    assert [one["mayClose"] for one in (nothing, open_, unsigned, stuck, wished)] == [False] * 5
    assert done["mayClose"] and wanting["mayClose"] and wanting["isWanting"] and not done["isWanting"]
    assert (wished["wish"]["client_id"], stuck["isStuck"]) == ("w", True)
    food, smoke = done["matters"]
    assert (food["finding"], food["lacking"], food["mine"]) == ("pass", [], True)
    assert (smoke["finding"], [one["id"] for one in smoke["lacking"]], smoke["mine"]) == ("", ["t"], False)
    assert [one["id"] for one in open_["matters"][0]["lacking"]] == ["p"]
    assert wanting["matters"][0]["finding"] == "rectify"


def test_two_findings_on_a_point_are_none() -> None:
    hers = {
        "client_id": "h",
        "point": "p",
        "finding": "fail",
        "note": "",
        "officer": SHE,
        "made_at": at(3),
        "counts": True,
    }
    (told,) = ask(["ending", bundle(entries=[hers]), all_of_mine()])
    assert not told["mayClose"]
    assert told["matters"][0]["lacking"] == [{"id": "p", "text": "p", "isDisputed": True}]


def test_the_answer_to_a_closing_becomes_a_state() -> None:
    wish = item("w", "closing")
    answers = ("accepted", "duplicate", "incomplete", "conflict", "refused")
    made = ask(*(["answered", wish, {"status": status, "message": "说明"}, [], at(9)] for status in answers))
    assert [one["state"] for one in made] == ["sent", "sent", "waiting", "conflict", "refused"]
    assert {one["message"] for one in made} == {"说明"}
