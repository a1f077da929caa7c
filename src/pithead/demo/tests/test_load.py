"""The demo mine once it is loaded: 21 November 2026, in the middle of an open month."""

import datetime as dt
from collections import Counter

import pytest
from django.test import Client

from pithead.assess.models import (
    Appeal,
    Cycle,
    CycleState,
    Entry,
    EntryKind,
    Override,
    Result,
    SetAside,
    Source,
    Standard,
)
from pithead.assess.queries import fed
from pithead.demo import story
from pithead.demo.accounts import PASSWORD
from pithead.demo.load import load
from pithead.demo.months import ENTERED, HANDED_IN, months_until
from pithead.demo.tests.conftest import AS_OF
from pithead.issues import queries
from pithead.issues.actions import IssueDraft, StepDraft, move, raise_issue
from pithead.kernel.models import AuditEvent
from pithead.kernel.workbooks import Column, Table, write
from pithead.org.access import RoleCode, actor_for, system
from pithead.org.actions import import_roster
from pithead.org.models import Membership, Person, Post, Serves, Unit, User
from pithead.org.models.people import PoliticalStatus

pytestmark = pytest.mark.django_db
OPEN, CODES = "2026-11", ("six-good", "six-type", "five-star")


def of_kind(kind):
    return Unit.objects.filter(mine__code="QSY", kind=kind)


def months():
    return Cycle.objects.filter(code="six-good", state=CycleState.FINAL).order_by("period")


def totals(unit):
    results = Result.objects.filter(unit__code=unit, cycle__code="six-good")
    return dict(results.values_list("cycle__period", "total"))


# ── who is there ──
def test_the_mine_has_the_size_it_says(demo):
    counts = {kind: of_kind(kind).count() for kind in ("section", "crew", "branch", "office", "committee")}
    assert counts == {"section": 18, "crew": 74, "branch": 20, "office": 12, "committee": 1}
    assert Person.objects.count() == 1640
    members = (PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER)
    assert Person.objects.filter(political_status__in=members).count() == 430
    assert Membership.objects.filter(unit__kind="party_group").count() == 430
    assert demo.mine.parent.kind == "company"


def test_every_member_belongs_to_the_branch_of_the_own_unit(demo):
    served = {
        serves.unit_id: serves.server
        for serves in Serves.objects.filter(server__kind="branch").select_related("server")
    }
    units = {unit.pk: unit for unit in Unit.objects.all()}
    for member in Membership.objects.filter(unit__kind="party_group").select_related("unit", "person__unit"):
        home = member.person.unit
        while home.kind not in ("section", "office", "mine"):
            home = units[home.parent_id]
        if home.kind != "mine":
            assert member.unit.parent_id == served[home.pk].pk
    assert set(served) == set(of_kind("section").values_list("pk", flat=True)) | set(
        of_kind("office").values_list("pk", flat=True)
    )


def test_one_branch_is_joint_and_nine_offices_look_after_two_sections_each(demo):
    of_sections = Counter(
        Serves.objects.filter(server__kind="branch", unit__kind="section").values_list("server__name", flat=True)
    )
    assert [name for name, count in of_sections.items() if count > 1] == ["准备安装联合党支部"]
    liaison = Counter(Serves.objects.filter(server__kind="office").values_list("server__code", flat=True))
    assert sorted(liaison.values()) == [2] * 9


def test_everybody_in_charge_holds_a_post(demo):
    held = Counter(Post.objects.values_list("role", flat=True))
    assert held[RoleCode.SECTION_HEAD] == held[RoleCode.SECTION_CLERK] == 18
    assert held[RoleCode.BRANCH_SECRETARY] == 20
    assert held[RoleCode.CREW_LEADER] == held[RoleCode.DEPUTY_CREW_LEADER] == 74
    assert held[RoleCode.ASSESSOR] == 12
    assert held[RoleCode.LIAISON_OFFICER] == 18
    assert held[RoleCode.MINE_LEADER] == 9
    assert all(held[role] for role in RoleCode if role is not RoleCode.WORKER)


def test_only_longwall_sections_work_four_shifts_of_six_hours(demo):
    four_six = Unit.objects.filter(kind="section", crew_shifts__system__code="four_six")
    assert set(four_six.values_list("code", flat=True)) == {"ZC1", "ZC2"}
    assert Unit.objects.filter(kind="section", crew_shifts__system__code="three_eight").count() == 16


def test_no_number_is_kept_that_nothing_needs(demo):
    assert not Person.objects.exclude(id_number="").exists()
    assert not Person.objects.exclude(phone="").exists()


