"""A small mine with something on every page: the cast, a standard, months settled, published, reviewed, taking scores."""

import datetime as dt
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from pithead.assess.actions import (
    DepartureDraft,
    add_entries,
    answer_appeal,
    approve_cycle,
    close_cycle,
    decide_appeal,
    draft_standard,
    make_appeal,
    open_cycle,
    publish_cycle,
    review_cycle,
    submit,
)
from pithead.assess.models import Appeal, Cycle, Entry, Outcome, Standard
from pithead.assess.testing import draft, issue_small_standard, settle, small_pack
from pithead.issues.actions import IssueDraft, StepDraft, keep_photo, move, raise_issue
from pithead.issues.actions.importing import keep_ledger
from pithead.issues.models import Issue
from pithead.kernel import workbooks
from pithead.kernel.models import StoredFile
from pithead.kernel.periods import Period
from pithead.measures.actions import FigureDraft, give_figures, issue_key, keep_figures
from pithead.measures.models import ApiKey, Given
from pithead.org.actions import add_place, keep_roster, record_leave, roster_template, seed_calendar, set_shift_system
from pithead.org.models import Leave, Place
from pithead.org.testing import Cast
from pithead.practices.actions import (
    BondDraft,
    RecordDraft,
    adopt,
    load_pack,
    plan_check,
    record,
    set_bond,
    set_version,
)
from pithead.practices.actions.importing import keep_records, records_template
from pithead.practices.models import Adoption, Bond, PlannedCheck, Practice, Proposal, Record
from pithead.practices.testing import HEAVY, IDLE, INSPECTIONS, LOOKS, WALK, asking
from pithead.rules.actions import load_policy
from pithead.rules.models import Policy


@dataclass(frozen=True)
class Sample:
    cast: Cast
    standard: Standard
    draft: Standard
    settled: Cycle
    scoring: Cycle
    published: Cycle
    reviewed: Cycle
    appeal: Appeal
    place: Place
    leave: Leave
    roster: StoredFile
    policy: Policy
    hazard: Issue
    photo: StoredFile
    ledger: StoredFile
    sheet: StoredFile
    adoption: Adoption
    proposal: Proposal
    bond: Bond
    check: PlannedCheck
    record: Record
    figure: Given
    table: StoredFile
    key: ApiKey


def make_sample(cast: Cast, at: dt.datetime) -> Sample:
    standard = issue_small_standard(cast, at)
    settled = _month(cast, standard, "2026-05", at - dt.timedelta(days=30))
    _hand_in(settled, cast, at - dt.timedelta(days=28))
    settle(settled, by=cast.system(), at=at - dt.timedelta(days=10))
    scoring = _month(cast, standard, "2026-06", at)
    reviewed = _reviewed(cast, standard, at)
    published, appeal = _published(cast, standard, at)
    policy = load_policy(by=cast.system(), at=at, mine=cast.mine, pack_code="six-good", in_force_from=at.date())
    draft = draft_standard(by=cast.system(), at=at, mine=cast.mine, content=_next_version())
    months = (settled, scoring, published, reviewed)
    place, leave = _surroundings(cast, at)
    matters = _hazard(cast, at, place)
    files, customs = (_roster(cast, at), policy, *matters, _ledger(cast, at), _sheet(cast, at)), _customs(cast, at)
    return Sample(
        cast,
        standard,
        draft,
        *months,
        appeal,
        place,
        leave,
        *files,
        *customs,
        *_arranged(cast, at),
        _record(cast, at),
        *_figures(cast, at),
    )


def _next_version() -> dict[str, Any]:
    """Worked on, and not yet fit to be issued."""
    content = small_pack(title="小标准（修订）")
    content["dimensions"][0]["items"][0]["full"] = 28
    return content


def _reviewed(cast: Cast, standard: Standard, at: dt.datetime) -> Cycle:
    """March, waiting for the joint meeting."""
    cycle = _month(cast, standard, "2026-03", at - dt.timedelta(days=90))
    close_cycle(by=cast.system(), at=at - dt.timedelta(days=80), cycle=cycle)
    return review_cycle(by=cast.actor("mine_leader"), at=at - dt.timedelta(days=79), cycle=cycle, note="同意")


