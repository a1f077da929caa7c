"""What the search finds of papers: those of the last year's results that one may have."""

from pithead.documents.links import downloads_of
from pithead.documents.queries import of_last_year
from pithead.kernel.searching import fits
from pithead.org.access import Actor
from pithead.ui.registry import Asked, Hit


def papers(actor: Actor, asked: Asked, limit: int) -> list[Hit]:
    """The latest first. One query."""
    offered = [(cycle, paper) for cycle in of_last_year(actor, asked.on) for paper in downloads_of(actor, cycle)]
    wanted = [
        Hit(f"{cycle} {paper.label}", paper.url, "点开即下载")
        for cycle, paper in offered
        if fits(asked.words, f"{cycle} {cycle.period} {paper.label} 结果表")
    ]
    return wanted[:limit]
