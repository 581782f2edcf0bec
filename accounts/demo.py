"""The demo's people and enterprises: made up, deterministic, never in production."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from accounts.actors import SYSTEM
from accounts.enterprises import enterprise_from_register, grant_representation
from accounts.identity import RESIDENT
from accounts.models import Body, RegisterEntry, User
from accounts.pinyin import pinyin_of

PASSWORD = "demo-2026"  # noqa: S105 - printed on the sign-in page, refused in production
SHOP_USCC = "91310105MA1FW00290"
ENTRIES = 200
SEED = 2026
SOURCE = "演示登记库"
HEAD = "-2"
"""The second account of each body is its head (负责人): it approves what a colleague proposes or asks for."""

NAMES = (
    "晨光",
    "云杉",
    "知味",
    "和悦",
    "青禾",
    "百联",
    "思源",
    "一品",
    "鸿运",
    "春晓",
    "乐邻",
    "美嘉",
    "安泰",
    "星河",
    "梧桐",
    "海棠",
)
TRADES = (
    ("便利店", "食品销售；烟草制品零售；日用百货销售"),
    ("餐饮管理", "餐饮服务；酒类经营"),
    ("咖啡馆", "餐饮服务(咖啡)；预包装食品销售"),
    ("药房", "药品零售；第二类医疗器械销售"),
    ("书店", "出版物零售；文具用品零售"),
    ("健身", "健身服务；体育用品销售"),
    ("美容美发", "生活美容服务；理发服务"),
    ("宾馆", "住宿服务；餐饮服务"),
    ("超市", "食品销售；日用百货销售"),
    ("影城", "电影放映；小食品零售"),
)
STREETS = ("愚园路", "长宁路", "天山路", "仙霞路", "虹桥路", "延安西路", "江苏路", "新华路", "定西路", "北新泾路")
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙",
    ("伟", "芳", "敏", "静", "磊", "洋", "艳", "勇", "建国", "秀英", "思远", "雨桐"),
)


def make_demo_accounts(at: datetime) -> None:
    """Accounts for every role and department, and some two hundred enterprises. What is there already stays as it is.

    Departments are those that a published catalogue has made; publish one first.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("demo accounts have a public password: they are made only where DEMO=True")
    with transaction.atomic():
        _make_users()
        _make_register(timezone.localtime(at).date())
        shop = User.objects.get(username="shop")
        grant_representation(user=shop, enterprise=enterprise_from_register(SHOP_USCC, at), actor=SYSTEM, at=at)


def plan() -> Iterator[tuple[str, str, str, Body | None]]:
    """Account name, role, shown name and body of every demo account."""
    bodies = {body.code: body for body in Body.objects.all()}
    office = bodies.get(settings.SERVICE_OFFICE)
    yield "shop", User.Role.APPLICANT, "王小店", None
    yield "agent", User.Role.APPLICANT, "陈代办", None
    yield "window", User.Role.WINDOW, "李窗口", office
    yield "service", User.Role.SERVICE_OFFICE, "赵制证", office
    yield "admin", User.Role.ADMINISTRATOR, "钱管理", office
    roles = {
        Body.Kind.DEPARTMENT: (User.Role.OFFICER, "审批员"),
        Body.Kind.SERVICE_OFFICE: (User.Role.SERVICE_OFFICE, "制证员"),
        Body.Kind.SUBDISTRICT: (User.Role.OFFICER, "审批员"),
    }
    for code, body in bodies.items():
        role, title = roles[Body.Kind(body.kind)]
        name = code.removeprefix("dept_")
        yield name, role, f"{body.short_name}{title}甲"[:60], body
        yield f"{name}{HEAD}", role, f"{body.short_name}负责人乙"[:60], body


def accounts() -> list[User]:
    """The demo accounts that are there, in the plan's order, for the sign-in page."""
    order = {name: place for place, (name, *_rest) in enumerate(plan())}
    users = User.objects.filter(username__in=order, is_active=True).select_related("body")
    return sorted(users, key=lambda user: order[user.username])


def claimable() -> list[RegisterEntry]:
    """Three made-up enterprises that a visitor may claim: their proofs are shown."""
    return list(RegisterEntry.objects.filter(source=SOURCE).exclude(uscc=SHOP_USCC).order_by("uscc")[:3])


def _make_users() -> None:
    # One hash for all: fifty slow hashes of a public password would only make people wait.
    password = make_password(PASSWORD)
    known = set(User.objects.values_list("username", flat=True))
    User.objects.bulk_create(
        User(
            username=name,
            role=role,
            display_name=shown,
            body=body,
            is_head=body is not None and name.endswith(HEAD),
            password=password,
        )
        for name, role, shown, body in plan()
        if name not in known
    )


def _make_register(on: date) -> None:
    """The made-up enterprises; their rows are the same on every machine but for the day of the data."""
    RegisterEntry.objects.bulk_create(_entries(on), ignore_conflicts=True, batch_size=100)


def _entries(on: date) -> Iterator[RegisterEntry]:
    dice = random.Random(SEED)  # noqa: S311 - made-up names, no secret
    yield _entry(dice, on, SHOP_USCC, "长宁示例便利店有限公司", "食品销售；烟草制品零售；日用百货销售", "王小店")
    for serial in range(1, ENTRIES):
        trade, scope = dice.choice(TRADES)
        body = f"91310105MA1FX{serial:04d}"
        name = f"上海示例{dice.choice(NAMES)}{trade}{serial:03d}号有限公司"
        person = dice.choice(SURNAMES) + dice.choice(GIVEN)
        yield _entry(dice, on, body + uscc.calc_check_digit(body), name, scope, person)


def _entry(dice: random.Random, on: date, code: str, name: str, scope: str, person: str) -> RegisterEntry:
    born = date(1960, 1, 1) + timedelta(dice.randrange(15000))
    # County 310199 does not exist: the number has a right check digit and belongs to nobody.
    digits = f"310199{born:%Y%m%d}{dice.randrange(1, 999):03d}"
    pinyin, initials = pinyin_of(name)
    return RegisterEntry(
        uscc=code,
        name=name,
        pinyin=pinyin,
        initials=initials,
        entity_type="有限责任公司",
        domicile=f"上海市长宁区{dice.choice(STREETS)}{dice.randrange(1, 900)}号{dice.randrange(1, 20)}层",
        legal_representative=person,
        representative_id_type=RESIDENT,
        representative_id_number=digits + mod_11_2.calc_check_digit(digits),
        phone=f"1990000{dice.randrange(10000):04d}",
        established_on=date(2010, 1, 1) + timedelta(dice.randrange(5500)),
        registered_capital=dice.choice((10, 50, 100, 200, 500)),
        scope=scope,
        as_of=on,
        source=SOURCE,
    )