def test_everybody_was_grown_up_when_hired(demo):
    for person in Person.objects.all():
        assert person.hired_on.year - person.born_on.year >= 18
        assert person.hired_on <= AS_OF


def test_its_own_roster_read_back_from_excel_changes_nobody(demo):
    """What a mine exports and imports again must not double or move anybody."""
    people = Person.objects.exclude(unit=demo.mine).select_related("unit__parent").order_by("staff_no")
    rows = []
    for person in people:
        unit, crew = (person.unit.parent, person.unit) if person.unit.kind == "crew" else (person.unit, None)
        rows.append((person.staff_no, person.name, unit.name, crew.name if crew else "", person.job))
    columns = [Column(heading) for heading in ("工号", "姓名", "所属机构", "班组", "岗位")]
    at = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
    file = write([Table("花名册", columns, rows, title="青石峪煤矿花名册")])
    report = import_roster(by=system(demo.mine), at=at, mine=demo.mine, file=file, name="花名册.xlsx")
    assert report.reasons == ()
    assert (report.added, report.changed, report.moved, report.unchanged) == (0, 0, 0, 1631)
    assert {one.unit for one in report.vanished} == {demo.mine.name}


# ── what happened ──
def test_every_standard_stands_under_its_clause(demo):
    for standard in Standard.objects.select_related("clause__policy"):
        assert standard.clause.number == "第三条"
        assert standard.title in standard.clause.policy.title
        assert standard.in_force_from == demo.months[0]
    assert Standard.objects.count() == 3


def test_every_month_but_the_open_one_is_settled_and_one_is_being_published(demo):
    assert demo.months == ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
    for cycle in Cycle.objects.all():
        expected = CycleState.PUBLICITY if (cycle.code, cycle.period) == ("six-type", "2026-10") else CycleState.FINAL
        begun = CycleState.OPEN if cycle.code == "five-star" else CycleState.SCORING  # counted, but nobody has written
        assert cycle.state == (begun if cycle.period == OPEN else expected)
    units = {"six-good": 18, "six-type": 74, "five-star": 20}
    for code in CODES:
        for cycle in Cycle.objects.filter(code=code):
            assert cycle.participants.count() == units[code]
            assert cycle.results.count() == (0 if cycle.period == OPEN else units[code])


def test_units_appealed_and_other_people_decided(demo):
    decided = Appeal.objects.exclude(decided_at=None)
    assert {appeal.outcome for appeal in decided} == {"upheld", "changed", "rejected"}
    for appeal in decided:
        assert len({appeal.made_by_id, appeal.answered_by_id, appeal.decided_by_id}) == 3
    changed = decided.exclude(outcome="rejected").values_list("cycle__publicities__round", flat=True)
    assert set(changed) == {1, 2}
    waiting = Appeal.objects.filter(decided_at=None, cycle__code="six-type", cycle__period="2026-10")
    assert sorted(bool(appeal.answered_at) for appeal in waiting) == [False, True]


def test_sections_spread_over_the_tiers_as_in_life(demo):
    for cycle in months():
        tiers = Counter(cycle.results.values_list("tier__code", flat=True))
        assert 3 <= tiers["excellent"] <= 5
        assert 7 <= tiers["good"] <= 11
        assert 3 <= tiers["fair"] <= 5
        assert 1 <= tiers["poor"] <= 2


def test_one_section_climbs_and_one_falls_after_an_accident(demo):
    climbing = totals("YS2")
    assert climbing["2026-10"] - climbing["2026-04"] > 8
    falling = totals("ZC2")
    assert falling["2026-06"] - falling["2026-07"] > 8
    accident = Entry.objects.get(unit__code="ZC2", cycle__period="2026-07", clause__code="B1.1")
    assert "轻伤" in accident.reason


def test_one_veto_caps_the_tier_and_leaves_the_score(demo):
    vetoed = Result.objects.exclude(veto_item=None).get()
    assert (vetoed.unit.code, vetoed.cycle.period, vetoed.tier.code, vetoed.excluded) == ("M4", "2026-08", "poor", True)
    assert vetoed.total > 70


def test_a_bonus_went_over_the_cap_an_item_ran_out_and_two_share_a_place(demo):
    over = Result.objects.filter(cycle__code="six-good", bonus_earned__gt=5)
    assert set(over.values_list("unit__code", "bonus", "bonus_earned")) == {("ZC1", 5, 6), ("M2", 5, 6)}
    spent = months().last().item_scores.get(unit__code="ZZB", item__code="B5")
    assert spent.lost > 3
    assert spent.score == 0
    pair = Result.objects.filter(cycle__code="six-type", cycle__period="2026-09", unit__code__in=story.TWINS)
    assert len(set(pair.values_list("rank", "total"))) == 1


