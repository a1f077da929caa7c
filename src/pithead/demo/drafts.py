"""What the offices find in one month of one standard, as entries to be: every unit's findings, and the story's events."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pithead.assess.actions import EntryDraft
from pithead.assess.models import Cycle, EntryKind, Item, ScoreClause
from pithead.demo import story
from pithead.demo.contestants import Contestant
from pithead.demo.corpus import Corpus, Mark
from pithead.demo.findings import Finding, Setting, Wanted, draw_marks, in_words
from pithead.demo.organisation import Organisation

NOTHING = Decimal(0)
LUCK = {"six-type": 0.06, "five-star": 0.08}  # share of units with a bonus in a month; of sections the story knows
EVENT_DAY = dt.timedelta(days=16)


@dataclass(frozen=True)
class Month:
    """One cycle and how long ago it is, in months; `last` is the last day anything was found. `counted`: what the system takes off
    itself, unit by unit and item by item."""

    cycle: Cycle
    ago: int
    last: dt.date
    counted: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)

    @property
    def passed(self) -> Decimal:
        days = (self.cycle.ends_on - self.cycle.starts_on).days + 1
        return Decimal((self.last - self.cycle.starts_on).days + 1) / Decimal(days)


class Drafting:
    """Drawing from the corpus what happens to the contestants of one standard."""

    def __init__(self, corpus: Corpus, contestants: list[Contestant], organisation: Organisation, seed: int):
        self.corpus, self.contestants, self.organisation, self.seed = corpus, contestants, organisation, seed

    def drafts(self, month: Month) -> Iterator[EntryDraft]:
        items = {item.code: item for item in month.cycle.standard.items.all()}
        clauses = {clause.code: clause for clause in ScoreClause.objects.filter(item__in=items.values())}
        for one, kind, findings in self._found(month):
            for number, finding in enumerate(findings):
                item, clause = items[finding.mark.theme.item], clauses.get(finding.mark.theme.clause)
                key = f"demo {one.unit.code} {kind} {number}"
                yield self._draft(one, kind, finding, item, clause, key)
        if self.corpus.code == "six-good":
            yield from self._events(month, items)

    def _draft(
        self, one: Contestant, kind: EntryKind, finding: Finding, item: Item, clause: ScoreClause | None, key: str
    ) -> EntryDraft:
        theme = finding.mark.theme
        return EntryDraft(
            unit_id=one.unit.pk,
            item=item,
            kind=kind,
            points=finding.mark.points,
            reason=finding.reason,
            office_id=self.organisation.units[theme.office].pk,
            evidence=theme.evidence,
            found_on=finding.found_on,
            clause=clause,
            key=key,
        )

    # ── what is found ──
    def _chance(self, month: Month, *more: str) -> random.Random:
        """One generator per thing drawn: a change in one unit's month leaves every other as it was."""
        return random.Random("/".join((str(self.seed), self.corpus.code, month.cycle.period, *more)))

    def _found(self, month: Month) -> Iterator[tuple[Contestant, EntryKind, list[Finding]]]:
        chance = self._chance(month)
        strengths = [(one.unit.code, one.strength(month.ago, chance)) for one in self.contestants]
        totals = story.targets(self.corpus.code, strengths, chance)
        for one in self.contestants:
            like = story.drawn_like(one.unit.code, month.ago)
            marks, words = self._chance(month, like, "marks"), self._chance(month, one.unit.code, "words")
            bonuses = self._bonuses(one, month.ago, marks)
            earned = sum((mark.points for mark in bonuses), NOTHING)
            lost = 100 - totals[like] + min(earned, self.corpus.bonus_cap)
            deductions = self._deductions(one, month, marks, lost * month.passed)
            setting = Setting(one.unit.specialty, one.places, one.shifts, month.cycle.starts_on, month.last)
            yield one, EntryKind.DEDUCTION, in_words(deductions, words, setting)
            yield one, EntryKind.BONUS, in_words(bonuses, words, setting)

    def _deductions(self, one: Contestant, month: Month, chance: random.Random, lost: Decimal) -> list[Mark]:
        """`lost` is out of 100; where items fall away there is less to lose, and what is taken from another standard is
        expected to lose its share there."""
        key = (one.unit.code, month.ago)
        without = frozenset(event.item for event in story.MISSING.get(key, ()))
        applicable = self.corpus.applicable(one.unit.specialty)
        whole = sum((full for item, full in applicable.items() if item not in without), NOTHING)
        forced, counted = story.FORCED.get(key, ()), month.counted.get(one.unit.pk, {})
        wanted = Wanted(one.unit.specialty, lost * whole / 100, forced, without, month.ago > 0, counted)
        return draw_marks(self.corpus, chance, wanted)

    def _bonuses(self, one: Contestant, ago: int, chance: random.Random) -> list[Mark]:
        codes: Iterable[str] = story.BONUSES.get((one.unit.code, ago), ())
        if ago and chance.random() < LUCK.get(self.corpus.code, 0):
            codes = [chance.choice(sorted(self.corpus.bonuses))]
        themes = [self.corpus.bonuses[code] for code in codes]
        return [Mark(theme, theme.rate) for theme in themes]

    # ── what the story says happened ──
    def _events(self, month: Month, items: dict[str, Item]) -> Iterator[EntryDraft]:
        """A veto, and items that had no work to assess."""
        for section in self.organisation.pack["sections"]:
            key = (section["code"], month.ago)
            if veto := story.VETOES.get(key):
                yield self._event(section["code"], EntryKind.VETO, veto, month, items)
            for missing in story.MISSING.get(key, ()):
                yield self._event(section["code"], EntryKind.NOT_APPLICABLE, missing, month, items)

    def _event(
        self, section: str, kind: EntryKind, event: story.Event, month: Month, items: dict[str, Item]
    ) -> EntryDraft:
        units = self.organisation.units
        return EntryDraft(
            unit_id=units[section].pk,
            item=items[event.item],
            kind=kind,
            points=NOTHING,
            reason=event.reason,
            office_id=units[event.office].pk,
            evidence=event.evidence,
            found_on=min(month.cycle.starts_on + EVENT_DAY, month.last),
            key=f"demo {section} {kind} {event.item}",
        )
