"""Who may begin a matter of a kind, and of which units: the same question for the form that offers it and the action that decides."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from pithead.issues.queries.relations import standing
from pithead.issues.queries.settings import Setting, setting_of
from pithead.issues.workflows import WORKFLOWS, Relation, Workflow
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import Unit, UnitKind


def office_of(mine: Unit, setting: Setting) -> Unit:
    """The first of the offices of the setting that the mine has, by code or name; otherwise the mine itself."""
    named = Q(code__in=setting.offices) | Q(name__in=setting.offices)
    offices = list(Unit.objects.filter(named, mine=mine, closed_on=None))
    ranked = sorted(offices, key=lambda office: _rank(setting.offices, office))
    return ranked[0] if ranked else mine


def _rank(wanted: tuple[str, ...], office: Unit) -> int:
    return min(wanted.index(name) for name in (office.code, office.name) if name in wanted)


def may_raise(by: Actor, flow: Workflow, setting: Setting, unit: Unit, office: Unit, at: dt.datetime) -> bool:
    """Of this unit. Offices may find what is not theirs to run; what is confidential is only its own office's."""
    if by.is_system or Relation.ANYBODY in flow.raised_by:
        return True
    held = set(standing(by, unit, office, at, setting))
    if not flow.confidential and by.can(Capability.ISSUE_OVERSEE):
        held.add(Relation.OFFICE)
    return bool(held & set(flow.raised_by))


def units_to_raise(by: Actor, flow: Workflow, mine: Unit, units: Iterable[Unit], at: dt.datetime) -> list[Unit]:
    """Those of `units` of which this person may begin one. People are helped, and quarrels settled, in sections and crews.
    Two queries."""
    if Relation.ANYBODY in flow.raised_by:
        return list(units)
    if all(grant.role is RoleCode.WORKER for grant in by.grants):
        return []
    setting = setting_of(mine, flow.kind)
    office = office_of(mine, setting)
    asked = (one for one in units if not flow.confidential or one.kind in (UnitKind.SECTION, UnitKind.CREW))
    return [unit for unit in asked if may_raise(by, flow, setting, unit, office, at)]


def kinds_to_raise(by: Actor, mine: Unit, units: Iterable[Unit], at: dt.datetime) -> list[str]:
    """Those whose form is worth offering. Two queries for each kind that is not everybody's, if one holds a post."""
    units = list(units)
    return [kind for kind, flow in WORKFLOWS.items() if units_to_raise(by, flow, mine, units, at)]
