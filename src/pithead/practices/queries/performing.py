"""From which of his posts somebody may perform a practice on a day, for whom, and whom it is then about."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pithead.org.access import ROLES, Actor, Capability, Reach, RoleCode
from pithead.org.models import Membership, Person, Place, Post, Serves, Unit, ids_of
from pithead.org.models.units import PARTY_KINDS
from pithead.practices.content import MEMBER, PracticeSpec
from pithead.practices.models import (
    Adoption,
    Bond,
    BondKind,
    Every,
    Part,
    Per,
    Practice,
    PracticeVersion,
    Record,
    RecordRole,
)


@dataclass(frozen=True)
class Seat:
    """A post, or a membership. `unit`: of that post. `paths`: prefixes of the units it may be about. `in_person`: not for what
    somebody else enters because another system has it."""

    role: str
    unit: Unit
    post: Post | None
    paths: tuple[str, ...]
    in_person: bool = True

    @property
    def chair(self) -> Post | None:
        return self.post and (self.post.seat or self.post)

    def covers(self, unit: Unit) -> bool:
        return unit.path.startswith(self.paths)

    def reaches(self, place: Place) -> bool:
        """Crew leaders walk the zones of their section."""
        unit = place.unit
        return unit is not None and (self.covers(unit) or self.unit.path.startswith(unit.path))


def version_on(practice: Practice, on: dt.date) -> PracticeVersion | None:
    rows = PracticeVersion.objects.on(on).filter(practice=practice).order_by("-number")
    return rows.select_related("practice__method", "mine").first()


def may_perform(actor: Actor, version: PracticeVersion, on: dt.date) -> tuple[Seat, ...]:
    """Empty for those who may not. Posts before memberships. Six queries at most."""
    if actor.person_id is None:
        return ()
    roles = set(version.roles.filter(part=Part.PERFORMS).values_list("role", flat=True))
    seats = _posts(actor, roles, on)
    if MEMBER in roles:
        seats += _memberships(actor, on)
    if RoleCode.WORKER in roles and (home := _home(actor, on)) is not None:
        seats.append(Seat(RoleCode.WORKER, home, None, (home.path,)))
    return tuple(seats)


def _posts(actor: Actor, roles: set[str], on: dt.date) -> list[Seat]:
    rows = Post.objects.on(on).filter(person=actor.person_id, role__in=roles).select_related("unit__mine", "seat")
    posts = list(rows.order_by("unit__path", "since"))
    served = _served({post.unit_id for post in posts}, on)
    return [Seat(post.role, post.unit, post, reach_of(post, served[post.unit_id])) for post in posts]


def reach_of(post: Post, served: tuple[str, ...]) -> tuple[str, ...]:
    if ROLES[RoleCode(post.role)].grants.get(Capability.DUTY_VIEW) is Reach.MINE:
        return ((post.unit.mine or post.unit).path,)
    return (post.unit.path, *served)


def _served(units: Iterable[int], on: dt.date) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for server, path in Serves.objects.on(on).filter(server__in=units).values_list("server_id", "unit__path"):
        found[server] += (path,)
    return found


def _memberships(actor: Actor, on: dt.date) -> list[Seat]:
    """Of a member: his group and branch, the sections it serves, where he works himself, what he has a bond with."""
    rows = Membership.objects.on(on).filter(person=actor.person_id, unit__kind__in=PARTY_KINDS)
    units = [row.unit for row in rows.select_related("unit")]
    if not units:
        return []
    bonds = Bond.objects.on(on).filter(mine=actor.mine, person=actor.person_id).values_list("unit__path", flat=True)
    served = _served({pk for unit in units for pk in ids_of(unit.path)}, on)
    home, paths = _home(actor, on), [path for paths in served.values() for path in paths]
    return [member_seat(unit, home, bonds, paths) for unit in units]


def member_seat(unit: Unit, home: Unit | None, bonds: Iterable[str], served: Iterable[str]) -> Seat:
    above = [(home.parent or home).path if home.kind == "crew" else home.path] if home else []
    return Seat(MEMBER, unit, None, (unit.path, *above, *bonds, *served))


def _home(actor: Actor, on: dt.date) -> Unit | None:
    rows = Membership.objects.on(on).filter(person=actor.person_id).exclude(unit__kind__in=PARTY_KINDS)
    row = rows.select_related("unit__parent").first()
    return row.unit if row else None


def keeper_seat(version: PracticeVersion, unit: Unit, on: dt.date) -> Seat:
    """For whoever enters what another system holds: it counts for the chair of the unit, and for nobody in person."""
    roles = list(version.roles.filter(part=Part.PERFORMS).values_list("role", flat=True))
    posts = Post.objects.on(on).filter(unit=unit, role__in=roles).select_related("seat").order_by("since")
    return kept_for(unit, roles, posts[:2])


def kept_for(unit: Unit, roles: list[str], posts: Iterable[Post]) -> Seat:
    """The only chair there is; of several none."""
    found = list(posts)
    post = found[0] if len(found) == 1 else None
    return Seat(post.role if post else roles[0], unit, post, (unit.path,), in_person=False)


def is_adopted(practice: Practice, units: Iterable[Unit], on: dt.date) -> bool:
    """By one of the units or one above it."""
    above = {pk for unit in units for pk in ids_of(unit.path)}
    return Adoption.objects.on(on).filter(method=practice.method_id, unit__in=above).exists()


def may_correct(by: Actor, record: Record, on: dt.date) -> bool:
    """Whoever wrote it, or sits on his chair now; the chair alone opens nothing that is not open."""
    if by.person_id is None or record.performer_id == by.person_id:
        return by.person_id is not None
    posts = Post.objects.on(on).filter(person=by.person_id) if record.seat_id else ()
    return any((post.seat_id or post.pk) == record.seat_id for post in posts)


def seat_again(record: Record, seats: Iterable[Seat]) -> Seat:
    """A correction is made from where the record was made, by whoever sits there now. What it was about was within reach;
    about anything else it is as far as he reaches from there himself. `seats`: his own."""
    chair = (record.role, record.performer_unit, record.seat)
    own = [seat for seat in seats if (seat.role, seat.unit, seat.chair) == chair]
    met = record.people.filter(role=RecordRole.SUBJECT, person__unit__isnull=False)
    was = (record.unit.path, *met.values_list("person__unit__path", flat=True))
    below = (record.performer_unit.path,) if record.seat else ()
    return Seat(*chair, (*(path for seat in own for path in seat.paths), *below, *was))


# ── whom it is about ──
@dataclass(frozen=True)
class Named:
    """What was said of it: all of these may be missing."""

    unit: Unit | None = None
    place: Place | None = None
    bond: Bond | None = None
    person: Person | None = None


def kinds_counted(spec: PracticeSpec) -> frozenset[str]:
    """Where the quota counts units, a record is about one of these kinds."""
    per_unit = {quota.among for quota in spec.quotas if quota.per is Per.UNIT}
    return frozenset(per_unit | {"section" for quota in spec.quotas if quota.per is Per.PAIR})


def unit_about(seat: Seat, spec: PracticeSpec, named: Named, on: dt.date) -> Unit | None:
    """None: it has to be said. What is named outright is taken as it is, but for the kind that is counted."""
    place, person = named.place, named.person
    if kinds := kinds_counted(spec):
        return _counted_unit(seat, kinds, named, on)
    if named.unit is not None or named.bond is not None:
        return named.unit or (named.bond.unit if named.bond else None)
    if place is not None and any(quota.per is Per.ZONE for quota in spec.quotas):
        return place.unit or seat.unit
    near = (place.unit if place else None, person.unit if person else None)
    return next((unit for unit in near if unit is not None and seat.covers(unit)), seat.unit)


def _counted_unit(seat: Seat, kinds: frozenset[str], named: Named, on: dt.date) -> Unit | None:
    if named.unit is not None:
        return _lifted(named.unit, kinds)
    about = (
        named.bond.unit if named.bond else None,
        seat.unit,
        named.person.unit if named.person else None,
        named.place.unit if named.place else None,
    )
    for unit in about:
        found = _lifted(unit, kinds) if unit is not None else None
        if found is not None and seat.covers(found):
            return found
    offered = units_offered(seat, kinds, on)
    return offered[0] if len(offered) == 1 else None


def _lifted(unit: Unit, kinds: frozenset[str]) -> Unit | None:
    """The unit itself or the nearest above it of one of the kinds."""
    if unit.kind in kinds:
        return unit
    above = Unit.objects.filter(pk__in=ids_of(unit.path), kind__in=kinds, mine=unit.mine_id)
    return above.order_by("-path").first()


def units_offered(seat: Seat, kinds: Iterable[str], on: dt.date) -> list[Unit]:
    rows = Unit.objects.filter(mine=seat.unit.mine_id, kind__in=kinds).in_force(on).select_related("parent").for_tree()
    return [unit for unit in rows if seat.covers(unit)]


def counted_bonds(spec: PracticeSpec) -> set[str]:
    """What happens to somebody is owed by who looks after him."""
    counted = [quota for quota in spec.quotas if quota.per is Per.BOND]
    return {str(BondKind.WORKERS) if quota.every is Every.EVENT else quota.among for quota in counted}


def bonds_offered(actor: Actor, seats: Iterable[Seat], spec: PracticeSpec, on: dt.date) -> list[Bond]:
    """Those of one's own that the practice counts; of party group and crew those of the crew one leads."""
    kinds = counted_bonds(spec)
    if not kinds:
        return []
    rows = Bond.objects.on(on).filter(mine=actor.mine, kind__in=kinds)
    rows = rows.select_related("unit__parent", "place__unit", "worker__unit", "person", "group").order_by("since", "pk")
    seats = tuple(seats)
    return [bond for bond in rows if is_own(bond, actor, seats)]


def is_own(bond: Bond, actor: Actor, seats: tuple[Seat, ...]) -> bool:
    if bond.kind == BondKind.CELL:
        return any(seat.covers(bond.unit) for seat in seats)
    return bond.person_id == actor.person_id
