"""The text of a version that amends another."""

import json
from typing import Any


def amendment(based_on: str = "changning-2026.1", id: str = "next", **amendments: list[dict[str, Any]]) -> str:
    return json.dumps({"meta": {"id": id}, "based_on": based_on, "amendments": amendments})
