"""Writes the table of environment variables into docs/district.md and its Chinese twin.

The names, kinds and defaults are read from config/settings.py; what they are for stands here, in both languages.
`python scripts/settings_table.py` writes; a test checks that nothing is missing and that the pages are up to date.
"""

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "config" / "settings.py"
KINDS = ("text", "flag", "number", "names", "secret", "choice")
MARKS = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
HEADS = {
    "docs/district.md": ("| variable | default | is |", 0),
    "docs/zh/district.md": ("| 变量 | 默认值 | 含义 |", 1),
}

MEANINGS = {
    "ONE_LICENCE_DIR": (
        "where data lies: database, files, keys, collected static files",
        "数据目录:数据库、文件、密钥、静态文件",
    ),
    "DATABASE_URL": (
        "`sqlite:///path` or `postgresql://user:password@host:port/name`; through a pooler in transaction mode: `?pooler=transaction`",
        "`sqlite:///路径` 或 `postgresql://用户:密码@主机:端口/库名`;经事务模式的连接池:`?pooler=transaction`",
    ),
    "PRODUCTION": ("`True` refuses to start with unsafe settings", "`True` 时遇到不安全的设置拒绝启动"),
    "DEBUG": ("error pages with details; never in production", "错误页显示细节;生产环境不得开启"),
    "DEMO": ("demo accounts with a public password", "演示账号(密码公开)"),
    "SECRET_KEY": (
        "signs sessions; or `SECRET_KEY_FILE` with the path of a file that holds it",
        "会话签名密钥;也可用 `SECRET_KEY_FILE` 给出存放它的文件",
    ),
    "ALLOWED_HOSTS": ("host names of the site, with commas", "网站主机名,逗号分隔"),
    "SITE_URL": ("the site's public address: it is printed into every code", "网站公开地址,写进每个二维码"),
    "PORT": ("the port of `make run`", "`make run` 的端口"),
    "SOURCE_URL": (
        "where the source of what you run is published (AGPL-3.0, 13)",
        "所运行版本的源代码公布地址(AGPL-3.0 第 13 条)",
    ),
    "UPLOAD_LIMIT_MB": ("largest uploaded file", "单个上传文件的上限(MB)"),
    "CLAMD_SOCKET": (
        "a virus scanner (clamd): socket path or host:port; while it is silent nothing is taken in",
        "病毒扫描(clamd)的套接字路径或 主机:端口;扫描器不应答时不接收文件",
    ),
    "SESSION_MINUTES": ("how long a sign-in lasts", "登录有效时间(分钟)"),
    "SSL_REDIRECT": ("send http visitors to https (production)", "把 http 访问转到 https(生产环境)"),
    "HSTS_SECONDS": ("how long browsers insist on https (production)", "浏览器坚持使用 https 的时间(秒,生产环境)"),
    "OUTBOX_MODE": (
        "`thread`: delivered by the web process; `worker`: by `manage.py deliver --forever`; `inline`: in the same call",
        "`thread`:由网站进程投递;`worker`:由 `manage.py deliver --forever` 投递;`inline`:当场投递",
    ),
    "EMAIL_HOST": (
        "the mail server; without one e-mail is shown on the console, and in production not sent at all",
        "邮件服务器;未设置时邮件显示在控制台,生产环境不发邮件",
    ),
    "EMAIL_PORT": ("its port", "邮件服务器端口"),
    "EMAIL_USER": ("the account at the mail server", "邮件服务器账号"),
    "EMAIL_PASSWORD": (
        "its password; or `EMAIL_PASSWORD_FILE` with the path of a file that holds it",
        "其密码;也可用 `EMAIL_PASSWORD_FILE` 给出存放它的文件",
    ),
    "EMAIL_SECURITY": ("`starttls`, `tls` or `none`", "`starttls`、`tls` 或 `none`"),
    "EMAIL_FROM": ("the sender's address", "发件人地址"),
    "SMS_BACKEND": (
        "the class that hands SMS to the district's service",
        "把短信交给本区短信平台的类",
    ),
    "SMS_HTTP_URL": (
        "where `SMS_BACKEND=outbox.sms_http.Http` posts to",
        "`SMS_BACKEND=outbox.sms_http.Http` 的接口地址",
    ),
    "SMS_HTTP_TOKEN": (
        "its bearer token; or `SMS_HTTP_TOKEN_FILE` with the path of a file that holds it",
        "接口令牌;也可用 `SMS_HTTP_TOKEN_FILE` 给出存放它的文件",
    ),
    "ELICENCE_STORE": (
        "the class that brings licences to the city's store of electronic licences (see Collection); empty: nothing is brought",
        "把证照归集到市电子证照库的类(见“电子证照归集”);留空不归集",
    ),
    "ELICENCE_STORE_URL": (
        "where `ELICENCE_STORE=certificates.collection.rest.Rest` sends to",
        "`ELICENCE_STORE=certificates.collection.rest.Rest` 的接口地址",
    ),
    "ELICENCE_STORE_KEY_ID": ("the name by which the store knows our key", "电子证照库据以识别本单位密钥的编号"),
    "ELICENCE_STORE_SECRET": (
        "the key that signs requests, 32 signs or more; or `ELICENCE_STORE_SECRET_FILE` with the path of a file that holds it",
        "请求签名的密钥(至少32个字符);也可用 `ELICENCE_STORE_SECRET_FILE` 给出存放它的文件",
    ),
    "KEYS_DIR": ("private signing keys", "签名私钥目录"),
    "KEYS_PASSPHRASE": (
        "locks the private keys' files; or `KEYS_PASSPHRASE_FILE` with the path of a file that holds it",
        "私钥文件的口令;也可用 `KEYS_PASSPHRASE_FILE` 给出存放它的文件",
    ),
    "SEAL_SERVER_TOKEN": (
        "what the seal server that keeps SM2 keys knows us by (`keys add`)",
        "向保存 SM2 私钥的签名服务器出示的令牌(`keys add`)",
    ),
    "PUBLISHED_DIR": (
        "public keys and signed status list, served at `/published/`; a web server may serve the folder",
        "公钥和签过名的状态名单,在 `/published/` 提供;也可由 Web 服务器直接提供该目录",
    ),
    "LICENCE_SEAL_TEXT": ("text of the seal on the licence", "证照上印章的文字"),
    "LICENCE_SPECIMEN": (
        "`True` prints “样张” across page and seal, also in the name of a seal that is made here",
        "`True` 时页面和印章处印“样张”,本机生成的印章证书名称也带“样张”",
    ),
    "LICENCE_TITLE": ("the licence's title", "证照名称"),
    "LICENCE_FORCE_TEXT": ("what the licence says of its force, beside the code", "证照上二维码旁关于效力的文字"),
    "LICENCE_HINT": ("the hint on the licence's foot", "证照底部的提示"),
    "LICENCE_ISSUER_CODE": (
        "the issuer's unified social credit code, 18 signs, in the electronic licence's identifier; the default is made up",
        "颁证机关的统一社会信用代码(18 位),用于电子证照标识;默认值是虚构的",
    ),
    "LICENCE_TYPE_CODE": (
        "the licence type's code, 21 signs (GB/T 36904); none was published, the default is made up",
        "证照类型代码(21 位,GB/T 36904);尚未公布,默认值是虚构的",
    ),
    "LICENCE_NUMBER_PATTERN": (
        "how a licence is numbered; `{year}` and `{serial}`",
        "证书编号样式,可用 `{year}` 和 `{serial}`",
    ),
    "PLACE_NAMES": (
        "what the names of the district's businesses begin with: whoever searches by pinyin may leave it out",
        "本区企业名称开头的地名，按拼音查找时可以省略",
    ),
    "CASE_NUMBER_PREFIX": ("first digits of case numbers", "办件编号的开头"),
    "SUPPLEMENT_DAYS": ("working days for answering a supplement notice", "补正期限(工作日)"),
    "RECTIFICATION_DAYS": (
        "usual working days for rectifying what was not as promised",
        "与承诺不符时通常的整改期限(工作日)",
    ),
    "REMINDERS_FILE": (
        "a YAML file with your own reminders and escalation; empty: those of the house (see Reminders)",
        "自定义催办和升级规则的 YAML 文件;留空用内置规则(见“催办”)",
    ),
    "RECONSIDERATION_CHANNEL": (
        "the online way to reconsideration, on every decision",
        "决定书上写明的行政复议网上渠道",
    ),
    "JURISDICTION": ("whose rules count; Pudong's are refused", "适用哪个区的规定;浦东的规定不予适用"),
    "SERVICE_OFFICE": ("id of the body that makes licences", "制证机关的代码"),
    "LOG_LEVEL": ("least severity that is logged", "日志级别"),
}


