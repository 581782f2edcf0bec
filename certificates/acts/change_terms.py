"""What may change of a permit that was granted, and what has to be a new permit (R1.18, R2.29). The data: `change_terms.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Terms:
    """By field of the form: what the business register vouches for (with the register's name of it), what moves the
    premises, what never changes, and what every permit says of its holder. Departments look at all else."""

    registered: Mapping[str, str]
    new_permit: frozenset[str]
    fixed: frozenset[str]
    everywhere: frozenset[str]

    def touches(self, field: str, fields_of_matter: Iterable[str]) -> bool:
        """Whether a permit whose matter asks for these fields is touched by a change of this one."""
        return field in self.everywhere or field in fields_of_matter


@cache
def terms() -> Terms:
    """The data, read once."""
    told = yaml.safe_load(Path(__file__).with_name("change_terms.yaml").read_text("utf-8"))
    lists = {name: frozenset(told[name]) for name in ("new_permit", "fixed", "everywhere")}
    return Terms(registered=told["registered"], **lists)
