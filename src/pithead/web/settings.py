"""Settings, all read from the environment; the defaults are safe for a trial on one machine.

PITHEAD_DATABASE_URL  sqlite or postgresql address; default: SQLite in the data directory
PITHEAD_DATA_DIR      files, keys and the default database; default: ./var
PITHEAD_SECRET_KEY    signs sessions; default: made once in the data directory
PITHEAD_HOSTS         host names served, separated by commas; default: every name (trial)
PITHEAD_HTTPS         1 when a proxy terminates TLS: secure cookies, HSTS
PITHEAD_DEBUG         1 for development only
"""

import base64
import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from pithead.kernel.crypto import secret_from_file
from pithead.kernel.db import database_from_url


def _flag(name: str) -> bool:
    return os.environ.get(name, "") == "1"


PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PITHEAD_DATA_DIR", "var")).resolve()
DEBUG = _flag("PITHEAD_DEBUG")
HTTPS = _flag("PITHEAD_HTTPS")
SECRET_KEY = (
    os.environ.get("PITHEAD_SECRET_KEY")
    or secret_from_file(DATA_DIR / "keys" / "secret.key", lambda: base64.b64encode(secrets.token_bytes(48))).decode()
)
ALLOWED_HOSTS = os.environ.get("PITHEAD_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

DATA_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {
    "default": database_from_url(os.environ.get("PITHEAD_DATABASE_URL") or f"sqlite:///{DATA_DIR / 'pithead.sqlite3'}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# From the bottom up, in the order of the import contract.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "pithead.kernel",
    "pithead.ui",
    "pithead.org",
    "pithead.rules",
    "pithead.measures",
    "pithead.issues",
    "pithead.practices",
    "pithead.assess",
    "pithead.documents",
    "pithead.web",
    "pithead.cli",
    "pithead.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "pithead.web.middleware.refuse_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pithead.web.middleware.SignedInMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "pithead.web.urls"
WSGI_APPLICATION = "pithead.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "pithead.web.shell.shell",
            ],
        },
    }
]

FORM_RENDERER = "pithead.ui.forms.Renderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # a message costs no write

AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = ["pithead.web.backend.AccountBackend"]
LOGIN_URL = "web:sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# 等保 C1, C2: how long a password, a wrong guess, a printed code and an idle session last.
PASSWORD_MAX_AGE_DAYS = 90
LOCK_AFTER_FAILURES = 5
LOCK_MINUTES = 15
ACTIVATION_CODE_DAYS = 14
IDLE_SIGN_OUT_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # computers are shared
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^health/$"]  # monitors ask the process itself
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The browser talks to its own server only: nothing inline, nothing evaluated, nobody else.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "_static"
NPM_ROOT = PACKAGE.parent.parent / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pithead.ui.finders.NpmFinder",
]
# Collected files are served compressed under hashed names; before they are collected, and while developing, as they lie.
# bin/ collects with PITHEAD_COLLECTING=1, which asks for the hashing storage before its manifest is there.
COLLECTED = not DEBUG and (_flag("PITHEAD_COLLECTING") or (STATIC_ROOT / "staticfiles.json").exists())
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG

# What goes wrong is written to standard error, where the service manager collects it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}, "django.request": {"level": "ERROR"}},
}

# Roster and score workbooks: a whole mine fits in far less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
