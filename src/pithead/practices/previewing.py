"""How a form looks on a phone before anybody fills it in: the very form, with words for what will be known by then."""

import datetime as dt

from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.practices.content import FieldKind, PracticeSpec
from pithead.practices.forms import RecordForm, Slot
from pithead.practices.models import PracticeVersion
from pithead.practices.queries.prefill import Desk, Hint
from pithead.practices.words import PREFILLS


def phone_form(actor: Actor, mine: Unit, spec: PracticeSpec, on: dt.date) -> RecordForm:
    """Nobody sits at this desk. Of a chain every step is shown, once. One small query for each kind of matter it may lead to."""
    desk = Desk(
        actor=actor,
        mine=mine,
        version=PracticeVersion(mine=mine, confidentiality=spec.confidentiality),
        spec=spec,
        day=on,
        seats=(),
        hint=Hint(),
        unit=None,
        shift=None,
        counted=False,
        units=(),
        bonds=(),
        shifts=(),
        places=(),
        roster=(),
    )
    rows = frozenset(one.key for one in spec.form if one.kind is FieldKind.ROWS)
    form = RecordForm(desk, drawn=rows)
    for slot in (one for outer in form.slots for one in (outer, *(inner for row in outer.rows for inner in row))):
        _tell(slot, spec.code)
    return form


def _tell(slot: Slot, code: str) -> None:
    """In one's own name, for a page may show several forms; and what will be filled in, in words."""
    slot.name = f"{code}.{slot.name}"
    words = PREFILLS[slot.spec.prefill]
    if not words:
        return
    if slot.spec.kind in (FieldKind.UNIT, FieldKind.PLACE):
        slot.value, slot.choices = "known", [("known", f"（{words}）", False)]
    elif slot.spec.kind not in (FieldKind.CHECK, FieldKind.CHOICE):
        slot.value = f"（{words}）"
