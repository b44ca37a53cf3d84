"""Every knob, top to bottom. Operators turn TANDEM_… variables; each is described where it is read."""

import secrets
from pathlib import Path

import psycopg

from tandem.kit import env
from tandem.kit.postgres import Cluster

# The processes, and where they listen.

HOST = env.text("TANDEM_HOST", "127.0.0.1", "The address the web server listens on.")
PORT = env.number("TANDEM_PORT", 8000, "The port of the web server.", least=1)
MAIL_HOST = env.text("TANDEM_MAIL_HOST", "127.0.0.1", "The address incoming mail (SMTP) listens on.")
MAIL_PORT = env.number("TANDEM_MAIL_PORT", 2525, "The port of incoming mail (SMTP).", least=1)
LMTP = env.place("TANDEM_LMTP", "", "Where mail is taken in by LMTP, too: host:port, or the path of a socket.")
WORK_GAP_MINUTES = env.number(
    "TANDEM_WORK_GAP_MINUTES", 15, "Two acts of a person on a case no further apart are one stretch of work.", least=1
)
WEB_PROCESSES = env.number("TANDEM_WEB_PROCESSES", 2, "Processes that answer web requests.", least=1)
WEB_THREADS = env.number("TANDEM_WEB_THREADS", 4, "Requests one of them answers at a time.", least=1)
WORKER_JOBS = env.number("TANDEM_WORKER_JOBS", 4, "Jobs a worker does at a time.", least=1)

# The data directory, and what identifies this installation.

DATA = env.path("TANDEM_DATA", "./var", "The directory that holds everything: database, files, generated secrets.")
DEMO = env.switch("TANDEM_DEMO", False, "One-click sign-in as each of the cast. Never on a real installation.")
BASE_URL = env.text("TANDEM_BASE_URL", f"http://127.0.0.1:{PORT}", "Where people reach us, as it stands in mails.")
COMPANY = env.text("TANDEM_COMPANY", "Tandem", "The company whose customers write here; stands on portal and mail.")


def _secret_key() -> str:
    if told := env.text("TANDEM_SECRET_KEY", "", "Signs sessions and links; made and kept in the data directory."):
        return told
    kept = DATA / "secret_key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".new")
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.chmod(0o600)
        fresh.replace(kept)
    return kept.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = env.words("TANDEM_HOSTS", "*", "Host names we answer to; set it when we stand on the open internet.")

# The database: PostgreSQL, ours in the data directory or yours by address.

DATABASE_URL = env.text("TANDEM_DATABASE_URL", "", "postgresql://… of your own PostgreSQL (15 or newer).")


PREPARE = env.switch(
    "TANDEM_PREPARE",
    True,
    "Let PostgreSQL keep its plans; turn it off behind a pooler that cannot hold prepared statements.",
)

# A row of a queue joins eight tables, each by its key, in the order we say. Left to itself the planner weighs all
# orders: 38 ms of planning for half a millisecond of work. Nor does it plan anew each time what was planned once, because
# values might let it expect a little less.
PLANNING = "-c join_collapse_limit=4 -c jit=off" + (" -c plan_cache_mode=force_generic_plan" if PREPARE else "")


# A server that vanished without a word is noticed in seconds, not in the hours TCP would wait.
GONE = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}


def _database(url: str) -> dict:
    try:
        told = psycopg.conninfo.conninfo_to_dict(url or Cluster(DATA / "postgres").url)
    except psycopg.ProgrammingError as error:
        raise env.BadSetting(f"TANDEM_DATABASE_URL is not a PostgreSQL address: {str(error).strip()}.") from None
    known = {name: told.pop(key, "") for name, key in _ADDRESS.items()}
    return {
        "ENGINE": "tandem.kit.database",
        **known,
        # Of these only `kit.prepared` makes use.
        "OPTIONS": GONE
        | told
        | {"prepare_threshold": 1 if PREPARE else None, "application_name": "tandem"}
        | {"options": f"{told.get('options', '')} {PLANNING}".strip()},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


_ADDRESS = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
DATABASES = {"default": _database(DATABASE_URL)}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kit_cache"},
}

# The house. A room may look back along this list, never ahead.

