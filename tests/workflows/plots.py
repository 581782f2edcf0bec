"""What stories of any order are about."""

from dataclasses import dataclass
from typing import Any

from tests.workflows.conftest import STORE

OWN = {"m_food_license": "dept_mrb", "m_tobacco": "dept_tobacco", "m_signboard": "dept_subdistrict"}
"""The matters of the story and their departments."""
BATH: dict[str, Any] = {
    "area_m2": 400,
    "is_public_gathering": True,
    "has_bath": True,
    "has_pool": False,
    "drains_to_sewer": False,
    "choose_commitment": True,
    "has_signboard": True,
}


@dataclass(frozen=True)
class Plot:
    """What a story is about: the industry, the answers, its matters with their departments."""

    industry: str
    answers: dict[str, Any]
    own: dict[str, str]


SHOP = Plot("convenience_store", STORE, OWN)
PROMISE = Plot(
    "bath_foot_spa", BATH, {"m_fire": "dept_fire", "m_health": "dept_health", "m_signboard": "dept_subdistrict"}
)
"""A bath that goes by commitment where it may (R6.1)."""
CAFE = Plot(
    "internet_cafe",
    {"area_m2": 300, "has_signboard": False},
    {"m_internet_cafe": "dept_culture_tourism", "m_net_security": "dept_police", "m_fire": "dept_fire"},
)
"""An internet café, whose permit is granted after the two others (R1.31)."""
