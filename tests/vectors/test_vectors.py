"""Both verifiers, Python's and the browser's, answer the vectors alike; what was forged is refused by both."""

import json
import subprocess
import time
from typing import Any

import pytest

from certificates import code
from certificates.code import Refused
from certificates.coding import status_list
from certificates.verifying import offline
from scripts.assets import node_folder
from tests.vectors import lists, make
from tests.vectors.forgeries import RAW
from tests.vectors.issuer import AT, Case

MUTATIONS = 3000
KNOWN = make.published()
CASES = {case.name: case for case in make.all_cases()}
LISTS = {case.name: case for case in lists.cases()}
REFUSED = {name for name, case in CASES.items() if case.verdict in ("forged", "unknown")}


@pytest.fixture(scope="module")
def browser() -> dict[str, Any]:
    """What the JavaScript verifier answers to everything, in one run of Node."""
    command = [str(node_folder() / "node"), "--no-warnings", str(make.HERE / "run.mjs"), str(MUTATIONS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout))


def test_the_files_are_what_the_command_makes() -> None:
    assert {path: path.read_bytes() for path in make.files()} == make.files(), "run `python -m tests.vectors.make`"


def test_at_least_forty_forgeries_are_tried() -> None:
    assert len(REFUSED) >= 40
    assert len([case for case in LISTS.values() if case.reason]) >= 20


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_python_gives_the_verdict_that_is_due(case: Case) -> None:
    verdict = offline.verify_text(case.text, at=case.at, published=KNOWN)
    due = (case.verdict, case.reason, case.warnings)
    assert (verdict.answer, verdict.reason, verdict.warnings) == due
    if case.name in REFUSED:
        assert (verdict.number, verdict.holder, verdict.items, verdict.issued_at) == ("", {}, (), None)


def test_the_browser_says_word_for_word_the_same(browser: dict[str, Any]) -> None:
    told = {row["name"]: row["verdict"] for row in json.loads(make.CODES.read_text(encoding="utf-8"))}
    assert {name for name in told if browser["answers"].get(name) != told[name]} == set()


@pytest.mark.parametrize("case", LISTS.values(), ids=lambda case: case.name)
def test_python_takes_a_status_list_or_says_why_not(case: lists.ListCase) -> None:
    if case.reason:
        with pytest.raises(Refused, match=f"^{case.reason}$"):
            offline.renew(KNOWN, case.raw, case.keys)
    else:
        assert offline.renew(KNOWN, case.raw, case.keys).statuses == offline.renew(KNOWN, case.raw).statuses


def test_the_browser_takes_the_same_status_lists(browser: dict[str, Any]) -> None:
    assert browser["lists"] == {name: case.reason for name, case in LISTS.items()}


def test_the_browser_accepts_no_flipped_byte_and_no_mutation(browser: dict[str, Any]) -> None:
    assert browser["accepted"] == 0


def test_a_browser_without_an_algorithm_says_so_and_calls_nothing_forged(browser: dict[str, Any]) -> None:
    told = browser["unsupported"]
    assert (told["verdict"], told["signature"], told["reason"]) == ("unknown", "not_checked", "unsupported")
    assert told["items"] == {}


def test_a_megabyte_is_refused_before_any_work(browser: dict[str, Any]) -> None:
    huge = f"{KNOWN.site}/v/7KQ2M4XWZD#{'9' * 1_000_000}"
    begun = time.perf_counter()
    verdict = offline.verify_text(huge, at=AT, published=KNOWN)
    assert (verdict.answer, verdict.reason) == ("forged", "length")
    assert (browser["megabyte"]["verdict"], browser["megabyte"]["reason"]) == ("forged", "length")
    assert time.perf_counter() - begun < 1, "no limit on the length"


def test_every_flipped_byte_of_the_published_list_is_found() -> None:
    raw = LISTS["as published"].raw
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(Refused):
            status_list.unseal(changed, KNOWN.keys)


def test_the_pure_function_has_the_same_answer_every_time() -> None:
    text = f"{KNOWN.site}/v/7KQ2M4XWZD#{code.to_digits(RAW)}"
    first = offline.verify_text(text, at=AT, published=KNOWN)
    assert first == offline.verify_text(text, at=AT, published=KNOWN)
