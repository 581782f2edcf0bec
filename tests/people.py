"""The cast: a shopkeeper, a stranger, the counter, officers of every department, the service office."""

from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from accounts.actors import SYSTEM, Actor
from accounts.models import Body, Enterprise, Representation, User

USCC = "91310105MA1FW00290"  # valid check digit, belongs to nobody


def person(username: str, role: str, *, body: Body | None = None, display_name: str = "") -> User:
    """The account of this name, made on first use; its password is its name."""
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    return User.objects.create_user(
        username=username, password=username, role=role, body=body, display_name=display_name or username
    )


def body(code: str, kind: str = Body.Kind.DEPARTMENT) -> Body:
    """The body of this code; publishing a catalogue has made it, or it is made here with a plain name."""
    return Body.objects.get_or_create(code=code, defaults={"name": code, "short_name": code, "kind": kind})[0]


def enterprise(owner: User, *, uscc: str = USCC, name: str = "上海长宁示例便利店有限公司") -> Enterprise:
    """An enterprise that `owner` represents."""
    made, _ = Enterprise.objects.get_or_create(
        uscc=uscc, defaults={"name": name, "domicile": "上海市长宁区示例路 1 号"}
    )
    Representation.objects.get_or_create(user=owner, enterprise=made, until=None, defaults={"since": date(2020, 1, 1)})
    return made


@dataclass
class Cast:
    """Everybody a story needs, each made when first called; `cast.actor(user)` acts for them."""

    system: Actor = field(default=SYSTEM)

    @property
    def shopkeeper(self) -> User:
        """Opens a convenience store. Sees only her own cases."""
        return person("shop", User.Role.APPLICANT, display_name="王小店")

    @property
    def stranger(self) -> User:
        """Another applicant, who must see nothing of the shopkeeper's."""
        return person("stranger", User.Role.APPLICANT, display_name="路人")

    @property
    def clerk(self) -> User:
        """Sits at the counter of the service hall."""
        office = body(settings.SERVICE_OFFICE, Body.Kind.SERVICE_OFFICE)
        return person("window", User.Role.WINDOW, body=office, display_name="李窗口")

    @property
    def service_office(self) -> User:
        """Makes and hands over licences."""
        office = body(settings.SERVICE_OFFICE, Body.Kind.SERVICE_OFFICE)
        return person("service", User.Role.SERVICE_OFFICE, body=office, display_name="赵制证")

    @property
    def administrator(self) -> User:
        """Looks after the catalogue."""
        return person("admin", User.Role.ADMINISTRATOR, display_name="钱管理")

    def officer(self, department: str) -> User:
        """Decides for the department of this code (`dept_mrb`)."""
        return person(department.removeprefix("dept_"), User.Role.OFFICER, body=body(department))

    def second_officer(self, department: str) -> User:
        """A colleague of the officer: sees the same list, may take the same task."""
        return person(f"{department.removeprefix('dept_')}-2", User.Role.OFFICER, body=body(department))

    def head(self, department: str) -> User:
        """The head of the department (负责人): approves what is reserved to the organ's head."""
        user = self.second_officer(department)
        user.is_head = True
        user.save(update_fields=["is_head"])
        return user

    def actor(self, user: User) -> Actor:
        return Actor.of(user)
