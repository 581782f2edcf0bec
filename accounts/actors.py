"""Who performs an act: a person in a role, or the system."""

from dataclasses import dataclass, replace

from accounts.models import User

LABEL = 120
"""The longest label of an actor that an audit entry holds."""
IN_PLACE_OF = "（代 "
"""What the label of an act done in a colleague's place holds, beside the account that did it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever performs an act. `role` is one of `User.Role` or "system"; `body` the code of the body acted for.

    `user_id` is None for the system and for an applicant who works without signing in. `stands_in_for` is the account of
    the absent colleague in whose place the act is done (`accounts.substitutions`).
    """

    role: str
    label: str
    user_id: int | None = None
    body: str = ""
    stands_in_for: int | None = None

    @classmethod
    def of(cls, user: User) -> "Actor":
        """The signed-in person, in their role, for their body."""
        label = f"{user.username} {user.display_name}".strip()
        return cls(role=user.role, label=label, user_id=user.pk, body=user.body_id or "")

    def in_place_of(self, absent: User) -> "Actor":
        """The same person, acting in an absent colleague's place, as the log names both: `mrb 周审批（代 李审批）`."""
        mark = f"{IN_PLACE_OF}{absent}）"
        return replace(self, label=f"{self.label[: LABEL - len(mark)]}{mark}", stands_in_for=absent.pk)

    @property
    def people(self) -> frozenset[int]:
        """Whose act it is: the person's, and that of the colleague in whose place it is done."""
        return frozenset(one for one in (self.user_id, self.stands_in_for) if one is not None)

    def is_role(self, *roles: str) -> bool:
        """Whether the actor acts in one of these roles."""
        return self.role in roles


SYSTEM = Actor(role="system", label="system")
"""The calendar and the jobs: deemed acceptance, expiry, delivery."""
