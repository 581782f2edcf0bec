"""The register, its import, enterprises made from it, and who may act for them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from accounts import demo
from accounts.actors import SYSTEM
from accounts.enterprises import enterprise_from_register, enterprises_of, represent
from accounts.identity import RESIDENT, check_id, check_uscc
from accounts.models import Body, Enterprise, RegisterEntry, Representation, User
from accounts.pinyin import pinyin_of
from accounts.register import business_register
from audit.models import AuditEntry
from audit.violations import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
USCC = "91310105MA1FW00290"
ROWS = f"""uscc,name,legal_representative,representative_id_number,established_on,registered_capital
{USCC},长宁示例便利店有限公司,王小店,11010519491231002X,2020-01-02,50
91350100M000100Y43,福州示例有限公司,林示例,,,
"""


@pytest.fixture
def load(tmp_path: Path):
    def run(text: str = ROWS, encoding: str = "utf-8") -> str:
        path = tmp_path / "register.csv"
        path.write_bytes(text.encode(encoding))
        out, errors = StringIO(), StringIO()
        call_command("import_register", str(path), as_of=demo.date(2026, 2, 1), stdout=out, stderr=errors)
        return out.getvalue()

    return run


@pytest.fixture
def applicant() -> User:
    return User.objects.create_user("someone", password="x", display_name="某人")


class TestImport:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_rows_are_loaded_in_what_offices_write(self, load, encoding: str) -> None:
        assert load(encoding=encoding) == "2 rows loaded\n"
        entry = RegisterEntry.objects.get(uscc=USCC)
        assert (entry.name, str(entry.established_on), entry.registered_capital) == (
            "长宁示例便利店有限公司", demo.date(2020, 1, 2).isoformat(), 50,
        )  # fmt: skip
        assert RegisterEntry.objects.get(uscc="91350100M000100Y43").established_on is None

    def test_a_second_load_updates(self, load) -> None:
        load()
        load(ROWS.replace("王小店", "王大店"))
        assert RegisterEntry.objects.count() == 2
        assert RegisterEntry.objects.get(uscc=USCC).legal_representative == "王大店"
        assert AuditEntry.objects.filter(act="register_imported").count() == 2

    @pytest.mark.parametrize(
        "row",
        ["91350100M000100Y4Z,x,,,,", f"{USCC},x,,,,", "91512081MA62K0260E,,,,,", "91512081MA62K0260E,x,,,2020/1/2,"],
    )
    def test_one_bad_row_loads_nothing_and_is_named(self, load, row: str, capsys) -> None:
        with pytest.raises(CommandError) as refused:
            load(ROWS + row + "\n")
        assert refused.value.returncode == 2
        assert not RegisterEntry.objects.exists()

    def test_the_line_is_named(self, tmp_path: Path) -> None:
        path, errors = tmp_path / "register.csv", StringIO()
        path.write_text(ROWS + "123,x,,,,\n", encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("import_register", str(path), stderr=errors)
        assert "第 4 行" in errors.getvalue()

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00\x81\xff", b"name\nx\n", b"", b"PK\x03\x04\x00\x00"])
    def test_an_unusable_file_ends_in_one_line(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "register.csv"
        path.write_bytes(content)
        for file in (path, tmp_path / "missing.csv"):
            with pytest.raises(CommandError) as refused:
                call_command("import_register", str(file))
            assert refused.value.returncode == 2
            assert "\n" not in str(refused.value)


class TestRegister:
    def test_it_finds_by_code_and_searches_by_name(self, load) -> None:
        load()
        register = business_register()
        assert register.find(USCC).values["legal_representative"] == "王小店"
        assert register.find("91512081MA62K0260E") is None
        assert [facts.uscc for facts in register.search("便利店")] == [USCC]
        assert [facts.uscc for facts in register.search(USCC[:10].lower())] == [USCC]
        assert register.search(" ") == []


class TestEnterprises:
    def test_an_enterprise_is_a_dated_copy(self, load, at) -> None:
        load()
        made = enterprise_from_register(f"统一社会信用代码:{USCC}", at("2026-02-11"))
        assert (made.name, made.source, str(made.as_of)) == ("长宁示例便利店有限公司", "市场主体登记库", "2026-02-01")
        assert made.initials == "cnslbldyxgs"
        load(ROWS.replace("王小店", "王大店"))
        again = enterprise_from_register(USCC, at("2026-03-11"))
        assert (again.pk, again.legal_representative) == (made.pk, "王大店")

    def test_an_unknown_code_says_what_to_do(self, at) -> None:
        with pytest.raises(RuleViolation, match="登记库"):
            enterprise_from_register(USCC, at("2026-02-11"))

    def test_pinyin_keeps_letters_and_digits(self) -> None:
        assert pinyin_of("7-Eleven便利店") == ("7elevenbianlidian", "7elevenbld")

    def test_the_right_proof_lets_act(self, load, applicant, at) -> None:
        load()
        enterprise = enterprise_from_register(USCC, at("2026-02-11"))
        for _ in range(2):
            represent(
                user=applicant, enterprise=enterprise, name="王小店 ", id_tail="002x", actor=SYSTEM, at=at("2026-02-11")
            )
        assert enterprises_of(applicant) == [enterprise]
        assert AuditEntry.objects.filter(act="representation_granted").count() == 1

    @pytest.mark.parametrize(("name", "tail"), [("王大店", "002X"), ("王小店", "0021"), ("", ""), ("王小店", "")])
    def test_a_wrong_proof_does_not(self, load, applicant, at, name: str, tail: str) -> None:
        load()
        enterprise = enterprise_from_register(USCC, at("2026-02-11"))
        with pytest.raises(RuleViolation):
            represent(user=applicant, enterprise=enterprise, name=name, id_tail=tail, actor=SYSTEM, at=at("2026-02-11"))
        assert enterprises_of(applicant) == []
        assert AuditEntry.objects.filter(act="representation_refused").count() == 1

    def test_what_the_register_does_not_know_proves_nothing(self, load, applicant, at) -> None:
        load()
        enterprise = enterprise_from_register("91350100M000100Y43", at("2026-02-11"))
        with pytest.raises(RuleViolation):
            represent(
                user=applicant, enterprise=enterprise, name="林示例", id_tail="", actor=SYSTEM, at=at("2026-02-11")
            )

    def test_an_ended_representation_no_longer_counts(self, load, applicant, at) -> None:
        load()
        enterprise = enterprise_from_register(USCC, at("2026-02-11"))
        Representation.objects.create(
            user=applicant, enterprise=enterprise, since=demo.date(2024, 1, 1), until=demo.date(2025, 1, 1)
        )
        assert enterprises_of(applicant) == []


class TestDemo:
    @pytest.fixture(autouse=True)
    def _bodies(self) -> None:
        for code, kind in (
            ("dept_mrb", "department"),
            ("dept_gov_service", "service_office"),
            ("dept_subdistrict", "subdistrict"),
        ):
            Body.objects.create(code=code, name=code, short_name=code, kind=kind)

    def test_everybody_is_there_once(self, at) -> None:
        for _ in range(2):
            demo.make_demo_accounts(at("2026-02-11"))
        roles = dict(User.objects.values_list("username", "role"))
        assert roles["shop"] == "applicant"
        assert roles["mrb"] == roles["mrb-2"] == "officer"
        assert [user.username for user in User.objects.heads_of("dept_mrb")] == ["mrb-2"]
        assert [user.username for user in User.objects.officers_of("dept_mrb")] == ["mrb", "mrb-2"]
        assert roles["subdistrict"] == "officer"  # it decides its own filing
        assert (roles["window"], roles["service"], roles["admin"]) == ("window", "service_office", "administrator")
        assert User.objects.get(username="mrb").check_password("demo-2026")
        assert {user.username for user in demo.accounts()} == set(roles)
        assert [enterprise.uscc for enterprise in enterprises_of(User.objects.get(username="shop"))] == [USCC]

    def test_every_made_up_number_is_valid_and_the_same_everywhere(self, at) -> None:
        demo.make_demo_accounts(at("2026-02-11"))
        entries = list(RegisterEntry.objects.order_by("uscc"))
        assert len(entries) == demo.ENTRIES
        for entry in entries:
            check_uscc(entry.uscc)
            check_id(RESIDENT, entry.representative_id_number, today=demo.date(2026, 2, 11))
        assert entries[0].name == "长宁示例便利店有限公司"
        assert [e.name for e in entries] == [
            e.name for e in sorted(demo._entries(demo.date(2026, 1, 1)), key=lambda e: e.uscc)
        ]

    def test_a_visitor_can_claim_what_is_shown(self, applicant, at) -> None:
        demo.make_demo_accounts(at("2026-02-11"))
        shown = demo.claimable()[0]
        represent(
            user=applicant,
            enterprise=enterprise_from_register(shown.uscc, at("2026-02-11")),
            name=shown.legal_representative,
            id_tail=shown.representative_id_number[-4:],
            actor=SYSTEM,
            at=at("2026-02-11"),
        )
        assert Enterprise.objects.represented_by(applicant).count() == 1

    def test_never_where_it_counts(self, at, settings) -> None:
        settings.DEMO = False
        with pytest.raises(ImproperlyConfigured):
            demo.make_demo_accounts(at("2026-02-11"))
        assert not User.objects.exists()


class TestHeads:
    def test_r2_19_a_head_who_left_heads_nothing(self) -> None:
        body = Body.objects.create(code="dept_mrb", name="局", short_name="局")
        head = User.objects.create_user("head", role="officer", body=body, is_head=True)
        assert list(User.objects.heads_of("dept_mrb")) == [head]
        head.is_active = False
        head.save()
        assert not User.objects.heads_of("dept_mrb").exists()
        assert not User.objects.heads_of(None).exists()

    def test_nobody_heads_nothing(self) -> None:
        with pytest.raises(IntegrityError):
            User.objects.create_user("head", role="officer", is_head=True)