def _published(cast: Cast, standard: Standard, at: dt.datetime) -> tuple[Cycle, Appeal]:
    """April, published for the second time today, for an appeal changed it; another one waits for its answer."""
    cycle = _month(cast, standard, "2026-04", at - dt.timedelta(days=60))
    by, now = cast.system(), timezone.now()
    close_cycle(by=by, at=at, cycle=cycle)
    better = DepartureDraft(cast.units["M1"].pk, "good", excluded=True)
    approve_cycle(by=by, at=at, cycle=cycle, minutes="2026年第5次", decision="同意", departures=[better])
    publish_cycle(by=by, at=at, cycle=cycle, contacts="党委工作部 8101")
    first, second = (cycle.entries.get(unit__code="ZC1", item__code=code) for code in ("B1", "A1"))
    appeal = _appeal(cast, at, first)
    answer_appeal(by=cast.actor("assessor"), at=at, appeal=appeal, answer="核对过，一份已补签")
    decided = {"outcome": Outcome.CHANGED, "points": Decimal("0.5"), "decision": "一份当班已补签，改扣 0.5 分"}
    decide_appeal(by=cast.actor("mine_leader"), at=now, appeal=appeal, **decided)
    publish_cycle(by=by, at=now, cycle=cycle)
    make_appeal(by=cast.actor("section_head"), at=now, entry=second, text="区务会因抢险改期，有记录")
    return cycle, appeal


def _appeal(cast: Cast, at: dt.datetime, entry: Entry) -> Appeal:
    return make_appeal(by=cast.actor("section_head"), at=at, entry=entry, text="两份都已当班补签")


def _roster(cast: Cast, at: dt.datetime) -> StoredFile:
    """One that waits for its importer, with a row that cannot be taken."""
    return keep_roster(by=cast.actor("hr_officer"), at=at, mine=cast.mine, file=roster_template(), name="花名册.xlsx")


def _ledger(cast: Cast, at: dt.datetime) -> StoredFile:
    """One that waits to be confirmed, with a row that cannot be taken and a person nobody knows."""
    headings = ["检查日期", "地点", "隐患内容", "责任单位", "责任单位负责人", "状态", "复查时间"]
    rows = [
        ["2026-06-03", "8201", "托辊损坏", "综采一队", "路人", "已五定", ""],
        ["2026-06-03", "8201", "电缆落地", "综采一队", "高山", "已复查", "2026-05-03"],
    ]
    file = workbooks.write([workbooks.Table("台账", [workbooks.Column(one) for one in headings], rows)])
    return keep_ledger(by=cast.actor("assessor"), at=at, mine=cast.mine, file=file, name="六月台账.xlsx")


def _sheet(cast: Cast, at: dt.datetime) -> StoredFile:
    """The empty table of what a superior's system holds: nothing in it can be taken."""
    by, file = cast.actor("party_officer"), records_template()
    return keep_records(by=by, at=at, mine=cast.mine, file=file, name="已登记的.xlsx")


def _figures(cast: Cast, at: dt.datetime) -> tuple[Given, StoredFile, ApiKey]:
    """A check's score of the crew, corrected once; a table with one row that cannot be taken; a key."""
    by, mine = cast.actor("assessor"), cast.mine
    for value, reason in ((88, ""), (91, "复查时补了两项")):
        score = FigureDraft("check_score", cast.units["ZC1-1"], Period.parse("2026-06"), Decimal(value))
        give_figures(by=by, at=at, mine=mine, drafts=[score], reason=reason)
    rows = [["2026-06", "煤一队", 90], ["2026-06", "综采九队", 95]]
    columns = [workbooks.Column(one) for one in ("月份", "单位", "检查得分")]
    file = workbooks.write([workbooks.Table("六月", columns, rows)])
    table = keep_figures(by=by, at=at, mine=mine, file=file, name="六月检查得分.xlsx")
    key, _ = issue_key(by=cast.actor("administrator"), at=at, mine=mine, name="调度系统", office=cast.units["SAF"])
    return Given.objects.get(superseded=False), table, key


def _surroundings(cast: Cast, at: dt.datetime) -> tuple[Place, Leave]:
    """What the organisation's lists show: a working place, somebody on leave, shifts and a year of days."""
    by, mine = cast.system(), cast.mine
    since = at.date()
    place = add_place(by=by, at=at, mine=mine, code="8201", name="8201 综采工作面", kind="working", since=since)
    until = since + dt.timedelta(days=9)
    leave = record_leave(by=by, at=at, person=cast.people["worker"], kind="annual", since=since, until=until)
    set_shift_system(by=by, at=at, mine=mine, code="three_eight")
    seed_calendar(by=by, at=at, mine=mine, years=[since.year])
    return place, leave


