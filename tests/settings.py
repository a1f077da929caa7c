"""The product's settings with a data directory of the test run's own, plain static files and a fast password hasher."""

import os
import tempfile
from pathlib import Path

os.environ["PITHEAD_DATA_DIR"] = tempfile.mkdtemp(prefix="pithead-test-")

from pithead.web.settings import *  # noqa: F403
from pithead.web.settings import DATA_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a real one costs 90 ms a user

# Static files straight from their sources: no test depends on what was collected before (test_serving does, and says so).
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core"
STATICFILES_DIRS = [("axe", AXE)]  # served from 'self', as the content security policy asks
