"""Chairs: whoever follows somebody in a post sits on the same chair, and what was open there is his."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from pithead.org.models import Post

VACANT = dt.timedelta(days=92)  # a chair that stood empty longer is a new one


def seat_posts(posts: Collection[Post]) -> None:
    """Say anew who follows whom in the roles and units of these posts, after any of them began or ended. A successor is told
    by dates, not by the order of typing: he may be entered before his predecessor has ended. Two queries."""
    units, roles = {post.unit_id for post in posts}, {post.role for post in posts}
    chairs: dict[tuple[int, str], list[Post]] = defaultdict(list)
    moved = []
    for post in Post.objects.filter(unit__in=units, role__in=roles).order_by("since", "pk"):
        taken = chairs[post.unit_id, post.role]  # the last post of each chair
        before = max((one for one in taken if _follows(post, one)), key=lambda one: _nearness(post, one), default=None)
        first = (before.seat_id or before.pk) if before else None
        if before is not None:
            taken.remove(before)
        taken.append(post)
        if post.seat_id != first:
            post.seat_id = first
            moved.append(post)
    Post.objects.bulk_update(moved, ["seat"], batch_size=500)


def _follows(post: Post, before: Post) -> bool:
    return before.until is not None and before.until < post.since <= before.until + VACANT


def _nearness(post: Post, before: Post) -> tuple[bool, dt.date | None]:
    """Deputies sit side by side: the one of the same title first, then who left last."""
    return post.title == before.title, before.until
