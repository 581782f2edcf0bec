"""Settings. Every value that differs between places comes from the environment; the defaults suit a first try at home."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("ONE_LICENCE_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG", False)
PRODUCTION = env.flag("PRODUCTION", False)
UNSAFE_KEY = "only-for-trying-at-home-never-in-production-0123456789"
SECRET_KEY = env.secret("SECRET_KEY", UNSAFE_KEY)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}")
DEMO = env.flag("DEMO", not PRODUCTION)
# Where the source of this very version is, for the footer: AGPL-3.0 section 13 gives it to everyone whom the site serves.
SOURCE_URL = env.text("SOURCE_URL", "")

if PRODUCTION:
    for wrong, mend in (
        (SECRET_KEY in ("", UNSAFE_KEY), "set SECRET_KEY (or SECRET_KEY_FILE)"),
        (DEBUG, "set DEBUG=False"),
        (DEMO, "set DEMO=False: demo accounts have a public password"),
        (not env.names("ALLOWED_HOSTS"), "set ALLOWED_HOSTS"),
        (not SITE_URL.startswith("https://"), "set SITE_URL to an https:// address"),
        (not SOURCE_URL.startswith("https://"), "set SOURCE_URL to an https:// address of this source (AGPL-3.0, 13)"),
    ):
        if wrong:
            raise ImproperlyConfigured(f"PRODUCTION=True refuses to start: {mend}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_fsm",
    "viewflow",
    "viewflow.workflow",
    "accounts",
    "calendars",
    "outbox",
    "audit",
    "paper",
    "industries",
    "permits",
    "certificates",
    "workflows",
]
# Viewflow would add middleware of its own to this list; we name what runs.
VIEWFLOW = {"AUTOREGISTER": False}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "industries.middleware.ReadingAid",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.filesystem.Loader"],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.site",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'one-licence.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["outbox.sign_in.Backend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "workflows:desk"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Our own folder alone: no page uses what packages bring, and viewflow's style sheets name files that it does not ship.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# At home the files come straight from their folders; production runs `collectstatic`, which gives them names with a
# hash (kept by browsers for ever) and compresses them.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A table of the form is one input per cell: 300 rows of six columns (permits.fields.tables) and what was pasted over it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_LIMIT_BYTES = env.number("UPLOAD_LIMIT_MB", 20) * 1024 * 1024
# A virus scanner (clamd): its socket's path or host:port. Where it is set and silent, nothing is taken in.
CLAMD_SOCKET = env.text("CLAMD_SOCKET", "")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.number("SESSION_MINUTES", 480) * 60
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.refusals.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # supervisors ask by plain http from the same machine
    SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'self'"],
        "object-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
}

# Side effects leave through the outbox: "thread" delivers right after the commit inside this process (the embedded
# mode), "inline" in the same call (tests, commands), "worker" leaves them to `manage.py deliver --forever`.
OUTBOX_MODE = env.text("OUTBOX_MODE", "thread")
# Messages: a mail server and an SMS service of the district. At home both are shown on the console; in production a
# channel that is not set up is none, so that the delivery log never claims what did not happen.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD", "")
EMAIL_SECURITY = env.choice("EMAIL_SECURITY", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "no-reply@localhost")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend" if PRODUCTION else "outbox.console.EmailBackend"
SMS_BACKEND = env.text("SMS_BACKEND", "" if PRODUCTION else "outbox.sms.Console")
SMS_HTTP_URL = env.text("SMS_HTTP_URL", "")
SMS_HTTP_TOKEN = env.secret("SMS_HTTP_TOKEN", "")
# R1.25: the city's store of electronic licences, to which each version goes; no class, no collection.
ELICENCE_STORE = env.text("ELICENCE_STORE", "")
ELICENCE_STORE_URL = env.text("ELICENCE_STORE_URL", "")
ELICENCE_STORE_KEY_ID = env.text("ELICENCE_STORE_KEY_ID", "")
ELICENCE_STORE_SECRET = env.secret("ELICENCE_STORE_SECRET", "")
KEYS_DIR = Path(env.text("KEYS_DIR", str(DATA_DIR / "keys")))
KEYS_PASSPHRASE = env.secret("KEYS_PASSPHRASE", "")
SEAL_SERVER_TOKEN = env.secret("SEAL_SERVER_TOKEN", "")
# What verifiers fetch: the public keys and the signed status list, as files.
PUBLISHED_DIR = Path(env.text("PUBLISHED_DIR", str(DATA_DIR / "published")))
FONTS_DIR = BASE_DIR / "static" / "dist" / "fonts"

# What the licence says of itself; no official form was published, so a district sets its own words.
LICENCE_SEAL_TEXT = env.text("LICENCE_SEAL_TEXT", "上海市长宁区行业综合许可专用章")
LICENCE_SPECIMEN = env.flag("LICENCE_SPECIMEN", True)
LICENCE_TITLE = env.text("LICENCE_TITLE", "行业综合许可证")
LICENCE_FORCE_TEXT = env.text(
    "LICENCE_FORCE_TEXT", "扫码核验：以二维码加载的许可信息为准，与纸质单项许可证具有同等证明力，全市通用。"
)
LICENCE_HINT = env.text(
    "LICENCE_HINT",
    "提示：本证集成所列各项许可，不改变各项许可的审批部门、法律效力和有效期；其中一项失效，不影响其他各项。请悬挂于经营场所显著位置。",
)
# GB/T 36904: no type code was published for this licence, and the issuer's code is the district's own; both are made up here.
LICENCE_ISSUER_CODE = env.text("LICENCE_ISSUER_CODE", "11310105MB0000000N")
LICENCE_TYPE_CODE = env.text("LICENCE_TYPE_CODE", "11310105MB0000000N901")
LICENCE_NUMBER_PATTERN = env.text("LICENCE_NUMBER_PATTERN", "沪长综许〔{year}〕{serial:06d}号")
PLACE_NAMES = env.names("PLACE_NAMES", "上海,上海市,长宁,长宁区,上海长宁,上海长宁区,上海市长宁,上海市长宁区")
CASE_NUMBER_PREFIX = env.text("CASE_NUMBER_PREFIX", "310105")
# R2.10: the law names no period for the applicant's supplement; the district sets its own, in working days.
SUPPLEMENT_DAYS = env.number("SUPPLEMENT_DAYS", 20)
# R6.6: no law names the period for putting right what was promised and is not so; in working days, each order may name another.
RECTIFICATION_DAYS = env.number("RECTIFICATION_DAYS", 10)
# R1.37: who is reminded of what, and when; a YAML file over the house's own ladders (workflows/reminders/ladders.yaml).
REMINDERS_FILE = env.text("REMINDERS_FILE", "")
# R2.37: a decision served online must name an online way to ask for reconsideration; the district sets its own words.
RECONSIDERATION_CHANNEL = env.text(
    "RECONSIDERATION_CHANNEL", "上海“一网通办”行政复议在线申请(以复议机关公布的网址为准)"
)
# R0.2: whose rules count. Pudong's (permits granted on one commitment for a whole industry) are never applied here.
JURISDICTION = env.choice("JURISDICTION", ("changning",))
SERVICE_OFFICE = env.text("SERVICE_OFFICE", "dept_gov_service")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
    # Seals that do not hold are an answer here, not a fault.
    "loggers": {name: {"level": "CRITICAL"} for name in ("pyhanko", "pyhanko_certvalidator")},
}