class Variable(NamedTuple):
    """One environment variable as config/settings.py reads it; `default` is Python source."""

    name: str
    default: str


def variables() -> list[Variable]:
    """Every variable in the order in which the settings read them, each once."""
    found: dict[str, Variable] = {}
    calls = [node for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        is_read = (
            isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "env" and call.func.attr in KINDS
        )
        if is_read and isinstance(call.args[0], ast.Constant):
            name = str(call.args[0].value)
            found.setdefault(name, Variable(name, shown(call.args[1:])))
    return list(found.values())


def shown(rest: list[ast.expr]) -> str:
    """A default as the table says it: a value as it stands, an expression by its source."""
    if not rest:
        return ""
    default = rest[0].elts[0] if isinstance(rest[0], ast.Tuple) else rest[0]
    if isinstance(default, ast.Constant):
        return str(default.value)
    return SPOKEN.get(ast.unparse(default), ast.unparse(default))


SPOKEN = {
    "str(BASE_DIR / 'var')": "var",
    "str(DATA_DIR / 'keys')": "$ONE_LICENCE_DIR/keys",
    "UNSAFE_KEY": "(unsafe)",
    "not PRODUCTION": "not PRODUCTION",
    "'' if PRODUCTION else 'outbox.sms.Console'": "outbox.sms.Console; in production none",
    "f'http://127.0.0.1:{env.number('PORT', 8000)}'": "http://127.0.0.1:$PORT",
    "f\"http://127.0.0.1:{env.number('PORT', 8000)}\"": "http://127.0.0.1:$PORT",
    "f\"sqlite:///{DATA_DIR / 'one-licence.sqlite3'}\"": "sqlite:///$ONE_LICENCE_DIR/one-licence.sqlite3",
}


def table(document: str) -> str:
    """The table in the document's language. Raises KeyError for a variable that nobody has described."""
    head, language = HEADS[document]
    rows = [head, "|---|---|---|"]
    for name, default in variables():
        rows.append(f"| `{name}` | {f'`{default}`' if default else ''} | {MEANINGS[name][language]} |")
    return "\n".join(rows) + "\n"


def filled(document: str) -> str:
    """The document with its table made anew."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return MARKS.sub(lambda found: f"{found[1]}{table(document)}{found[2]}", text)


def main() -> int:
    """Write both pages."""
    for document in HEADS:
        (ROOT / document).write_text(filled(document), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
