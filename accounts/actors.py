"""Who performs an act: a person in a role, or the system."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever performs an act. `role` is one of `User.Role` or "system"; `body` the code of the body acted for.

    `user_id` is None for the system and for an applicant who works without signing in.
    """

    role: str
    label: str
    user_id: int | None = None
    body: str = ""

    @classmethod
    def of(cls, user: User) -> "Actor":
        """The signed-in person, in their role, for their body."""
        label = f"{user.username} {user.display_name}".strip()
        return cls(role=user.role, label=label, user_id=user.pk, body=user.body_id or "")

    def is_role(self, *roles: str) -> bool:
        """Whether the actor acts in one of these roles."""
        return self.role in roles


SYSTEM = Actor(role="system", label="system")
"""The calendar and the jobs: deemed acceptance, expiry, delivery."""
