"""The product's settings with a data directory of the test run's own and a fast password hasher."""

import os
import tempfile

os.environ["PITHEAD_DATA_DIR"] = tempfile.mkdtemp(prefix="pithead-test-")

from pithead.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a real one costs 90 ms a user
