"""Which of the mine's offices a cell means: 安全科、生产科 → SAF, PRO."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[、,，/／\n;；]+|\s{1,}")
_ENDINGS = re.compile(r"(管理)?(科室?|部|处|室|办公室|办|委员会|委|中心)$")


@dataclass(frozen=True)
class Office:
    code: str
    name: str
    short_name: str = ""


class Offices:
    """Looks up by code, name and short name; by the name without 科, 部, 处 only where that leaves one office."""

    def __init__(self, offices: Iterable[Office]):
        self._all = tuple(offices)
        self._exact = {
            _plain(name): office.code
            for office in self._all
            for name in (office.short_name, office.name, office.code)
            if name
        }

    @property
    def names(self) -> str:
        return "、".join(office.name for office in self._all)

    @property
    def first(self) -> str:
        return self._all[0].code if self._all else ""

    def knows(self, code: str) -> bool:
        return any(office.code == code for office in self._all)

    def name_of(self, code: str) -> str:
        return next((office.name for office in self._all if office.code == code), code)

    def find(self, text: str) -> tuple[list[str], list[str], list[str]]:
        """Codes of the offices a cell names, names nobody bears, and what was guessed: 安全部 is taken for 安全科."""
        codes, unknown, guessed = [], [], []
        if whole := self._exact.get(_plain(text)):
            return [whole], [], []
        for name in filter(None, _SEPARATORS.split(text.strip())):
            if code := self._exact.get(_plain(name)):
                codes.append(code)
            elif code := self._by_stem(name):
                codes.append(code)
                guessed.append(f"“{name}”当作“{self.name_of(code)}”")
            else:
                unknown.append(name)
        return list(dict.fromkeys(codes)), unknown, guessed

    def _by_stem(self, name: str) -> str | None:
        found = {office.code for office in self._all if _stem(office.name) == _stem(name)}
        return found.pop() if len(found) == 1 else None


def _stem(name: str) -> str:
    return _ENDINGS.sub("", _plain(name))


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).upper()
