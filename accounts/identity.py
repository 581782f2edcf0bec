"""Numbers that prove themselves: credit codes, identity documents, telephones. Pure: text in, number out.

People paste what they have: full-width digits, labels in front, blanks and hyphens between. All of that is taken away
before a number is judged; what is wrong then is said in words that tell what to write instead.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from audit.violations import RuleViolation

RESIDENT = "居民身份证"
HONG_KONG_MACAO_PERMIT = "港澳居民来往内地通行证"
TAIWAN_PERMIT = "台湾居民来往大陆通行证"
RESIDENCE_PERMIT = "港澳台居民居住证"
PASSPORT = "护照"
FOREIGNER = "外国人永久居留身份证"
DOCUMENT_TYPES = (RESIDENT, HONG_KONG_MACAO_PERMIT, TAIWAN_PERMIT, RESIDENCE_PERMIT, PASSPORT, FOREIGNER)

DOCUMENT_WORDS = {
    RESIDENT: gettext_lazy("居民身份证"),
    HONG_KONG_MACAO_PERMIT: gettext_lazy("港澳居民来往内地通行证"),
    TAIWAN_PERMIT: gettext_lazy("台湾居民来往大陆通行证"),
    RESIDENCE_PERMIT: gettext_lazy("港澳台居民居住证"),
    PASSPORT: gettext_lazy("护照"),
    FOREIGNER: gettext_lazy("外国人永久居留身份证"),
}
"""How a page names the document in its reader's language; records keep the Chinese name."""

LABEL = re.compile(
    r"^(?:统一社会信用代码|社会信用代码|信用代码|身份证号码?|证件号码?|护照号码?|联系电话|手机号?码?|电话)[::]?",
    re.IGNORECASE,
)
NOISE = re.compile(r"[\s\-\u2010-\u2014_\u00b7.,\u3001\u3002\u200b-\u200d\ufeff]")
EARLIEST_BIRTH = date(1900, 1, 1)
PHONE_REGIONS = {86: "CN", 852: "HK", 853: "MO", 886: "TW"}


def normalise(text: str) -> str:
    """The bare number: full-width signs made narrow, a label in front, blanks and hyphens taken away, in capitals."""
    bare = unicodedata.normalize("NFKC", text).strip()
    return NOISE.sub("", LABEL.sub("", NOISE.sub("", bare))).upper()


