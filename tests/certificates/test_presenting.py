"""The token of a licence on the business's own telephone: live for minutes, bound to one paper's code, the same in both verifiers."""

import base64
import json
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from certificates import code
from certificates.code import sign1, to_digits
from certificates.coding import presenting, status_list
from certificates.coding.cbor import Value, encode
from certificates.coding.presenting import LIFE, LONGEST, SKEW, State, join, split, token
from certificates.verifying import offline
from scripts.assets import ROOT, node_folder
from tests.vectors import make
from tests.vectors.issuer import AT, MAIN, licence, url

PAPER, OTHER = (code.seal(replace(licence(6), version=version), MAIN) for version in (1, 2))
TEXT = url(PAPER)
SHOWN = join(TEXT, token(PAPER, MAIN, at=AT))
PUBLISHED = offline.load(make.PUBLISHED)
SECOND = timedelta(seconds=1)
BEGIN = int(AT.timestamp())


def made(
    *, format: int = 101, paper: bytes = PAPER, begin: int = BEGIN, until: int = BEGIN + 600, more: int = 0
) -> str:
    """A token that another would make with our key."""
    payload: dict[int, Value] = {1: format, 2: presenting._digest(paper), 3: begin, 4: until}
    return join(TEXT, sign1(encode(payload | ({5: 1} if more else {})), MAIN))


CASES: list[tuple[str, datetime, State]] = [
    (SHOWN, AT, State.LIVE),
    (SHOWN, AT + LIFE, State.LIVE),
    (SHOWN, AT + LIFE + SECOND, State.OVER),
    (SHOWN, AT - SKEW, State.LIVE),
    (SHOWN, AT - SKEW - SECOND, State.FORGED),
    (f" {SHOWN}\n", AT, State.LIVE),
    (join(url(OTHER), token(PAPER, MAIN, at=AT)), AT, State.FORGED),
    (join(TEXT, PAPER), AT, State.FORGED),
    (f"{SHOWN[:-1]}{(int(SHOWN[-1]) + 1) % 10}", AT, State.FORGED),
    (f"{TEXT}.1", AT, State.FORGED),
    (f"{TEXT}.{'9' * 600}", AT, State.FORGED),
    (made(), AT, State.LIVE),
    (made(format=1), AT, State.FORGED),
    (made(more=1), AT, State.FORGED),
    (made(until=BEGIN), AT, State.FORGED),
    (made(until=BEGIN + int(LONGEST.total_seconds()) + 1), AT, State.FORGED),
    (made(begin=1, until=2), AT, State.FORGED),
]


def test_a_token_is_worth_what_it_should_be_in_python() -> None:
    keys = PUBLISHED.keys
    assert [presenting.examine(*split(text), keys, at).state for text, at, _state in CASES] == [one[2] for one in CASES]
    assert presenting.examine(*split(SHOWN), {}, AT).state is State.FORGED


def test_the_browsers_verifier_says_the_same() -> None:
    keys = (make.PUBLISHED / offline.KEYS_FILE).read_text()
    status = base64.b64encode((make.PUBLISHED / offline.STATUS_FILE).read_bytes()).decode()
    asked = {"keys": keys, "status": status, "texts": [[text, at.isoformat()] for text, at, _state in CASES]}
    command = [str(node_folder() / "node"), "--no-warnings", str(ROOT / "tests" / "certificates" / "present.mjs")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    mine = [presenting.examine(*split(text), PUBLISHED.keys, at) for text, at, _state in CASES]
    expected = [[one.state, int(one.until.timestamp()) if one.until else None] for one in mine]
    assert json.loads(done.stdout) == expected


def test_the_papers_code_goes_on_verifying_on_its_own() -> None:
    assert split(SHOWN) == (TEXT, SHOWN.rpartition(".")[2])
    assert split(TEXT) == (TEXT, "")
    assert offline.verify_text(split(SHOWN)[0], at=AT, published=PUBLISHED) == offline.verify_text(
        TEXT, at=AT, published=PUBLISHED
    )


def test_neither_list_nor_code_is_a_token_nor_the_other_way_round() -> None:
    with pytest.raises(code.Forged):
        status_list.unseal(
            token(PAPER, MAIN, at=AT),
            PUBLISHED.keys,
        )
    alone = f"{TEXT.partition('#')[0]}#{to_digits(token(PAPER, MAIN, at=AT))}"
    assert offline.verify_text(alone, at=AT, published=PUBLISHED).answer == "forged"
