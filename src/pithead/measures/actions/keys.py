"""Keys for other systems: shown once, kept as a digest, revoked for good."""

import datetime as dt
import secrets

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.measures.models import ApiKey
from pithead.measures.queries.keys import digest_of
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind

PREFIX = "pit_"
HINT = 8


@transaction.atomic
def issue_key(*, by: Actor, at: dt.datetime, mine: Unit, name: str, office: Unit | None = None) -> tuple[ApiKey, str]:
    """The key and its secret, which is nowhere kept. Without an office it enters what any office may."""
    by.require(Capability.KEY_MANAGE, mine)
    if not (name := name.strip()):
        raise Refused("请写明给哪个系统用")
    if office is not None and (office.mine_id != mine.pk or office.kind != UnitKind.OFFICE):
        raise Refused(f"“{office.name}”不是{mine}的科室")
    if ApiKey.objects.filter(mine=mine, name=name, revoked_at=None).exists():
        raise Refused(f"“{name}”已有一个在用的密钥，先吊销它，或换一个名称")
    secret = PREFIX + secrets.token_urlsafe(32)
    digest, hint = digest_of(secret), secret[:HINT]
    key = ApiKey.objects.create(
        mine=mine, name=name, office=office, digest=digest, hint=hint, issued_at=at, issued_by=by.name
    )
    after = {"name": name, "office": office.name if office else "全矿"}
    audit.write(by=by, at=at, mine=mine.code, action="measures.key.issued", subject=("key", key.pk, name), after=after)
    return key, secret


@transaction.atomic
def revoke_key(*, by: Actor, at: dt.datetime, key: ApiKey) -> None:
    """For good. Once revoked: as it is."""
    by.require(Capability.KEY_MANAGE, key.mine)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=by.name):
        subject = ("key", key.pk, key.name)
        audit.write(by=by, at=at, mine=key.mine.code, action="measures.key.revoked", subject=subject)