def check_uscc(text: str, *, field: str = "uscc") -> str:
    """The unified social credit code (GB 32100-2015), bare. Raises RuleViolation where it cannot be one."""
    code = normalise(text)
    if len(code) != 18:
        message = _("统一社会信用代码应为 18 位，现为 %(n)s 位，请对照营业执照重新填写") % {"n": len(code)}
        raise RuleViolation("uscc_length", message, field=field, rule="R4.3")
    letters = sorted(set(code) - set("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    if letters:
        message = _("统一社会信用代码不使用 %(signs)s(没有字母 I、O、S、V、Z)") % {"signs": "、".join(letters)}
        raise RuleViolation("uscc_signs", message, field=field, rule="R4.3")
    if not _passes(uscc.validate, code):
        message = _("统一社会信用代码校验不通过，请检查是否有一位抄错")
        raise RuleViolation("uscc_check", message, field=field, rule="R4.3")
    return code


def check_id(kind: str, text: str, *, today: date, field: str = "") -> str:
    """The bare number of an identity document of this type. Raises RuleViolation saying what to write."""
    number = normalise(text)
    check = _CHECKS.get(kind)
    if check is None:
        raise RuleViolation(
            "id_type", _("请选择证件类型：%(types)s") % {"types": "、".join(DOCUMENT_TYPES)}, field=field
        )
    if problem := check(number, today):
        raise RuleViolation("id_number", problem, field=field, rule="R4.4")
    return number


def hints(kind: str, number: str) -> list[str]:
    """What looks unusual but may be right: an area code that the tables do not know (re-coded counties are common)."""
    if kind == RESIDENT and len(number) == 18 and not _area_is_known(number):
        return [_("号码前 6 位的地区代码不在现行代码表中，请再核对一遍；确认无误可继续")]
    return []


def check_phone(text: str, *, field: str = "phone") -> str:
    """A telephone of the mainland (13812345678, 021-52281234) or of Hong Kong, Macao, Taiwan (+852 9123 4567)."""
    bare = unicodedata.normalize("NFKC", text).strip()
    bare = re.sub(r"^[^\d+(]+", "", bare)
    try:
        number = phonenumbers.parse(bare, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.country_code not in PHONE_REGIONS or not phonenumbers.is_valid_number(number):
        message = _("请填写手机号(如 13812345678)、带区号的座机(如 021-52281234)，港澳台电话以 +852、+853、+886 开头")
        raise RuleViolation("phone", message, field=field)
    if number.country_code != 86:
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    national = re.sub(r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE:
        return national
    area = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).split(" ")[1]
    return f"0{area}-{national.removeprefix(f'0{area}')}"


def mask_id(number: str) -> str:
    """For display: of 18 digits the last four of the birth date go, of others all but the ends."""
    if len(number) == 18:
        return f"{number[:10]}****{number[14:]}"
    return _middle_hidden(number, 2, 2)


def mask_phone(number: str) -> str:
    """138****5678."""
    return _middle_hidden(number, 3, 4)


def mask_name(name: str) -> str:
    """王*, 王*明, 欧**华."""
    return _middle_hidden(name, 1, 1 if len(name) > 2 else 0)


def _middle_hidden(text: str, head: int, tail: int) -> str:
    """The ends stand, the middle is stars; a text too short for that is stars but for its first sign."""
    if len(text) <= head + tail:
        return text[:1] + "*" * (len(text) - 1)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def _passes(validate: Callable[[str], str], code: str) -> bool:
    try:
        validate(code)
    except ValidationError:
        return False
    return True


def _area_is_known(number: str) -> bool:
    """Whether stdnum's table has the county; some prefixes make it stumble instead of answering."""
    try:
        return bool(ric.get_birth_place(number))
    except (ValidationError, KeyError):
        return False


def _eighteen(number: str, today: date, first: str) -> str:
    """What is wrong with an 18-digit number of the resident's form; empty where nothing is."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return _("号码应为 18 位:17 位数字加 1 位数字或 X,现为 %(n)s 位") % {"n": len(number)}
    if number[0] not in first:
        return _("号码开头 %(head)s 不属于这种证件，请核对证件类型") % {"head": number[:2]}
    if ric.calc_check_digit(number) != number[17]:
        return _("号码校验不通过，请检查是否有一位抄错")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = None
    if born is None or not EARLIEST_BIRTH <= born <= today:
        return _("号码第 7 至 14 位 %(digits)s 不是有效的出生日期") % {"digits": number[6:14]}
    return ""


def _resident(number: str, today: date) -> str:
    if re.fullmatch(r"[0-9]{15}", number):
        return _("15 位的第一代身份证已停用，请填写 18 位号码")
    return _eighteen(number, today, "123456")


def _residence_permit(number: str, today: date) -> str:
    return _eighteen(number, today, "8")


def _foreigner(number: str, today: date) -> str:
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return ""
    if len(number) == 18:
        return _eighteen(number, today, "9")
    return _("号码应为 3 个字母加 12 位数字(旧版)，或以 9 开头的 18 位数字(2023 版)")


def _shaped(pattern: str, problem: Promise) -> Callable[[str, date], str]:
    """A check by form alone: these numbers carry no check digit."""
    return lambda number, _today: "" if re.fullmatch(pattern, number) else str(problem)


_CHECKS: dict[str, Callable[[str, date], str]] = {
    RESIDENT: _resident,
    RESIDENCE_PERMIT: _residence_permit,
    FOREIGNER: _foreigner,
    HONG_KONG_MACAO_PERMIT: _shaped(
        r"[HM][0-9]{8}(?:[0-9]{2})?", gettext_lazy("号码应为字母 H 或 M 加 8 位数字(可另附 2 位换证次数)")
    ),
    TAIWAN_PERMIT: _shaped(
        r"[0-9]{8}(?:[0-9]{2}[A-Z]?)?", gettext_lazy("号码应为 8 位数字(旧版为 10 位数字加 1 个字母)")
    ),
    PASSPORT: _shaped(r"[A-Z0-9]{5,17}", gettext_lazy("护照号码应为 5 至 17 位字母和数字")),
}
