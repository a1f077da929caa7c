"""What documents adds to the pages of results: its downloads, for those who may have them."""

from django.urls import reverse

from pithead.assess.models import Cycle, CycleState
from pithead.assess.models.cycles import PUBLIC
from pithead.assess.registry import Download
from pithead.org.access import Actor, Capability


def downloads_of(actor: Actor, cycle: Cycle) -> list[Download]:
    if cycle.state not in PUBLIC and not actor.can(Capability.DRAFT_VIEW, cycle.mine):
        return []
    found = [Download("导出 Excel", reverse("documents:results", args=(cycle.code, cycle.period)))]
    if actor.can(Capability.BULLETIN_ISSUE, cycle.mine):
        label = "通报 .docx" if cycle.state == CycleState.FINAL else "通报草稿 .docx"
        found.append(Download(label, reverse("documents:bulletin", args=(cycle.code, cycle.period))))
    return found
