"""How long the papers of the mine are (10.4 B13)."""

from collections.abc import Iterator

from django.urls import reverse

from pithead.assess.models import Cycle
from pithead.assess.models.cycles import PUBLIC
from pithead.documents.actions import passed_limits
from pithead.documents.bulletin import compose, wording_for
from pithead.documents.queries import month_of
from pithead.org.access import Capability
from pithead.practices.registry import Fault, Look, Part


def lengths(look: Look) -> Iterator[Part]:
    """Of the latest bulletin, as it would be printed now. Nothing is stored of a paper, so nothing of its length either."""
    rows = Cycle.objects.filter(mine=look.mine, state__in=PUBLIC).select_related("mine", "standard__owner")
    cycle = rows.order_by("-ends_on", "-pk").first()
    if cycle is None:
        return
    month = month_of(cycle)
    words = wording_for(month)
    paper = compose(month, look.calendar, "")
    url = reverse("documents:index")
    faults = [
        Fault(f"{cycle}通报 {paper.characters} 字，超过{kind}不超过 {limit} 字的规定", url, Capability.RESULT_VIEW)
        for limit, kind in passed_limits(paper, words)
    ]
    yield Part("B13", (f"最近一期通报（{cycle}）正文 {paper.characters} 字",), tuple(faults))
