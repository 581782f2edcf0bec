"""`python -m tests.vectors.make`: writes the vectors beside this file. The same bytes every time."""

import json
from pathlib import Path
from typing import Any

from certificates.coding import status_list
from certificates.verifying import offline
from certificates.verifying.offline import Published
from tests.vectors import forgeries, genuine, lists
from tests.vectors.issuer import Case, keys_text, status_file

HERE = Path(__file__).parent
PUBLISHED, CODES, LISTS = HERE / "published", HERE / "codes.json", HERE / "lists.json"


def published() -> Published:
    """What the made-up site publishes."""
    ring = offline.ring(keys_text())
    return ring.with_list(status_list.unseal(status_file(), ring.keys))


def all_cases() -> list[Case]:
    """Every code's case, the good ones first."""
    return [*genuine.cases(), *forgeries.cases()]


def codes() -> list[dict[str, Any]]:
    """Every case with its whole verdict. Raises AssertionError where our own verdict is not the one that is due."""
    known, rows = published(), []
    for case in all_cases():
        verdict = offline.verify_text(case.text, at=case.at, published=known).as_json()
        due = (case.verdict, case.reason, list(case.warnings))
        assert (verdict["verdict"], verdict["reason"], verdict["warnings"]) == due, (case.name, verdict)
        rows.append({"name": case.name, "text": case.text, "at": case.at.isoformat(), "verdict": verdict})
    assert len({row["name"] for row in rows}) == len(rows)
    return rows


def files() -> dict[Path, bytes]:
    """Every file of the vectors."""
    listed = [_listed(case) for case in lists.cases()]
    return {
        PUBLISHED / offline.KEYS_FILE: keys_text().encode(),
        PUBLISHED / offline.STATUS_FILE: status_file(),
        CODES: _lines(codes()),
        LISTS: _lines(listed),
    }


def _listed(case: lists.ListCase) -> dict[str, Any]:
    keys = {} if case.keys == keys_text() else {"keys": case.keys}
    return {"name": case.name, "file": case.raw.hex(), "reason": case.reason, **keys}


def _lines(rows: list[dict[str, Any]]) -> bytes:
    """A list with a line for each row, so that a change is seen where it is."""
    return ("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n").encode()


def main() -> None:
    for path, content in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
