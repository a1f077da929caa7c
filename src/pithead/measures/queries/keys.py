"""Who acts when another system calls with its key."""

import hashlib
from dataclasses import dataclass

from pithead.measures.models import ApiKey
from pithead.org.access import Actor, Capability, Scope
from pithead.org.models import Unit

LONGEST = 200


@dataclass(frozen=True)
class KeyActor(Actor):
    """Reads the figures of the mine, enters those of its office or, without one, of all; nothing else."""

    office: Unit | None = None

    def scope(self, capability: Capability) -> Scope:
        if capability is Capability.FIGURE_VIEW:
            return Scope(paths=(self.mine.path,))
        if capability is Capability.FIGURE_ENTER:
            return Scope(paths=((self.office or self.mine).path,))
        return Scope()


def digest_of(secret: str) -> str:
    """The secret is long and random: it needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def key_of(secret: str) -> ApiKey | None:
    """One query; None: no such key, or one that was revoked."""
    if len(secret) > LONGEST:
        return None
    return ApiKey.objects.filter(digest=digest_of(secret), revoked_at=None).select_related("mine", "office").first()


def actor_of(key: ApiKey, source: str = "") -> KeyActor:
    return KeyActor(
        mine=key.mine, staff_no=f"key-{key.pk}", name=key.name, face="api", source=source, office=key.office
    )


def keys_of(mine: Unit) -> list[ApiKey]:
    """Those in use first. One query."""
    rows = ApiKey.objects.filter(mine=mine).select_related("office").order_by("-issued_at", "-pk")
    return sorted(rows, key=lambda key: key.revoked_at is not None)