FLOOR = ["tandem.kit", "tandem.people", "tandem.customers", "tandem.connectors", "tandem.signals", "tandem.cases"]
JOURNEY = [
    "tandem.writing",
    "tandem.communicate",
    "tandem.organize",
    "tandem.submit",
    "tandem.intake",
    "tandem.triage",
    "tandem.investigate",
    "tandem.escalate",
    "tandem.resolve",
    "tandem.close",
    "tandem.learn",
    "tandem.status",
    "tandem.recall",
    "tandem.measure",
    "tandem.shifts",
    "tandem.clocks",
    "tandem.notify",
    "tandem.automate",
    "tandem.queue",
]
WINDOWS = ["tandem.desk", "tandem.portal", "tandem.api", "tandem.story"]
LIBRARIES = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
]

ROOMS = FLOOR + JOURNEY + WINDOWS
INSTALLED_APPS = ROOMS + LIBRARIES

# Requests.

ROOT_URLCONF = "tandem.config.urls"
WSGI_APPLICATION = "tandem.config.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tandem.kit.lighter.Files",
    "tandem.kit.headers.ContentSecurity",
    "tandem.kit.uploads.Bounded",
    "tandem.kit.lighter.Pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tandem.kit.zones.Readers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tandem.kit.refusals.SayRefusals",
    "tandem.api.idempotency.Idempotency",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        # Only the rooms' own folders: templates of libraries are written for Django's engine.
        "DIRS": [Path(__file__).parent.parent / room.split(".")[1] / "templates" for room in ROOMS],
        "OPTIONS": {
            "environment": "tandem.config.jinja.environment",
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "tandem.kit.csrf.one_token",
                "tandem.desk.nav.nav",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "django.forms.renderers.Jinja2"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000  # every address carries ?v=, the content's own fingerprint
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Files: what may come, and where it rests.

UPLOAD_LIMIT = env.number("TANDEM_UPLOAD_LIMIT", 25_000_000, "Bytes one attachment may have.", least=1000)
CASE_LIMIT = env.number("TANDEM_CASE_LIMIT", 1_000_000_000, "Bytes all attachments of one case may have.", least=1000)
KEEP_FREE = env.number("TANDEM_KEEP_FREE", 200_000_000, "Bytes left free on the disk; below that, files are refused.")
FILES = env.text(
    "TANDEM_FILES", "", "Where files rest: a folder, or s3://bucket/prefix. Without it, in the data directory."
)
S3_ENDPOINT = env.text("TANDEM_S3_ENDPOINT", "", "The address of an S3 that is not Amazon's, https://….")
S3_REGION = env.text("TANDEM_S3_REGION", "", "The region of the bucket.")
S3_KEY = env.text("TANDEM_S3_KEY", "", "The access key; without it, as the machine is set up for Amazon's clients.")
S3_SECRET = env.text("TANDEM_S3_SECRET", "", "The secret that belongs to the key.")
CLAMAV = env.text("TANDEM_CLAMAV", "", "Where clamd checks files for viruses: host:port, or the path of its socket.")

# Who is there.

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["tandem.people.sessions.People"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tandem.people.doors.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; without it the library asks for no password at all
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,100/h/ip,3/m/key,12/h/key",  # key: the address
    "sign_in_mail": "1000/h/key",  # key: all of us together
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "tandem.people.forms.PasswordForm",
    "request_login_code": "tandem.people.forms.CodeForm",
    "confirm_login_code": "tandem.people.forms.ConfirmCodeForm",
    "change_password": "tandem.people.forms.NewPasswordForm",
    "set_password": "tandem.people.forms.FirstPasswordForm",
}
SESSION_ENGINE = "tandem.people.sessions"
SESSION_COOKIE_AGE = 60 * 60 * env.number("TANDEM_SESSION_HOURS", 12, "Hours a person stays signed in.", least=1)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "tandem_session"
CSRF_COOKIE_NAME = "tandem_csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BASE_URL.startswith("https:") else 0
if env.switch("TANDEM_BEHIND_PROXY", False, "Trust X-Forwarded-Proto of the proxy in front of us."):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits count the visitor, not the proxy

# Words and times.

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
TIME_ZONE = env.text(
    "TANDEM_TIME_ZONE", "UTC", "The time zone of the house, as in the tz database; people may set their own."
)
USE_TZ = True
USE_I18N = True

# Mail, out and in.

SMTP_URL = env.text(
    "TANDEM_SMTP_URL", "smtp://127.0.0.1:25", "Where mail leaves: smtp://user:password@host:587?tls=start."
)
MAIL_FROM = env.text("TANDEM_MAIL_FROM", "support@tandem.example", "The address customers write to and hear from.")
MAIL_ADDRESSES = env.words(
    "TANDEM_MAIL_ADDRESSES", "", "More addresses customers may write to, besides TANDEM_MAIL_FROM."
)
REPLY_DOMAIN = env.text("TANDEM_REPLY_DOMAIN", MAIL_FROM.rpartition("@")[2], "The domain of signed reply addresses.")
AUTHSERV_ID = env.text(
    "TANDEM_AUTHSERV_ID", "", "The authserv-id of our own mail server, whose Authentication-Results we believe."
)
MAIL_LIMIT = env.number("TANDEM_MAIL_LIMIT", 45_000_000, "Bytes one incoming message may have.", least=10_000)
MAIL_TLS_CERT = env.text(
    "TANDEM_MAIL_TLS_CERT", "", "Certificate (PEM) that incoming mail offers STARTTLS with; read again when it changes."
)
MAIL_TLS_KEY = env.text("TANDEM_MAIL_TLS_KEY", "", "Its key (PEM), unless that is in the same file.")
MAIL_TLS_REQUIRED = env.switch("TANDEM_MAIL_TLS_REQUIRED", False, "Take no mail without STARTTLS.")
MAIL_TRUSTED = env.networks(
    "TANDEM_MAIL_TRUSTED",
    "127.0.0.0/8 ::1",
    "Networks of our own mail servers: only their verdicts on senders count, and their mails are not counted.",
)
MAIL_CONNECTIONS = env.number(
    "TANDEM_MAIL_CONNECTIONS", 20, "Connections another address may have open to incoming mail.", least=1
)
MAIL_RATE = env.number("TANDEM_MAIL_RATE", 120, "Mails another address may send within a minute.", least=1)
if MAIL_TLS_REQUIRED and not MAIL_TLS_CERT:
    raise env.BadSetting("TANDEM_MAIL_TLS_REQUIRED is yes, but there is no TANDEM_MAIL_TLS_CERT.")
MOST_BOUNCES = env.number(
    "TANDEM_MOST_BOUNCES", 2, "Mails that may come back for good before no more go to that address.", least=1
)
UNDO_SECONDS = env.number(
    "TANDEM_UNDO_SECONDS", 10, "Seconds an update waits before it leaves, so that it can be undone; 0: none."
)
ANONYMOUS_REPORTS = env.number(
    "TANDEM_ANONYMOUS_REPORTS", 200, "Reports without signing in that are taken in an hour; 0 shuts that door."
)
MAIL_PER_SENDER = env.number(
    "TANDEM_MAIL_PER_SENDER", 60, "Mails an hour from one address; more than that waits in quarantine.", least=1
)
MAIL_TO_ADDRESS = env.number(
    "TANDEM_MAIL_TO_ADDRESS", 2, "Mails a day that no person wrote, at most one an hour, to one address.", least=0
)
RECEIPTS = env.number(
    "TANDEM_RECEIPTS", 100, "Receipts an hour to senders whom nothing proves; their mails land all the same.", least=0
)
ANYMAIL: dict[str, object] = {
    "WEBHOOK_SECRET": env.words(
        "TANDEM_MAIL_HOOK_SECRET",
        "",
        "name:password that mail providers post to /hooks/mail/ with; without it they are shut out.",
    )
}
if _key := env.text(
    "TANDEM_MAILGUN_SIGNING_KEY", "", "The HTTP webhook signing key of Mailgun, if mail comes from there."
):
    ANYMAIL["MAILGUN_WEBHOOK_SIGNING_KEY"] = _key
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
EMAIL_BACKEND = "tandem.communicate.smtp.Backend"

# Calls of ours to addresses that people typed.

FETCH_ALLOW = env.words(
    "TANDEM_FETCH_ALLOW",
    "",
    "Hosts and networks (CIDR) of your own that may be called though they are inside, as `billing.corp,10.1.0.0/16`.",
)

# What happened, for the operator.

LOG_LEVEL = env.text("TANDEM_LOG_LEVEL", "INFO", "How much is logged: DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},
    },
}
