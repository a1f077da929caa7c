"""The effect of work methods out of adoptions and measures: who counts as having it, which months are asked, what may be said."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.measures.registry import Asked, Measure
from pithead.measures.testing import told
from pithead.org.models import Serves, Unit
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices import outcomes
from pithead.practices.actions import load_pack
from pithead.practices.effect import Lack, Verdict
from pithead.practices.models import Adoption, WorkMethod
from pithead.practices.pack import read_method, write_method
from pithead.practices.queries.claims import claim, effects
from pithead.practices.queries.effects import Judged, method_effects
from pithead.practices.queries.library import spec_of_method
from pithead.practices.testing import TEXT, WALK

TODAY = dt.date(2026, 7, 6)
SINCE = dt.date(2025, 11, 10)
CODE = "late.per_patrol"
SignIn = Callable[[str], Client]


class Rates:
    """Events a month out of a hundred, by the code of the unit: fifty, and some other number from a month on."""

    def __init__(self) -> None:
        self.later: dict[str, tuple[Period, int]] = {}
        self.asked: list[Period] = []

    def __call__(self, asked: Asked) -> list[tuple[int, int, int]]:
        month = asked.calendar.period_of(asked.end, Period.month(2026, 1).kind)
        self.asked.append(month)
        sections = Unit.objects.filter(mine=asked.mine, code__startswith="S").order_by("pk")
        return [(one.pk, self._rate(one.code, month), 100) for one in sections]

    def _rate(self, code: str, month: Period) -> int:
        since, rate = self.later.get(code, (month.next(), 0))
        return rate if month >= since else 50 + (len(code) + month.number) % 3


@pytest.fixture
def rates() -> Rates:
    return Rates()


@pytest.fixture
def measure(rates: Rates) -> Iterator[Measure]:
    said = {"kind": "ratio", "better": "lower", "scale": 100, "unit": "条", "outcome": True}
    with told(CODE, rates, **{**said, "definition": "试验用的口径"}) as found:
        yield found


@pytest.fixture
def sections(cast: Cast) -> list[Unit]:
    """Nine of one specialty, one of another."""
    made = [add_unit(cast.mine, "section", f"S{n}", f"掘进{n}队", "tunnelling") for n in range(1, 10)]
    return [*made, add_unit(cast.mine, "section", "S99", "机电队", "electromechanical")]


@pytest.fixture
def method(cast: Cast, at: dt.datetime, measure: Measure) -> WorkMethod:
    spec = replace(WALK, outcomes=(CODE,))
    return load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=dt.date(2026, 1, 1))


def adopted(method: WorkMethod, *units: Unit, since: dt.date = SINCE, until: dt.date | None = None) -> None:
    for unit in units:
        Adoption.objects.create(mine=method.mine, method=method, unit=unit, since=since, until=until)


def judged(method: WorkMethod, today: dt.date = TODAY) -> Judged:
    (found,) = method_effects(method.mine, today, [method])
    (one,) = found.outcomes
    return one


def fallen(rates: Rates, *codes: str, to: int = 35) -> None:
    for code in codes:
        rates.later[code] = (Period.month(2025, 11), to)


@pytest.mark.usefixtures("sections")
def test_fewer_than_elsewhere_is_said_with_how_much_and_its_footnote(
    method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    adopted(method, *sections[:4])
    fallen(rates, "S1", "S2", "S3", "S4")
    found = judged(method)
    assert found.effect.verdict is Verdict.WORKS
    sentence, footnote = claim(found)
    assert sentence == ("采用“走动工作法”的 4 个单位，late.per_patrol比同期没有采用的同类单位少了约 31%，把握较大。")
    assert "试验用的口径" in footnote
    assert "2025年3月到2026年5月之间，掘进1队、掘进2队、掘进3队等 4 个单位" in footnote
    assert "没有采用的 5 个同类单位" in footnote
    assert "95% 的把握在少了 " in footnote


def test_what_fell_everywhere_is_no_effect(method: WorkMethod, sections: list[Unit], rates: Rates) -> None:
    adopted(method, *sections[:4])
    fallen(rates, *(one.code for one in sections))
    found = judged(method)
    assert found.effect.verdict is Verdict.UNCLEAR
    assert "目前看不出差别" in claim(found)[0]
    assert "少了约" not in claim(found)[0]


def test_what_rose_is_said_as_such(method: WorkMethod, sections: list[Unit], rates: Rates) -> None:
    adopted(method, *sections[:4])
    fallen(rates, "S1", "S2", "S3", "S4", to=70)
    assert "没有变好，比同期没有采用的同类单位反而多了约 3" in claim(judged(method))[0]


def test_only_months_around_the_adoption_that_are_over_are_asked(
    method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    adopted(method, *sections[:4], since=dt.date(2026, 2, 10))
    assert len(judged(method).months) == len(rates.asked) == 13
    assert (min(rates.asked), max(rates.asked)) == (Period.month(2025, 6), Period.month(2026, 6))


def test_of_a_method_the_whole_mine_has_nothing_is_asked(
    cast: Cast, method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    adopted(method, cast.mine)
    found = judged(method)
    assert rates.asked == []
    assert {lack for _, lack in found.effect.left_out} == {Lack.ALONE}
    assert "13 个没有两个同类的未采用单位可比" in claim(found)[0]


def test_pilots_are_judged_until_the_whole_mine_follows(
    cast: Cast, method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    adopted(method, *sections[:4], until=dt.date(2026, 4, 30))
    adopted(method, cast.mine, since=dt.date(2026, 5, 1))
    fallen(rates, "S1", "S2", "S3", "S4")
    found = judged(method)
    assert found.effect.verdict is Verdict.WORKS
    assert len(found.effect.trials) == 4
    assert found.effect.trials[0].own.after.months == 6  # it went on
    assert found.effect.trials[0].others[sections[5].pk].after.months == 3  # February: two months before theirs


def test_whoever_left_is_judged_for_as_long_as_it_was_in(
    method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    adopted(method, *sections[:3])
    adopted(method, sections[3], until=dt.date(2026, 1, 20))
    adopted(method, sections[4], until=dt.date(2026, 4, 20))
    found = judged(method).effect
    assert [one.own.after.months for one in found.trials] == [6, 6, 6, 4]
    assert found.left_out == ((sections[3].pk, Lack.AFTER),)


def test_what_a_branch_takes_over_it_does_where_it_serves(
    cast: Cast, method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    branch = add_unit(cast.units["DW"], "branch", "ZB9", "掘进党支部")
    for one in sections[:3]:
        Serves.objects.create(mine=cast.mine, server=branch, unit=one, since=OPENED)
    adopted(method, branch)
    assert [one.key for one in judged(method).effect.trials] == [one.pk for one in sections[:3]]


def test_crews_that_took_it_over_are_compared_with_crews(
    cast: Cast, method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    crews = [add_unit(one, "crew", f"{one.code}-1", "一班") for one in sections[:8]]
    adopted(method, *crews[:3])
    adopted(method, sections[3])
    found = judged(method).effect
    assert [one.key for one in found.trials] == [sections[3].pk, *(one.pk for one in crews[:3])]
    assert set(found.trials[0].others) == {one.pk for one in sections[4:9]}
    assert set(found.trials[1].others) == {one.pk for one in crews[4:]}  # not the one whose section has it


def test_what_is_missing_is_said(method: WorkMethod, sections: list[Unit], rates: Rates) -> None:
    adopted(method, *sections[:2], sections[9])
    assert claim(judged(method)) == (
        "“走动工作法”有没有用，样本不够，还不能下结论：能比的采用单位只有 2 个，至少要 3 个；"
        "1 个没有两个同类的未采用单位可比。",
        "",
    )


def test_the_cockpit_gets_a_line_a_method_with_as_many_queries_in_a_large_mine(
    cast: Cast, at: dt.datetime, method: WorkMethod, sections: list[Unit], rates: Rates
) -> None:
    adopted(method, *sections[:4])
    fallen(rates, "S1", "S2", "S3", "S4")
    with CaptureQueriesContext(
        connection,
    ) as few:
        (line,) = effects(cast.actor("mine_leader"), TODAY)
    assert (line.adopters, line.label, line.change, line.tone) == (4, "有效，把握较大", "少了约 31%", "good")
    more = [add_unit(cast.mine, "section", f"S{n}", f"掘进{n}队", "tunnelling") for n in range(20, 30)]
    adopted(method, *more[:5])
    with CaptureQueriesContext(connection) as many:
        effects(cast.actor("mine_leader"), TODAY)
    assert len(many) == len(few)
    assert effects(cast.actor("stranger"), TODAY) == []


# ── by which figures ──
def test_nothing_is_judged_by_what_was_found_or_counted_without_exposure(measure: Measure, rates: Rates) -> None:
    with told("hazard.found", rates, kind="ratio", better="lower", outcome=False):
        assert "不是结果" in outcomes.fault_of("hazard.found")
        with pytest.raises(Refused, match=r"凭什么看有没有用第 1 项：.*不是结果.*不能用来看"):
            read_method(TEXT + "outcomes: [hazard.found]\n", "walk.yaml")
    with told("hazard.sum", rates, better="lower", outcome=True):
        assert "没有除数" in outcomes.fault_of("hazard.sum")
    with pytest.raises(Refused, match=r"没有“hazard.any”这个指标.*late.per_patrol"):
        read_method(TEXT + "outcomes: [hazard.any]\n", "walk.yaml")
    with pytest.raises(Refused, match="写了两次"):
        read_method(TEXT + f"outcomes: [{CODE}, {CODE}]\n", "walk.yaml")


def test_a_method_keeps_by_what_it_is_judged_and_gives_it_back(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    spec = spec_of_method(method, TODAY)
    assert (spec.outcomes, spec.judged_months) == ((CODE,), 6)
    text = write_method(replace(spec, judged_months=4))
    again = load_pack(by=cast.system(), at=at, mine=cast.mine, spec=read_method(text, "walk.yaml"), since=TODAY)
    assert (again.outcomes, again.judged_months) == ([CODE], 4)


def test_a_measure_that_is_gone_judges_nothing(method: WorkMethod) -> None:
    method.outcomes = ["gone.by"]
    (found,) = method_effects(method.mine, TODAY, [method])
    assert found.outcomes == ()


# ── its page ──
def test_everybody_reads_the_verdict_and_the_figures_he_may_see(
    cast: Cast,
    signed_in: SignIn,
    method: WorkMethod,
    sections: list[Unit],
    rates: Rates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pithead.practices.views.effect.today", lambda: TODAY)
    monkeypatch.setattr("pithead.practices.views.library.today", lambda: TODAY)
    adopted(method, *sections[:4])
    fallen(rates, "S1", "S2", "S3", "S4")
    leader = signed_in("mine_leader").get("/practices/methods/walk/effect/").content.decode()
    assert "有效，把握较大" in leader
    assert "35（210/600）" in leader
    assert "掘进9队" in leader
    worker = signed_in("worker").get("/practices/methods/walk/effect/").content.decode()
    assert "少了约 31%" in worker
    assert "掘进9队" not in worker
    assert "另有 9 个单位的数您看不到" in worker
    for page in ("/practices/", "/practices/methods/walk/"):
        assert "有效，把握较大" in signed_in("worker").get(page).content.decode()
    assert signed_in("stranger").get("/practices/methods/walk/effect/").status_code == 404


def test_a_method_judged_by_nothing_says_so(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=WALK, since=timezone.localdate(at))
    page = signed_in("worker").get("/practices/methods/walk/effect/").content.decode()
    assert "没有写明凭什么看" in page
