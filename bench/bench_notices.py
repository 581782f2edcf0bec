"""One-time notices per second, on one core, without a database - beside reading the answers off the same document.

The peer is the plainest correct evaluator: the contract's rules written directly over the YAML's dictionaries.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from bench.measure import OURS, Measurement, per_second

ON = date(2026, 3, 2)
NOTICES = 200
CASES: tuple[tuple[str, list[str], dict[str, Any]], ...] = (
    (
        "convenience store",
        ["convenience_store"],
        {"area_m2": 80, "makes_food": True, "sells_tobacco": True, "tobacco_school_ok": True, "has_signboard": True},
    ),
    (
        "bookstore + café + bar",
        ["bookstore", "cafe_teahouse", "bar"],
        {"area_m2": 120, "makes_food": True, "menu_drinks": True, "sells_publications": True, "has_signboard": True},
    ),
)


def measurements(runs: int) -> Iterable[Measurement]:
    """Ours with reasons, legal bases and open questions; the peer without any of them."""
    from bench.peers.plain_notice import PlainNotice
    from industries.notice import compile_notice
    from industries.publishing import bundled

    catalogue, plain = bundled(), PlainNotice()
    for name, industries, answers in CASES:
        ours = compile_notice(catalogue, industries, answers, ON)
        if {matter.id for matter in ours.matters} != set(plain.matters(industries, answers, ON)):
            raise RuntimeError("the peer answers something else")
        sizes = {"matters": len(ours.matters), "materials": len(ours.materials), "fields": len(ours.fields)}

        def compiled(industries: list[str] = industries, answers: dict[str, Any] = answers) -> None:
            for _ in range(NOTICES):
                compile_notice(catalogue, industries, answers, ON)

        def plainly(industries: list[str] = industries, answers: dict[str, Any] = answers) -> None:
            for _ in range(NOTICES):
                plain.notice(industries, answers, ON)

        for who, work in ((OURS, compiled), ("plain dictionaries, no reasons", plainly)):
            values = per_second(work, units=NOTICES, runs=runs)
            yield Measurement(f"notice: {name}", who, "notices/s", values, higher_is_better=True, sizes=sizes)
