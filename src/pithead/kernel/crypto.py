"""Encrypted text columns (10.1 P12). The key lives in the data directory, never in the database or its dumps.

AES-SIV with the column's name as associated data: the same text gives the same cipher text within a column, so that a
number can be looked up exactly, and a value moved into another column no longer opens.
"""

import base64
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db import models

from pithead.kernel import disk

PREFIX = "v1:"


def secret_from_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a secret file, made on first use, readable by its owner only; two first users agree on one."""
    if path.exists():
        return path.read_bytes()
    return disk.put_first(path, make(), mode=disk.OWNER_ONLY)


@lru_cache(maxsize=4)
def _cipher(data_dir: str) -> AESSIV:
    return AESSIV(secret_from_file(Path(data_dir) / "keys" / "column.key", lambda: AESSIV.generate_key(512)))


def encrypt(text: str, *, column: str) -> str:
    sealed = _cipher(str(settings.DATA_DIR)).encrypt(text.encode(), [column.encode()])
    return PREFIX + base64.urlsafe_b64encode(sealed).decode()


def decrypt(stored: str, *, column: str) -> str:
    """Raises `InvalidTag` when the value was altered, moved, or the key is another."""
    if not stored.startswith(PREFIX):
        raise InvalidTag(f"{column} holds a value that was not encrypted")
    sealed = base64.urlsafe_b64decode(stored.removeprefix(PREFIX))
    return _cipher(str(settings.DATA_DIR)).decrypt(sealed, [column.encode()]).decode()


class EncryptedTextField(models.TextField):
    """Text that is cipher text in the database. Exact look-up works; ordering and containment do not. Empty stays empty."""

    def _column(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text, column=self._column()) if text else text

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return decrypt(value, column=self._column()) if value else value