def test_sections_and_branches_take_from_each_other_every_month(demo):
    """Every section is led by a branch; the three branches of offices have no section to take from."""
    computed = Entry.objects.filter(key__startswith="link ", source=Source.COMPUTED)
    for cycle in Cycle.objects.filter(code__in=("six-good", "five-star")).exclude(period=OPEN):
        item, units = ("F1", 18) if cycle.code == "six-good" else ("C1", 17)
        assert computed.filter(cycle=cycle, item__code=item).count() == units
        assert not cycle.entries.filter(item__code=item, kind=EntryKind.DEDUCTION, source=Source.MANUAL).exists()


def test_some_items_do_not_apply(demo):
    missing = Entry.objects.filter(kind=EntryKind.NOT_APPLICABLE, cycle__code="six-good", cycle__period="2026-10")
    assert set(missing.filter(item__code="C2").values_list("unit__specialty", flat=True)) == {
        "haulage",
        "ventilation",
        "surface",
    }
    said = Entry.objects.filter(kind=EntryKind.NOT_APPLICABLE, source=Source.MANUAL)
    assert set(said.values_list("unit__code", flat=True)) == {"ZZB", "KT2", "AZ"}


def test_half_of_the_offices_have_written_into_the_open_month(demo):
    written = Entry.objects.filter(cycle__period=OPEN, source=Source.MANUAL)
    assert set(written.values_list("office__code", flat=True)) == set(ENTERED) - {
        "HR"
    }  # the system counts all it knows
    month = Cycle.objects.get(code="six-good", period=OPEN)
    assert set(month.submissions.values_list("office__code", flat=True)) == set(HANDED_IN)
    assert months().last().submissions.count() == 12


def test_an_office_writes_through_its_own_assessor(demo):
    assessors = {
        post.unit_id: post.person.name for post in Post.objects.filter(role=RoleCode.ASSESSOR).select_related("person")
    }
    written = Entry.objects.filter(source=Source.MANUAL).values_list("office_id", "author").distinct()
    assert dict(written) == {
        office: name for office, name in assessors.items() if office != Unit.objects.get(code="HR", mine=demo.mine).pk
    }


def test_every_month_was_counted_and_offices_answered(demo):
    """What has a source is counted in every settled month, and what was proposed is taken but for one."""
    for cycle in months():
        counted = cycle.entries.filter(source=Source.COMPUTED, kind=EntryKind.DEDUCTION).exclude(
            key__startswith="link "
        )
        assert 60 <= counted.count() <= 140
        assert cycle.entries.filter(source=Source.PROPOSED).count() >= 8
    assert SetAside.objects.get().cycle.period == "2026-09"
    said = Override.objects.exclude(reason__startswith="申诉裁定").get()
    assert (said.cycle.period, said.clause.code, said.points < said.computed) == ("2026-10", "C1.1", True)
    appealed = Appeal.objects.get(cycle__code="six-good", cycle__period="2026-07")
    assert appealed.entry_key.startswith("gauge ")
    running = Cycle.objects.get(code="six-good", period=OPEN)
    assert running.entries.filter(source=Source.COMPUTED, clause__feeds__isnull=False, kind="deduction").exists()
    assert fed(running, today=AS_OF).vetoes == ()


def test_no_item_is_gone_everywhere(demo):
    """Ordinary lateness zeroes nobody: of every item the sections keep something on average."""
    for cycle in months():
        for item in cycle.standard.items.filter(kind="scored"):
            kept = [one.score for one in cycle.item_scores.filter(item=item) if one.score is not None]
            assert sum(kept) / len(kept) > item.full_marks * 4 / 10, (cycle.period, item.code)


def test_a_section_is_not_told_the_same_sentence_twice_in_a_month(demo):
    lines = Entry.objects.filter(kind=EntryKind.DEDUCTION, source=Source.MANUAL).values_list(
        "cycle_id", "unit_id", "reason"
    )
    repeated = [line for line, count in Counter(lines).items() if count > 1]
    assert repeated == []


# ── what may be read by everybody ──
def test_no_reason_names_a_person(demo):
    reasons = "\n".join(Entry.objects.values_list("reason", flat=True))
    named = [name for name in Person.objects.values_list("name", flat=True) if name in reasons]
    assert named == []


