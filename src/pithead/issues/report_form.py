"""Reporting as a form: one line is enough; what it means is guessed, shown, and can be put right before it is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms

from pithead.issues.actions import IssueDraft
from pithead.issues.forms import MomentField, PersonField, PhotosField, fact_field, text_field
from pithead.issues.guessing import Guess, guess, place_in
from pithead.issues.models import LONGEST, Role, Source
from pithead.issues.queries.board import called
from pithead.issues.workflows import WORKFLOWS, Kind, Relation, Workflow
from pithead.org.models import Person, Place, Unit, UnitKind

# Kinds everybody may report, in the order of the choice.
COMMON = (Kind.HAZARD, Kind.INCIDENT, Kind.SUGGESTION, Kind.REQUEST, Kind.DIFFICULTY, Kind.COMPLAINT)
# What a kind asks for besides its text.
FACTS_OF: dict[str, tuple[str, ...]] = {
    Kind.DIRECTIVE: ("issuer", "number"),
    Kind.VIOLATION: ("basis",),
    Kind.FINDING: ("basis",),
    Kind.CARE: ("found_how",),
    Kind.DISPUTE: ("people", "file_no"),
}
AT_ITS_PLACE = (Kind.HAZARD, Kind.INCIDENT, Kind.FINDING)  # whoever the place belongs to answers for it
NOT_THE_FINDERS = AT_ITS_PLACE  # what an office finds is not the office's own fault
NEEDS_UNIT = (Kind.HAZARD, Kind.FINDING)
NO_PLACE = "none"
SPOT = "现场已经改好"
UNNAMED = "不记姓名"
UNNAMED_HELP = "系统里哪里都不存您的姓名，所以没有人能单独答复您；内容和答复会不带姓名登在“我的事”里的“不记姓名的意见和答复”，大家都看得到，请不要写能认出自己的话。"


@dataclass(frozen=True)
class Desk:
    """Who reports what, and from where. `raisable`: the units of which he may begin one; `home`: where he belongs; `speaks`: he
    holds a post, and may write down what somebody else said; `scanned`: the place came from a code on the wall."""

    mine: Unit
    flow: Workflow | None
    sparse: bool
    raisable: tuple[Unit, ...]
    places: tuple[Place, ...]
    home: Unit | None
    speaks: bool
    place: Place | None = None
    scanned: bool = False

    @property
    def underground(self) -> bool:
        return self.place is not None and self.place.underground


class ReportForm(forms.Form):
    """With a `flow` the kind is settled and its own questions are asked; without one the words decide."""

    def __init__(self, *args: Any, desk: Desk, **more: Any):
        super().__init__(*args, **more)
        self.desk, self.flow = desk, desk.flow
        self.units = {str(unit.pk): unit for unit in _offered(desk)}
        self.places = {str(place.pk): place for place in desk.places}
        self.guessed = self._guess()
        self.fields["id"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
        if not desk.sparse:
            self._ask_line()
        if desk.flow is None:
            self._ask_anything()
        else:
            self._ask_of_kind(desk.flow)

    def _guess(self) -> Guess:
        """What the line sent along would be; a chosen kind is not guessed."""
        chosen = self.flow.kind.value if self.flow else self._sent("kind")
        text = self._sent("text")[:LONGEST]
        return guess(text, kind=chosen if chosen in WORKFLOWS else "", underground=self.desk.underground)

    def _sent(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.is_bound else ""

    # ── what is asked ──
    def _ask_line(self) -> None:
        line = self.flow.line if self.flow else "一句话：在哪里，什么问题"
        example = self.flow.example if self.flow else WORKFLOWS[Kind.HAZARD].example
        self.fields["text"] = text_field(line, attrs={"placeholder": f"例如：{example}"} if example else {})

    def _ask_anything(self) -> None:
        kinds = [("", "按这句话判断"), *((kind.value, kind.label) for kind in COMMON)]
        self.fields["spot"] = forms.BooleanField(label=SPOT, required=False)
        self.fields["photos"] = PhotosField(label="照片", required=False)
        self.fields["kind"] = forms.ChoiceField(label="类别", choices=kinds, required=False)
        if self.guessed.kind:
            self._ask_codes(WORKFLOWS[self.guessed.kind])
        self._ask_place()
        self._ask_unit()
        self.fields["found_at"] = MomentField(label="发现时间", required=False, help_text="不填就是现在")
        if self.desk.speaks:
            self._ask_author("替谁提的（建议、诉求、困难）")
        self.fields["anonymous"] = forms.BooleanField(
            label=f"{UNNAMED}（建议、诉求、困难、意见可以）", required=False, help_text=UNNAMED_HELP
        )

    def _ask_of_kind(self, flow: Workflow) -> None:
        """A complaint is its words and nothing else."""
        if flow.needs_subject:
            self.fields["subject"] = PersonField(self.desk.mine, label="当事人")
        if Role.JOINT in flow.roles:
            self.fields["joint"] = PersonField(self.desk.mine, label="连带人", required=False)
        if Role.AUTHOR in flow.roles and self.desk.speaks:
            self._ask_author("替谁提的")
        self._ask_codes(flow)
        for code in FACTS_OF.get(flow.kind, ()):
            self.fields[code] = fact_field(code, required=False)
        if flow.kind != Kind.COMPLAINT:
            self._ask_when_and_where(flow)
        if flow.find("fix_on_spot"):
            self.fields["spot"] = forms.BooleanField(label=SPOT, required=False)
        if flow.anonymous:
            self.fields["anonymous"] = forms.BooleanField(label=UNNAMED, required=False, help_text=UNNAMED_HELP)
        if not flow.confidential:
            self.fields["photos"] = PhotosField(label="照片", required=False)

    def _ask_when_and_where(self, flow: Workflow) -> None:
        if not flow.confidential:
            self._ask_place()
        if not flow.needs_subject:  # whom it is about says of which unit it is
            self._ask_unit()
        self.fields["found_at"] = MomentField(label="发现时间", required=False, help_text="不填就是现在")

    def _ask_author(self, label: str) -> None:
        help_text = "写了是谁，办完会通知本人，本人也可以再提。写工号，或没有重名的姓名"
        self.fields["author"] = PersonField(self.desk.mine, label=label, required=False, help_text=help_text)

    def _ask_codes(self, flow: Workflow) -> None:
        wrong = {"invalid_choice": f"{flow.label}没有这一项，请重新选"}
        if flow.categories:
            choices = [("", "按这句话判断" if flow.kind in COMMON else "不选"), *flow.categories.items()]
            self.fields["category"] = forms.ChoiceField(
                label=f"{flow.label}类别", choices=choices, required=False, error_messages=wrong
            )
        if grades := [(code, label) for code, label in flow.grades.items() if not _needs_two(flow, code)]:
            first = "按这句话判断" if flow.kind == Kind.INCIDENT else "按规定"
            self.fields["grade"] = forms.ChoiceField(
                label="级别", choices=[("", first), *grades], required=False, error_messages=wrong
            )

    def _ask_place(self) -> None:
        places = [
            ("", "按这句话判断"),
            (NO_PLACE, "都不是"),
            *((key, place.name) for key, place in self.places.items()),
        ]
        initial = str(self.desk.place.pk) if self.desk.place else ""
        self.fields["place"] = forms.ChoiceField(label="地点", choices=places, required=False, initial=initial)
        self.fields["place_text"] = forms.CharField(label="别的地点", max_length=64, required=False)

    def _ask_unit(self) -> None:
        units = [("", "按地点或本人单位"), *((key, called(unit)) for key, unit in self.units.items())]
        self.fields["unit"] = forms.ChoiceField(label="责任单位", choices=units, required=False)

    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("spot", "photos") if name in self.fields]

    def code_fields(self) -> list[forms.BoundField]:
        """They go with the kind, and change with it while one types."""
        return [self[name] for name in ("category", "grade") if name in self.fields]

    def further_fields(self) -> list[forms.BoundField]:
        """What stands behind the line and its photo."""
        first = ("id", "text") if self.flow else ("id", "text", "spot", "photos", "kind", "category", "grade")
        return [self[name] for name in self.fields if name not in first]

    @property
    def names_people(self) -> bool:
        return any(isinstance(one, PersonField) for one in self.fields.values())

    # ── what it means ──
    @cached_property
    def meant_place(self) -> Place | None:
        """The one picked, or named by the line."""
        picked = self._sent("place")
        if "place" not in self.fields or picked == NO_PLACE or self._sent("place_text").strip():
            return None
        return self.places.get(picked) or place_in(self._sent("text")[:LONGEST], self.desk.places)

    def meant_unit(self, kind: str, near: Person | None = None) -> Unit | None:
        """Picked; whose place it is; where the person named, or the reporter, belongs. `near`: whom it is about or who said it."""
        sent, place = self.units.get(self._sent("unit")), self.meant_place
        if sent is not None:
            return sent
        if near is not None:
            return next(self._own_units(near), None)
        of_place = place.unit if place and (self._sent("place") or kind in AT_ITS_PLACE) else None
        return self._answerable(of_place) or self._home(kind)

    def _answerable(self, unit: Unit | None) -> Unit | None:
        """Of whom this person may raise it."""
        return unit if unit is not None and unit in self.desk.raisable else None

    def _own_units(self, person: Person) -> Iterator[Unit]:
        """Where somebody belongs: the section, or the crew for those who speak for no more."""
        unit = person.unit
        above = (unit.parent, unit) if unit is not None and unit.kind == UnitKind.CREW else (unit,)
        return (one for one in above if one is not None and one in self.desk.raisable)

    def _home(self, kind: str) -> Unit | None:
        """Said without a name, it must not tell which crew it came from."""
        home, flow = self.desk.home, WORKFLOWS[kind]
        if self._sent("anonymous") and flow.anonymous:
            return None
        if Relation.ANYBODY not in flow.raised_by and kind not in NOT_THE_FINDERS and self._answerable(home) is None:
            return next(iter(self.units.values())) if len(self.units) == 1 else None
        return None if home and home.kind == UnitKind.OFFICE and kind in NOT_THE_FINDERS else home

    @property
    def picked_kind(self) -> bool:
        return self._sent("kind") in WORKFLOWS

    @property
    def typed(self) -> bool:
        return bool(self._sent("text").strip())

    @property
    def told_label(self) -> str:
        """As guessed, or as picked instead."""
        category, grade = self._sent("category") or self.guessed.category, self._sent("grade") or self.guessed.grade
        return Guess(self.guessed.kind, category, grade).label

    @property
    def told_unit(self) -> Unit | None:
        """For the line that says what was understood."""
        return self.meant_unit(self.guessed.kind) if self.guessed.kind in AT_ITS_PLACE else None

    @property
    def is_alarm(self) -> bool:
        return bool(self.guessed.kind) and WORKFLOWS[self.guessed.kind].is_alarm(
            self._sent("grade") or self.guessed.grade
        )

    def clean(self) -> dict[str, Any]:
        """In doubt one is asked; nothing that was filled in is dropped in silence."""
        clean = super().clean() or {}
        if self.guessed.kind:
            self._check(WORKFLOWS[self.guessed.kind], clean)
        elif clean.get("text"):
            self.add_error("kind", "看不出是哪一类，请点一下")
        return clean

    def _check(self, flow: Workflow, clean: dict[str, Any]) -> None:
        if clean.get("spot") and not flow.find("fix_on_spot"):
            self.add_error("spot", f"{flow.label}没有“{SPOT}”这一步，请去掉这个勾，或者把类别改成隐患")
        if clean.get("author") and Role.AUTHOR not in flow.roles:
            self.add_error("author", f"{flow.label}以上报人的名义提，不写替谁")
        elif clean.get("author") and clean.get("anonymous"):
            self.add_error("author", f"选了“{UNNAMED}”，就不要写是谁提的")
        if clean.get("anonymous") and not flow.anonymous:
            self.add_error("anonymous", f"{flow.label}要实名，请去掉“{UNNAMED}”")
        near = clean.get("subject") or clean.get("author")
        self.unit = self.meant_unit(flow.kind.value, near)
        if self.unit is None and clean.get("subject") and self.desk.mine not in self.desk.raisable:
            names = "、".join(called(unit) for unit in self.units.values())
            self.add_error("subject", f"您可以登记{names}的人；别的单位的，请告诉那个单位的负责人")
        elif self.unit is None and "unit" in self.fields and self._must_name_unit(flow):
            self.add_error("unit", "看不出归哪个单位，请选责任单位")

    def _must_name_unit(self, flow: Workflow) -> bool:
        return flow.kind in NEEDS_UNIT or self.desk.mine not in self.desk.raisable

    # ── what is handed over ──
    def draft(self) -> IssueDraft:
        """Without its photos: they are kept when it is raised."""
        clean, flow, place = self.cleaned_data, WORKFLOWS[self.guessed.kind], self.meant_place
        roles = ((Role.SUBJECT, "subject"), (Role.JOINT, "joint"), (Role.AUTHOR, "author"))
        scanned = self.desk.scanned and place is not None and place == self.desk.place
        return IssueDraft(
            kind=flow.kind.value,
            text=clean.get("text", ""),
            id=clean["id"],
            unit=self.unit,
            grade=clean.get("grade") or self.guessed.grade,
            category=clean.get("category") or self.guessed.category,
            place=place,
            place_text="" if place else clean.get("place_text", ""),
            found_at=clean.get("found_at"),
            anonymous=bool(clean.get("anonymous")),
            facts={code: clean[code] for code in FACTS_OF.get(flow.kind, ()) if clean.get(code) not in (None, "")},
            people=tuple((role, clean[name]) for role, name in roles if clean.get(name)),
            source=Source.QR if scanned else Source.MANUAL,
        )

    def renew(self) -> None:
        """Another one of its own, on a page that was sent before."""
        self.data = {**self.data.dict(), "id": str(uuid4())}  # type: ignore[attr-defined]


def _offered(desk: Desk) -> Iterable[Unit]:
    """Sections and offices; whoever speaks for a crew only, his crew."""
    wide = [unit for unit in desk.raisable if unit.kind in (UnitKind.SECTION, UnitKind.OFFICE)]
    return wide or [unit for unit in desk.raisable if unit.kind == UnitKind.CREW]


def _needs_two(flow: Workflow, grade: str) -> bool:
    """What only two people can settle is not offered to whoever reports."""
    return any(move.sets_grade == grade for move in flow.moves) and grade == list(flow.grades)[-1]
