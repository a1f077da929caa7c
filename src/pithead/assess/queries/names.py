"""Names of workers in what the whole mine may read. The people of the assessed unit are meant wherever their name stands; other
people of the mine only where it is written like a person: 职工王强, 王强未戴安全帽. Words that merely look like a name are let be."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from pithead.assess.models import Cycle
from pithead.assess.personal import normal, tight
from pithead.org.models import Membership, Person, Place, Serves, Unit, ids_of
from pithead.org.queries import LONGEST_WORD, ORDINARY, PLACE_ENDS

SHORTEST = 2
BEFORE = re.compile(
    r"(同志|师傅|职工|工人|员工|党员|队员|当事人|责任人|违章人|班组?长|队长|书记|组长|科长|区长|主任|技术员|核算员|材料员|安全员"
    r"|瓦检员|检查员|验收员|群监员|司机|学徒|名叫|(支护|采煤|掘进|电|钳|焊|瓦检|皮带|维修|检修|爆破|放炮|钻|运料|把钩|信号|打眼|锚杆|通风|巷修)工)"
    r"[:“\"(、]?$"
)
AFTER = re.compile(
    r"[\"”)]?(同志|师傅|本人|一人|(等|共)?[\d一二两三四五六七八九十]+(名|人|位)|“?三违|违章|违纪|违规|迟到|早退|旷工|缺勤|脱岗|睡岗|串岗|离岗|空岗"
    r"|酒后|饮酒|喝酒|打架|受伤|轻伤|重伤|负伤|擅自|私自|冒险|无证|说不|答不|答错|背不|睡觉|打盹|吸烟|玩手机|请假|入井|升井|跟班|带班|作业时|上岗"
    r"|(未|没有|没|不)(按规定)?(正确)?(戴|佩戴|系|持证|带|穿|携带|到岗|到会|参加|签字|签到|请假|跟班|带班|上岗|参训))"
)
# Of three characters and more a name is hardly anything else: a person it is, too, where it stands by itself.
ALONE_BEFORE = re.compile(r"(^|[,。、;:!?()“”\"由对被和与及是为给让])$")
ALONE_AFTER = re.compile(r"$|[,。、;:!?()“”\"在未没不因于的和与及等将把]")


@lru_cache(maxsize=1 << 15)
def _name(written: str) -> str:
    """A mine has thousands of names, the same from one question to the next."""
    return normal(written)


class Names:
    """Who could be meant in the reasons of one cycle. `own`: unit → names of its people; `everybody`: of the mine; `words`: what
    units and places are called."""

    def __init__(self, own: Mapping[int, set[str]], everybody: Iterable[str], words: Iterable[str]):
        self._own = own
        self._words = ORDINARY | {_name(word) for word in words}
        self._index: dict[str, list[str]] = defaultdict(list)
        for name in {known for known in map(_name, everybody) if len(known) >= SHORTEST}:
            self._index[name[:SHORTEST]].append(name)
        for names in self._index.values():
            names.sort(key=len, reverse=True)  # the longer of two first: 马小军 before 马小

    def found_in(self, unit_id: int | None, text: str) -> list[str]:
        """The names of workers in a text about a unit, in their order, each once. None: about the month; there whoever has a
        name of three characters is meant wherever it stands."""
        own: Collection[str] = self._own.get(unit_id, ()) if unit_id is not None else ()
        plain = normal(text)
        closed = tight(plain)
        found = self._all_meant(plain, own, unit_id is None)
        if (
            closed != plain
        ):  # 马，小军: of two characters a name would be found where one sentence ends and another begins
            found += [name for name in self._all_meant(closed, own, unit_id is None) if len(name) > SHORTEST]
        return list(dict.fromkeys(found))

    def _all_meant(self, text: str, own: Collection[str], of_month: bool) -> list[str]:
        return [
            name
            for name, at in self._standing(text)
            if self._meant(text, name, at, name in own or (of_month and len(name) > SHORTEST))
        ]

    def _standing(self, text: str) -> Iterator[tuple[str, int]]:
        for at in range(len(text) - 1):
            known = self._index.get(text[at : at + SHORTEST], ())
            if name := next((name for name in known if text.startswith(name, at)), None):
                yield name, at

    def _meant(self, text: str, name: str, at: int, own: bool) -> bool:
        end = at + len(name)
        after = AFTER.match(text, end)
        if self._inside_a_word(text, at, end) or text[end : end + 1] in tuple(PLACE_ENDS):
            return False
        if name in self._words:
            return own and after is not None
        return own or after is not None or BEFORE.search(text[:at]) is not None or _alone(text, name, at)

    def _inside_a_word(self, text: str, at: int, end: int) -> bool:
        return any(
            text[start : start + length] in self._words
            for length in range(end - at + 1, LONGEST_WORD + 1)
            for start in range(max(end - length, 0), at + 1)
        )


def _alone(text: str, name: str, at: int) -> bool:
    if len(name) == SHORTEST:
        return False
    return ALONE_BEFORE.search(text[:at]) is not None and ALONE_AFTER.match(text, at + len(name)) is not None


def names_of(cycle: Cycle) -> Names:
    """Six queries, however many people and units."""
    rows = Person.objects.filter(mine=cycle.mine_id).exclude(left_on__lt=cycle.starts_on)
    everybody = set(rows.values_list("name", flat=True))
    own = own_names(cycle)
    units = Unit.objects.filter(mine=cycle.mine_id).values_list("name", "short_name")
    places = Place.objects.filter(mine=cycle.mine_id).values_list("name", flat=True)
    words = {word for names in units for word in names if word} | set(places)
    return Names({unit: set(map(_name, names)) for unit, names in own.items()}, everybody.union(*own.values()), words)


def names_in(cycle: Cycle, unit_id: int | None, text: str) -> list[str]:
    """The names of workers that a text about a unit must not have where the whole mine reads it."""
    return names_of(cycle).found_in(unit_id, text) if text.strip() else []


def own_names(cycle: Cycle) -> dict[int, set[str]]:
    """Participant → the people who belonged to it, or to a unit it serves (a branch), in the period. Three queries."""
    owners = _owners(cycle)
    names: dict[int, set[str]] = defaultdict(set)
    members = Membership.objects.during(cycle.starts_on, cycle.ends_on).filter(mine=cycle.mine_id)
    below: dict[str, set[str]] = defaultdict(set)  # of few units are many
    for name, path in members.values_list("person__name", "unit__path"):
        below[path].add(name)
    for path, known in below.items():
        for unit_id in ids_of(path):
            for owner in owners.get(unit_id, ()):
                names[owner] |= known
    return names


def _owners(cycle: Cycle) -> dict[int, set[int]]:
    """unit → the participants whose people those below it are."""
    taking_part = Unit.objects.filter(pk__in=cycle.participants.values("unit")).values_list("pk", flat=True)
    owners: dict[int, set[int]] = {unit_id: {unit_id} for unit_id in taking_part}
    served = Serves.objects.during(cycle.starts_on, cycle.ends_on).filter(server__in=owners)
    for server_id, unit_id in served.values_list("server_id", "unit_id"):
        owners.setdefault(unit_id, set()).add(server_id)
    return owners