def test_the_big_screen_names_no_person(demo):
    client = Client()
    client.force_login(User.objects.filter(person__posts__role=RoleCode.MINE_LEADER).order_by("pk")[0])
    answer = client.get("/screen/")
    assert answer.status_code == 200
    assert [name for name in Person.objects.values_list("name", flat=True) if name in answer.content.decode()] == []


def test_nothing_lies_after_the_day_the_demo_plays_on(demo):
    end = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)  # 7 o'clock in the morning of the 21st, at the mine
    assert not AuditEvent.objects.filter(at__gt=end).exists()
    assert not Entry.objects.filter(entered_at__gt=end).exists()
    assert not Entry.objects.filter(found_on__gt=AS_OF).exists()


# ── signing in ──
def test_each_sign_in_opens_the_role_it_names(demo):
    assert len({one.staff_no for one in demo.sign_ins}) == len(demo.sign_ins) == 12
    for one in demo.sign_ins:
        account = User.objects.select_related("person").get(sign_in=f"QSY/{one.staff_no}")
        assert account.check_password(PASSWORD)
        assert account.person.name == one.name
    by_role = {one.role: Person.objects.get(staff_no=one.staff_no) for one in demo.sign_ins}
    assert actor_for(by_role["职工"], on=AS_OF, face="web").roles == (RoleCode.WORKER,)
    assert [by_role[title].job for title in ("安全副矿长", "总工程师")] == ["安全副矿长", "总工程师"]


def test_the_appeal_waits_for_somebody_with_a_sign_in(demo):
    at, asked = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC), set()
    for person in Person.objects.filter(staff_no__in=[one.staff_no for one in demo.sign_ins]):
        waiting = queries.waits_for(actor_for(person, on=AS_OF, face="web"), demo.mine, at, size=500)
        asked |= {person.job for line in waiting.lines if (line.kind, line.state) == ("violation", "申诉中")}
    assert asked == {"安全副矿长"}


def test_what_the_office_found_is_closed_and_made_major_by_people_with_a_sign_in(demo):
    by_role = {one.role: Person.objects.get(staff_no=one.staff_no) for one in demo.sign_ins}
    actors = {role: actor_for(person, on=AS_OF, face="web") for role, person in by_role.items()}
    at, section = dt.datetime(2026, 11, 21, 1, tzinfo=dt.UTC), Unit.objects.get(mine=demo.mine, code="ZC2")

    def goes_on(who, verb, **more):
        nonlocal at
        at += dt.timedelta(minutes=5)
        return move(by=actors[who], at=at, issue=issue, verb=verb, draft=StepDraft(**more))

    draft = IssueDraft(kind="hazard", text="皮带机尾护罩缺螺栓", unit=section, grade="C")
    issue = raise_issue(by=actors["安全科考核员"], at=at, mine=demo.mine, draft=draft)
    goes_on("区队长", "fix_on_spot", note="已补齐")
    assert goes_on("安全副矿长", "pass").state == "closed"
    draft = IssueDraft(kind="hazard", text="采空区密闭漏风，一氧化碳上升", unit=section, grade="A")
    issue = raise_issue(by=actors["安全科考核员"], at=at, mine=demo.mine, draft=draft)
    goes_on("安全科考核员", "propose_major", note="够得上重大")
    assert goes_on("总工程师", "confirm_major").grade == "major"


def test_the_demo_password_opens_the_desk_however_long_ago_the_demo_plays(demo):
    """Without the page that asks for a new password first."""
    for one in demo.sign_ins:
        client = Client()
        signed_in = client.post(
            "/sign-in/", {"mine": "QSY", "staff_no": one.staff_no, "password": PASSWORD}, follow=True
        )
        assert signed_in.status_code == 200
        assert signed_in.redirect_chain[-1][0] == "/"


def test_the_report_says_who_may_sign_in(demo):
    said = str(demo)
    assert PASSWORD in said
    assert all(one.staff_no in said and one.try_this in said for one in demo.sign_ins)


def test_loading_again_touches_nothing(demo):
    before = AuditEvent.objects.count()
    again = load(as_of=AS_OF)
    assert not again.created
    assert again.sign_ins == demo.sign_ins
    assert AuditEvent.objects.count() == before


def test_two_full_quarters_lie_before_the_open_month():
    def listed(day):
        return [str(month) for month in months_until(day)]

    assert listed(dt.date(2026, 7, 1)) == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]
    assert listed(dt.date(2026, 2, 28))[0] == "2025-07"
    assert len(listed(dt.date(2026, 3, 1))) == 9
