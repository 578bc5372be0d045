"""All settings of Teladan. Each is read once from the environment and refused early.

Every TELADAN_… variable read here is explained in docs/operate.md (tested).
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from teladan import compat

T = TypeVar("T")


def env(name: str, parse: Callable[[str], T], default: T) -> T:
    """Read TELADAN_<name>; fail at start-up, naming the variable and the value."""
    raw = os.environ.get(f"TELADAN_{name}")
    if raw is None or raw == "":
        return default
    try:
        return parse(raw)
    except ValueError as wrong:
        asked = f"TELADAN_{name}={raw!r}"
        raise ImproperlyConfigured(f"{asked}: {wrong}. See docs/operate.md.") from wrong


def yes_or_no(raw: str) -> bool:
    if raw.lower() in {"1", "yes", "true", "on"}:
        return True
    if raw.lower() in {"0", "no", "false", "off"}:
        return False
    raise ValueError("say yes or no")


def words(raw: str) -> list[str]:
    return [word.strip() for word in raw.split(",") if word.strip()]


def database(url: str) -> dict[str, Any]:
    """Turn postgres://user:password@host:port/name?pool=8 into Django's setting."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("only postgres:// addresses are understood; leave it out for SQLite")
    # A page asks for some rows at once: compiling its queries costs more than running them.
    options: dict[str, Any] = {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
        "options": "-c jit=off",
    }
    query = dict(parse_qsl(parts.query))
    if query.pop("pool", "") == "no":  # behind PgBouncer, and in tests
        options = {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": not options,
        "OPTIONS": options,
    }


def secret_key(folder: Path) -> str:
    """Return the key kept beside the data, making it at the first start."""
    given = os.environ.get("TELADAN_SECRET_KEY")
    if given:
        return given
    kept = folder / "secret.key"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return kept.read_text(encoding="ascii")


# Many small matrices and several web threads: one thread a product is three times as fast here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HERE = Path(__file__).resolve().parent
DATA = env("DATA", Path, Path("data")).resolve()
DEBUG = env("DEBUG", yes_or_no, False)
SECRET_KEY = secret_key(DATA)
ALLOWED_HOSTS = env("HOSTS", words, ["localhost", "127.0.0.1", "[::1]"])
NOWHERE: list[str] = []
CSRF_TRUSTED_ORIGINS = env("ORIGINS", words, NOWHERE)
# The address people reach this site by: printed in mails, certificates and QR codes.
SITE_URL = env("SITE_URL", str, "http://localhost:8000").rstrip("/")
# Behind TLS: cookies only over TLS, and the browser told to stay there.
TLS = env("TLS", yes_or_no, False)

INSTALLED_APPS = [
    "teladan",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # django-allauth's page of keys asks for it
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *compat.PARTIALS_APPS,
    *compat.TASKS_APPS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "teladan.house.web.arrive",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    compat.CSP_MIDDLEWARE,
    "teladan.house.web.greet",
]
ROOT_URLCONF = "teladan.urls"
WSGI_APPLICATION = "teladan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "teladan.house.web.surroundings",
            ],
            "builtins": [*compat.PARTIALS_BUILTINS],
            "libraries": {"teladan": "teladan.house.templatetags.teladan"},
        },
    }
]

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "teladan.sqlite3",
    # Kept open for each thread: opening the file and its pragmas costs more than most pages.
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # FULL: a filed entry is worth the four milliseconds of an fsync.
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;"
        "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON;",
    },
}
DATABASES = {"default": env("DATABASE_URL", database, SQLITE)}
ON_POSTGRES = "postgresql" in str(DATABASES["default"]["ENGINE"])
# Counters of failed sign-ins live in the cache; several processes must share it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "teladan_cache",
    }
    if ON_POSTGRES
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA / "cache",
    }
}

AUTH_USER_MODEL = "teladan.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "teladan.house.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# Failed sign-ins are counted by address; behind a gateway all would seem to come from one.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TLS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Teladan"
# A provider by OpenID Connect is switched on by giving its three facts.
OIDC_SERVER = env("OIDC_SERVER", str, "")
if OIDC_SERVER:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "teladan.house.signin.oidc_adapter"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env("OIDC_NAME", str, "OpenID Connect"),
                    "client_id": env("OIDC_CLIENT", str, ""),
                    "secret": env("OIDC_SECRET", str, ""),
                    "settings": {"server_url": OIDC_SERVER},
                }
            ]
        }
    }

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # filters in templatetags/teladan.py write numbers

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA / "files"
SEARCH_ROOT = DATA / "search"
WHITENOISE_MAX_AGE = 31_536_000
# One file at most; an entry's evidence is counted beside it by the edition's rules.
FILE_LIMIT = env("FILE_LIMIT", int, 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

EMAIL_BACKEND = env("EMAIL_BACKEND", str, "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = env("EMAIL_HOST", str, "localhost")
EMAIL_PORT = env("EMAIL_PORT", int, 25)
EMAIL_HOST_USER = env("EMAIL_USER", str, "")
EMAIL_HOST_PASSWORD = env("EMAIL_PASSWORD", str, "")
EMAIL_TIMEOUT = 20
EMAIL_USE_TLS = env("EMAIL_TLS", yes_or_no, False)
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", str, "Teladan <teladan@localhost>")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
_self = ["'self'"]
globals().update(
    compat.csp_settings(
        {
            "default-src": _self,
            "script-src": _self,
            "style-src": _self,
            "img-src": ["'self'", "data:"],
            "font-src": _self,
            "connect-src": _self,
            "object-src": ["'none'"],
            "base-uri": ["'none'"],
            "form-action": _self,
            "frame-ancestors": ["'none'"],
        }
    )
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", str, "WARNING")},
}