def _hazard(cast: Cast, at: dt.datetime, place: Place) -> tuple[Issue, StoredFile]:
    """One with a photo on its way, and another that says nearly the same; what was said about the software, too."""
    photo = keep_photo(by=cast.actor("worker"), at=at, mine=cast.mine, upload=_picture())
    unit, text = cast.units["ZC1"], "8201 综采工作面 3 号架漏液"
    draft = IssueDraft(kind="hazard", text=text, unit=unit, place=place, category="extraction", files=(photo,))
    issue = raise_issue(by=cast.actor("worker"), at=at, mine=cast.mine, draft=draft)
    again = IssueDraft(kind="hazard", text="8201 工作面 3 号架漏液", unit=unit)
    raise_issue(by=cast.actor("crew_leader"), at=at, mine=cast.mine, draft=again)
    said = IssueDraft(kind="complaint", text="同一张表要填两次", unit=unit)
    raise_issue(by=cast.actor("worker"), at=at, mine=cast.mine, draft=said)
    step = StepDraft(
        owner=cast.people["section_clerk"], due_at=at + dt.timedelta(hours=20), facts={"measure": "更换密封件"}
    )
    return move(by=cast.actor("assessor"), at=at, issue=issue, verb="assign", draft=step), photo


def _customs(cast: Cast, at: dt.datetime) -> tuple[Adoption, Proposal]:
    """A method in use, with a practice that sleeps and one that is to ask more than the cap; another one nobody uses yet."""
    since = at.date().replace(day=1)
    load: dict[str, Any] = {"by": cast.system(), "at": at, "mine": cast.mine, "since": since}
    method = load_pack(**load, spec=WALK)
    load_pack(**load, spec=IDLE)
    adoption = adopt(by=cast.system(), at=at, method=method, unit=cast.units["ZC1"], since=since)
    practice, spec = method.practices.get(code="walkabout"), asking("walkabout", **HEAVY).practices[0]
    by, on = cast.actor("party_officer"), timezone.localdate()
    proposal = set_version(by=by, at=timezone.now(), practice=practice, spec=spec, since=on)
    assert isinstance(proposal, Proposal)
    return adoption, proposal


def _arranged(cast: Cast, at: dt.datetime) -> tuple[Bond, PlannedCheck]:
    """A zone with somebody who answers for it, and a check of the section that is still to come."""
    by, mine, today = cast.system(), cast.mine, timezone.localdate()
    unit, known = cast.units["ZC1"], {"by": by, "at": at, "mine": mine}
    zone = add_place(**known, code="Z1", name="1 号责任区", kind="zone", since=at.date(), unit=unit)
    bond = set_bond(**known, draft=BondDraft("zone", person=cast.people["worker"], place=zone), since=at.date())
    inspection = load_pack(**known, since=at.date(), spec=INSPECTIONS).practices.get()
    office, now = cast.units["SAF"], timezone.now()
    return bond, plan_check(by=by, at=now, practice=inspection, office=office, unit=unit, on=today)


def _record(cast: Cast, at: dt.datetime) -> Record:
    """Of the crew, with a photo of what was found; who wrote it signed it."""
    load_pack(by=cast.system(), at=at, mine=cast.mine, since=at.date(), spec=LOOKS)
    by, now = cast.actor("crew_leader"), timezone.now()
    photo = keep_photo(by=by, at=now, mine=cast.mine, upload=_picture())
    answers = {"roof": {"ok": False, "text": "一处掉渣"}, "looked": cast.people["crew_leader"]}
    draft = RecordDraft(Practice.objects.get(mine=cast.mine, code="look"), answers, files={"roof": (photo,)})
    return record(by=by, at=now, mine=cast.mine, draft=draft)


def _picture() -> SimpleUploadedFile:
    """What a phone sends."""
    drawn = io.BytesIO()
    Image.new("RGB", (320, 240), "#556677").save(drawn, "JPEG")
    return SimpleUploadedFile("现场.jpg", drawn.getvalue(), "image/jpeg")


def _hand_in(cycle: Cycle, cast: Cast, at: dt.datetime) -> None:
    for office in ("SAF", "PRO", "PTY"):
        submit(by=cast.system(), at=at, cycle=cycle, office=cast.units[office])


def _month(cast: Cast, standard: Standard, period: str, at: dt.datetime) -> Cycle:
    """Three sections: one good, one with a bonus, one with a veto."""
    cycle = open_cycle(by=cast.system(), at=at, mine=cast.mine, code=standard.code, period=Period.parse(period))
    longwall, heading, ventilation = (cast.units[code] for code in ("ZC1", "M1", "TF"))
    saf = cast.units["SAF"]
    found = [
        draft(standard, longwall, "B1", "1.5", reason="抽查 10 份班前会记录，2 份缺签字"),
        draft(standard, longwall, "A1", "3", reason="区务会少开一次"),
        draft(standard, heading, "B2", "2", reason="巷道浮煤未清理，长 20 米"),
        draft(standard, heading, "J1", "1", "bonus", saf, reason="自查出顶板离层并停工处理"),
        draft(standard, ventilation, "B1", "6", reason="局部通风机无计划停风 1 次"),
        draft(standard, ventilation, "V1", "0", "veto", saf, reason="发生重伤事故"),
    ]
    add_entries(by=cast.system(), at=at, cycle=cycle, drafts=found)
    return cycle
