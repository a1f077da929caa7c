"""五、下步要求: three to five demands computed from the month, each with who and by when."""

from collections.abc import Iterator, Sequence

from pithead.documents.official import day
from pithead.documents.queries import Month
from pithead.documents.wording import Wording, points
from pithead.kernel.calendars import Calendar

Step = tuple[str, str]  # what, in one phrase; how, by whom, by when


def next_steps(month: Month, words: Wording, calendar: Calendar) -> list[Step]:
    """First the items that cost most, as many as leave room for the rest."""
    dates = {key: day(calendar.add_workdays(month.dated, days)) for key, days in words.pack["days"].items()}
    rest = [*_help(month, words, dates["help"]), *_always(month, words, calendar, dates["publish"])]
    room = min(words.most("rectify"), words.most("steps") - len(rest))
    return [*list(_rectify(month, words, dates["rectify"]))[:room], *rest]


def _rectify(month: Month, words: Wording, date: str) -> Iterator[Step]:
    if not month.findings:
        yield words.say("keep"), words.say("keep_text", date=date)
    for item in month.findings:
        yield (
            words.say("rectify", item=item.item_name),
            words.say(
                "rectify_text",
                findings=item.findings,
                points=points(item.points),
                offices=_offices(month.offices[item.item_code], words),
                units=words.names(item.units),
                date=date,
            ),
        )


def _offices(names: Sequence[str], words: Wording) -> str:
    """The office of the item's first clause leads, the others help."""
    lead, *others = names
    return words.say("leads", lead=lead) + (words.say("helps", others="、".join(others)) if others else "")


def _help(month: Month, words: Wording, date: str) -> Iterator[Step]:
    """Units in the lowest tier that anybody is in, unless that is the best there is."""
    taken = [tier for tier in month.summary.tiers if tier.count]
    if not taken or taken[-1] is month.summary.tiers[0]:
        return
    lowest = taken[-1]
    units = [row.unit_name for row in month.rows if row.tier_code == lowest.code]
    yield words.say("help"), words.say("help_text", units=words.names(units), tier=lowest.name, date=date)


def _always(month: Month, words: Wording, calendar: Calendar, publish_by: str) -> Iterator[Step]:
    yield words.say("publish"), words.say("publish_text", date=publish_by)
    following = month.cycle.period_value.next()
    scored_by = calendar.add_workdays(calendar.bounds(following)[1], words.pack["days"]["score"])
    yield words.say("prepare"), words.say("prepare_text", next=following.label, date=day(scored_by))
