"""The words for verdicts, states, reasons and warnings, as pages, commands and papers say them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.coding import presenting
from certificates.status import ItemState
from certificates.verifying.verdict import Answer, Verdict, Warn
from paper.sealed import State

Words = str | Promise

ANSWERS: Mapping[Answer, Words] = {
    Answer.VALID: _("全部有效"),
    Answer.PARTLY_VALID: _("部分有效"),
    Answer.NOT_VALID: _("目前无效"),
    Answer.FORGED: _("二维码是伪造的"),
    Answer.UNKNOWN: _("查无此证"),
}

PAPER_FORGED = _("证照文件被改动过，或者不是本机关签章的")
"""In the place of the words for a forged code, where it is the file that does not hold."""

EXPLAINED: Mapping[Answer, Words] = {
    Answer.VALID: _("证书上的各项许可目前均有效。"),
    Answer.PARTLY_VALID: _("只有标为“有效”的许可目前有效；其余各项见下表，不影响有效的许可。"),
    Answer.NOT_VALID: _("证书上没有一项许可目前有效。"),
    Answer.FORGED: _("内容被改动过，或者不是本机关签发的。请不要据此认可任何许可。"),
    Answer.UNKNOWN: _("登记簿中没有这张证书。请核对编号；如果是扫码得到的，请不要认可。"),
}

ASK_ONLINE = _("离线不能核验")
EXPLAINED_ASK_ONLINE = _("请联网核验；联网之前不要据此认可任何许可。")
ONLINE_ONLY = ("number_only", "unsupported", "key_leaked")
"""Reasons for which nothing can be told without the record, neither that it is on it nor that it is not."""

REASONS: Mapping[str, Words] = {
    "digits": _("不是证书二维码的数字"),
    "text": _("不是证书二维码的文本"),
    "length": _("内容过长，不是证书二维码"),
    "structure": _("二维码的结构不对"),
    "header": _("二维码的签名头不对"),
    "algorithm": _("签名算法与密钥不符"),
    "signature": _("签名不对：内容被改动过"),
    "content": _("二维码的内容不对"),
    "key": _("签名密钥不在本机关的名单上"),
    "key_leaked": _("签名密钥已经泄露：只有联网对照登记簿才能证明"),
    "key_time": _("签名时间不在密钥的使用期内"),
    "future": _("签发时间在将来"),
    "unsigned": _("二维码没有签名：不是本机关制作的"),
    "not_issued": _("本机关没有签发过这样的版本"),
    "address": _("二维码的网址属于另一张证书"),
    "not_on_record": _("登记簿中没有这个编号"),
    "check_character": _("编号与校验码不符，请核对后重新输入"),
    "paper_changed": _("文件上的电子签章被破坏：签章之后文件内容被改动过"),
    "paper_added_to": _("签章之后有人在文件中添加了内容；本机关签发的证照文件不允许任何改动"),
    "paper_unknown_certificate": _("文件上的电子签章不是本机关的"),
    "number_only": _("离线时不能只凭编号核验，请提供二维码"),
    "unsupported": _("这台设备不支持签名所用的算法，请联网核验"),
}

STATES: Mapping[ItemState, Words] = {
    ItemState.VALID: _("有效"),
    ItemState.SUSPENDED: _("暂扣"),
    ItemState.EXPIRED: _("已过期"),
    ItemState.WITHDRAWN: _("已撤回"),
    ItemState.REVOKED: _("已撤销"),
    ItemState.REVOKED_AS_PENALTY: _("已吊销"),
    ItemState.CANCELLED: _("已注销"),
    ItemState.NOT_BEGUN: _("尚未生效"),
}

WARNINGS: Mapping[Warn, Words] = {
    Warn.OLDER_VERSION: _("这是较早的版本，证书已有新版本；以本页显示的信息为准"),
    Warn.SIGNATURE_NOT_CHECKED: _("没有核验二维码的签名：只凭编号或网址查到登记信息，不能证明眼前的证书是真的"),
    Warn.OTHER_ADDRESS: _("二维码指向的网址（%(host)s）不是本站的核验页：请不要打开它，也不要在那里输入任何信息"),
    Warn.FILE_CHANGED: _("文件与签发时不同（重新保存过也会这样），请以本页显示的信息为准"),
    Warn.LIST_STALE: _("状态名单已过期，之后的变化没有反映，请联网更新"),
    Warn.NOT_IN_LIST: _("证书在状态名单之后签发，名单中没有它"),
    Warn.NOT_YET_ISSUED: _("在所查询的时间，证书尚未签发"),
    Warn.NOT_SEALED: _("文件没有电子签章，是扫描件或复制件，不是电子证照原件；只核验了二维码"),
    Warn.SEAL_NOT_CHECKED: _("公布的文件中没有印章证书，文件上的电子签章未核验；只核验了二维码"),
}


SEALS: Mapping[State, Words] = {
    State.NONE: _("无"),
    State.GOOD: _("有效，签章后未改动"),
    State.BROKEN: _("无效：签章后被改动"),
    State.ADDED_TO: _("无效：签章后有添加"),
    State.FOREIGN: _("不是本机关的印章"),
}


def title_of(verdict: Verdict) -> Words:
    """The verdict in a few words."""
    if verdict.reason in ONLINE_ONLY:
        return ASK_ONLINE
    is_paper = verdict.answer is Answer.FORGED and verdict.reason.startswith("paper_")
    return PAPER_FORGED if is_paper else ANSWERS[verdict.answer]


PRESENTED: Mapping[presenting.State, Words] = {
    presenting.State.LIVE: _("由经营者登录后在手机上实时出示"),
    presenting.State.OVER: _("出示码已过期：可能是截屏或者旧照片，请让经营者重新出示"),
    presenting.State.FORGED: _("出示码是伪造的，或者属于另一张证书"),
}
"""What the token behind a shown code is worth (亮证)."""


def warning_words(verdict: Verdict) -> list[str]:
    """What to say beside the verdict."""
    return [str(WARNINGS[warning]) % {"host": verdict.foreign_host} for warning in verdict.warnings]
