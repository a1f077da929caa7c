"""A mine of a thousand sections under 六好区队, with a month of entries: what the benchmarks of assessment run on."""

import datetime as dt
import random

from django.utils import timezone

from pithead.assess.actions import load_standard, open_cycle
from pithead.assess.models import Cycle, Entry, EntryKind, Item, ItemKind
from pithead.kernel import packs
from pithead.kernel.periods import Period
from pithead.org.access import system
from pithead.org.actions import NewUnit, create_mine, open_units
from pithead.org.models import Specialty, Unit, UnitKind

AT = dt.datetime(2026, 7, 6, 9, 0, tzinfo=dt.UTC)
OPENED = dt.date(2020, 1, 1)
SPECIALTIES = (Specialty.EXTRACTION, Specialty.TUNNELLING, Specialty.HAULAGE, Specialty.SURFACE)


def big_mine(code: str, sections: int) -> Unit:
    """Offices and standard as every mine starts with, and as many sections as wanted."""
    timezone.activate("Asia/Shanghai")
    mine = create_mine(at=AT, code=code, name=f"测速煤矿{code}", opened_on=OPENED)
    offices = packs.load("mines", "default")["offices"]
    new = [NewUnit(mine, UnitKind.OFFICE, office["code"], office["name"], OPENED) for office in offices]
    new += [
        NewUnit(mine, UnitKind.SECTION, f"S{n}", f"掘进{n}队", OPENED, specialty=SPECIALTIES[n % len(SPECIALTIES)])
        for n in range(sections)
    ]
    open_units(by=system(mine), at=AT, new=new)
    load_standard(by=system(mine), at=AT, mine=mine, pack="six-good", in_force_from="2026-01")
    return mine


def month_with_entries(mine: Unit, period: str, entries: int) -> Cycle:
    cycle = open_cycle(by=system(mine), at=AT, mine=mine, code="six-good", period=Period.parse(period))
    chance = random.Random(period)
    units = list(cycle.participants.values_list("unit_id", flat=True))
    items = list(Item.objects.filter(standard=cycle.standard_id).prefetch_related("clauses"))
    scored = [item for item in items if item.kind == ItemKind.SCORED]
    bonus = [item for item in items if item.kind == ItemKind.BONUS]
    rows = [_entry(cycle, chance.choice(units), chance, scored, bonus) for _ in range(entries)]
    Entry.objects.bulk_create(rows, batch_size=500)
    return cycle


def _entry(cycle: Cycle, unit: int, chance: random.Random, scored: list[Item], bonus: list[Item]) -> Entry:
    wins = chance.random() < 0.03
    item = chance.choice(bonus if wins else scored)
    return Entry(
        mine_id=cycle.mine_id,
        cycle=cycle,
        unit_id=unit,
        item=item,
        office_id=item.clauses.all()[0].office_id,
        kind=EntryKind.BONUS if wins else EntryKind.DEDUCTION,
        points=chance.choice((1, 2)) if wins else chance.choice(("0.20", "0.30", "0.50", "1.00", "2.00")),
        reason="巷道浮煤未清理，长 20 米",
        author="测速",
        entered_at=AT,
        key=f"{chance.getrandbits(128):032x}",
    )
