"""Every rule of the legal process that a machine can check has a scenario named by it, with a path that the law allows and one
that it refuses; what is left out says why.

The rules are those of the research report, sections 1.9, 1.10, 2.1 to 2.4, 2.6 and 6.1 to 6.3.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

SCENARIOS = Path(__file__).parent.parent / "scenarios"

RULES = (
    *(f"R1.{n}" for n in range(31, 40)),  # 1.9 the seven steps, 1.10 time limits
    *(f"R2.{n}" for n in range(1, 33)),  # 2.1 counting, 2.2 receipt, 2.3 decision, 2.4 change and renewal
    *(f"R2.{n}" for n in range(34, 40)),  # 2.6 remedies
    *(f"R6.{n}" for n in range(1, 14)),  # 6.1 commitment, 6.2 tolerant acceptance, 6.3 papers
)

STEPS = {  # 1.9's seven steps have no numbers of their own: each by the scenario that plays it
    "一次告知": "r2_11_nothing_outside_the_guide_can_be_asked_for",
    "一表申请": "r2_12_what_the_city_holds_is_not_asked_for",
    "一口受理": "r2_13_the_channel_changes_neither_clock_nor_rules",
    "一同核查": "r1_9_one_visit_one_notice_one_re_inspection",
    "一网办理": "r1_31_what_comes_first_is_granted_first",
    "一证准营": "r1_9_two_granted_items_make_a_combined_licence",
    "一体管理": "r6_7_a_promise_for_the_industry_decides_and_revokes_nothing",
}

NOT_PLAYED = {
    "R1.35": "exploratory and optional: nobody has to accompany anybody",
    "R2.15": "a fee that is not asked for cannot be played: there is no payment anywhere, and the notice says so",
    "R2.26": "no matter of the catalogue is limited in number; who was accepted first is on record to the minute",
    "R6.8": "a public page, not a step of a case: tests/industries/test_pages.py reads the lists",
    "R6.13": "the archive is the log itself: tests/audit/test_chain.py changes, removes and moves its entries",
}

NOTHING_TO_REFUSE = {
    "R2.4": "it says how papers count the last days; nobody acts",
    "R2.6": "the refusal ends the rehearsal itself: test_r2_6_a_year_that_is_not_loaded_gives_no_date_at_all",
    "R2.35": "it says whom a paper names",
    "R2.37": "it says what a paper offers",
}


def scenarios() -> dict[str, list[Path]]:
    """The files by the rule in their name."""
    found = defaultdict(list)
    for path in SCENARIOS.glob("*.yaml"):
        if named := re.match(r"r(\d+)_(\d+)_", path.name):
            found[f"R{named[1]}.{named[2]}"].append(path)
    return found


FILES = scenarios()


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in NOT_PLAYED])
def test_the_rule_is_played_as_the_law_allows_and_as_it_refuses(rule: str) -> None:
    steps = [step for path in FILES[rule] for step in yaml.safe_load(path.read_text("utf-8"))["steps"]]
    assert any(not step.get("refused") for step in steps), f"no scenario is named by {rule}"
    if rule not in NOTHING_TO_REFUSE:
        assert any(step.get("refused") for step in steps), f"no scenario of {rule} has a refused step"


def test_what_is_left_out_is_a_rule_and_is_not_played_after_all() -> None:
    assert set(NOT_PLAYED) | set(NOTHING_TO_REFUSE) <= set(RULES)
    assert not set(NOT_PLAYED) & set(FILES)


@pytest.mark.parametrize("step", STEPS)
def test_each_of_the_seven_steps_is_played(step: str) -> None:
    assert (SCENARIOS / f"{STEPS[step]}.yaml").is_file()
