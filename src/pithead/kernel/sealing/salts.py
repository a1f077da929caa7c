"""A salt per sealed row: without it a digest of "扣 1 分，迟到" could be guessed by trying."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LENGTH = 16  # bytes
_chance: ContextVar[random.Random | None] = ContextVar("chance", default=None)


def new_salt() -> str:
    chance = _chance.get()
    return (chance.randbytes(LENGTH) if chance else secrets.token_bytes(LENGTH)).hex()


@contextmanager
def seeded_salts(chance: random.Random) -> Iterator[None]:
    """For the made-up mine, whose rows are the same on every loading and hide nobody: salts that anybody may guess."""
    token = _chance.set(chance)
    try:
        yield
    finally:
        _chance.reset(token)
