"""Hazards 隐患: graded, fixed on the spot or assigned, put right in time, checked by somebody else."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.actions import merge
from pithead.issues.models import Issue, Step
from pithead.issues.queries import alike, setting_of, standing_to
from pithead.issues.testing import Story, a_photo
from pithead.kernel.refusal import Refused
from pithead.org.access import RoleCode
from pithead.org.models import Post
from pithead.org.testing import OPENED

HOUR = dt.timedelta(hours=1)
PLACE = {"place_text": "1312 工作面", "category": "extraction"}


def test_a_hazard_goes_from_the_finder_to_somebody_who_checks_it(story: Story) -> None:
    story.begins("worker", "hazard", grade="C")
    story.follows(("section_head", "assign"), ("section_clerk", "fix"), ("assessor", "pass"))
    assert story.issue.state == "closed"
    assert story.issue.verified
    assert story.issue.closed_at == story.at
    assert list(Step.objects.values_list("verb", flat=True)) == ["raise", "assign", "fix", "pass"]


def test_without_a_grade_it_is_a_c_and_the_office_regrades(story: Story) -> None:
    assert story.begins("worker", "hazard").grade == "C"
    story.goes_on("assessor", "regrade", grade="A")
    assert story.issue.grade == "A"
    with pytest.raises(PermissionDenied, match="改级”由主管科室办理"):
        story.goes_on("section_head", "regrade", grade="D")


def test_a_graver_grade_never_leaves_more_time(story: Story) -> None:
    story.begins("worker", "hazard", grade="B")
    story.goes_on("section_head", "assign", due_at=story.at + 60 * HOUR)
    story.goes_on("assessor", "regrade_assigned", grade="D")
    assert story.issue.due_at == story.at + 8 * HOUR


def test_nobody_raises_or_regrades_to_major_alone(story: Story) -> None:
    with pytest.raises(Refused, match="两人共同认定"):
        story.begins("worker", "hazard", grade="major")
    story.begins("worker", "hazard", grade="A")
    with pytest.raises(Refused, match="级别可以是"):
        story.goes_on("assessor", "regrade", grade="major")


@pytest.mark.parametrize(("first", "second"), [("assessor", "chief_engineer"), ("chief_engineer", "inspector")])
def test_the_safety_office_and_the_chief_engineer_together_make_it_major(story: Story, first: str, second: str) -> None:
    story.begins("worker", "hazard", grade="A")
    story.goes_on("section_head", "assign")
    story.goes_on(first, "propose_major")
    story.goes_on(second, "confirm_major")
    assert (story.issue.grade, story.issue.state) == ("major", "found")
    assert story.issue.due_at == story.at + 2 * HOUR
    assert story.told_to("step") >= {"section_head", "assessor", "inspector"}, "who must act hears of it at once"


@pytest.mark.parametrize(("first", "second"), [("assessor", "inspector"), ("assessor", "assessor")])
def test_two_of_the_same_office_do_not_make_it_major(story: Story, first: str, second: str) -> None:
    story.begins("worker", "hazard")
    story.goes_on(first, "propose_major")
    with pytest.raises(Refused, match="两个人、两种身份"):
        story.goes_on(second, "confirm_major")


def test_one_in_two_posts_is_not_two_people(story: Story) -> None:
    who, office = story.cast.people["chief_engineer"], story.cast.units["SAF"]
    Post.objects.create(mine=story.cast.mine, person=who, role=RoleCode.ASSESSOR, unit=office, since=OPENED)
    story.begins("worker", "hazard")
    story.goes_on("chief_engineer", "propose_major")
    assert story.issue.steps.get(verb="propose_major").acted_as == "chief,office"
    with pytest.raises(Refused, match="两个人、两种身份"):
        story.goes_on("chief_engineer", "confirm_major")
    story.goes_on("assessor", "confirm_major")
    assert story.issue.grade == "major"


def test_what_takes_two_is_offered_to_the_second_alone(story: Story) -> None:
    story.begins("worker", "hazard")
    assert "confirm_major" not in offered(story, "chief_engineer")
    story.goes_on("assessor", "propose_major")
    assert "confirm_major" in offered(story, "chief_engineer")
    assert "confirm_major" not in offered(story, "assessor") | offered(story, "inspector")


def offered(story: Story, member: str) -> set[str]:
    issue = story.issue
    standing = standing_to(story.cast.actor(member), issue, setting_of(issue.mine, issue.kind), story.at)
    return {move.verb for move in standing.moves}


def test_no_other_leader_stands_for_the_chief_engineer(story: Story) -> None:
    story.begins("worker", "hazard")
    story.goes_on("assessor", "propose_major")
    for member in ("manager", "section_head", "party_officer"):
        with pytest.raises(PermissionDenied):
            story.goes_on(member, "confirm_major")


def test_a_proposal_is_spent_when_the_grade_has_changed_since(story: Story) -> None:
    story.begins("worker", "hazard")
    story.follows(("assessor", "propose_major"))
    story.goes_on("assessor", "regrade", grade="D")
    with pytest.raises(Refused, match="两个人"):
        story.goes_on("chief_engineer", "confirm_major")


def test_a_proposal_is_spent_when_the_matter_went_on_since(story: Story) -> None:
    story.begins("worker", "hazard")
    story.follows(("assessor", "propose_major"), ("section_head", "assign"))
    assert "confirm_major" not in offered(story, "chief_engineer")
    with pytest.raises(Refused, match="两个人"):
        story.goes_on("chief_engineer", "confirm_major")


def test_a_major_one_takes_all_five_commitments(story: Story) -> None:
    story.begins("worker", "hazard", grade="A")
    story.follows(("assessor", "propose_major"), ("chief_engineer", "confirm_major"))
    whole = {"measure": "停产加固", "supervisor": "总工程师", "funds": "专项资金", "plan": "应急预案 2 号"}
    for missing in whole:
        with pytest.raises(Refused, match="要写明"):
            story.goes_on("assessor", "assign", facts={key: whole[key] for key in whole if key != missing})
    with pytest.raises(Refused, match="完成时间"):
        story.goes_on("assessor", "assign", facts=whole, due_at=None)
    story.goes_on("assessor", "assign", facts=whole)
    assert story.issue.state == "assigned"


def test_what_is_small_is_fixed_on_the_spot_and_still_checked(story: Story) -> None:
    story.begins("crew_leader", "hazard", grade="D")
    story.goes_on("crew_leader", "fix_on_spot")
    assert story.issue.state == "rectified"
    with pytest.raises((Refused, PermissionDenied)):
        story.goes_on("crew_leader", "pass")
    story.goes_on("inspector", "pass")
    assert story.issue.state == "closed"


def test_what_is_grave_is_not_fixed_on_the_spot(story: Story) -> None:
    story.begins("crew_leader", "hazard", grade="A")
    with pytest.raises(Refused, match="不能“现场已处理”"):
        story.goes_on("crew_leader", "fix_on_spot")


@pytest.mark.parametrize("grade", ["D", "C", "B", "A"])
def test_nobody_gets_more_time_than_the_grade_allows(story: Story, grade: str) -> None:
    hours = {"D": 8, "C": 24, "B": 72, "A": 168}[grade]
    story.begins("worker", "hazard", grade=grade)
    with pytest.raises(Refused, match="最晚到"):
        story.goes_on("section_head", "assign", due_at=story.at + (hours + 1) * HOUR)
    story.goes_on("section_head", "assign", due_at=story.at + hours * HOUR)


def test_it_is_extended_before_the_time_is_up_at_most_twice_one_level_up(story: Story) -> None:
    story.begins("worker", "hazard", grade="C")
    story.goes_on("section_head", "assign", due_at=story.at + 10 * HOUR)
    with pytest.raises(PermissionDenied):
        story.goes_on("section_head", "extend", due_at=story.at + 20 * HOUR)
    for hours in (20, 30):
        story.goes_on("assessor", "extend", due_at=story.at + hours * HOUR)
    assert story.issue.extended == 2
    with pytest.raises(Refused, match="最多延期 2 次"):
        story.goes_on("assessor", "extend", due_at=story.at + 40 * HOUR)


def test_what_is_opened_again_may_be_extended_again(story: Story) -> None:
    story.begins("worker", "hazard", grade="B")
    story.follows(("assessor", "assign"), ("assessor", "extend"), ("assessor", "extend"))
    story.follows(("section_clerk", "fix"), ("inspector", "fail"))
    with pytest.raises(Refused, match="已经延过 2 次"):
        story.goes_on("assessor", "extend")
    story.follows(("section_clerk", "fix"), ("inspector", "pass"), ("worker", "reopen"))
    assert (story.issue.extended, story.issue.closed_at, story.issue.verified) == (0, None, False)
    story.follows(("assessor", "assign"), ("assessor", "extend"))
    assert story.issue.extended == 1


def test_it_is_not_extended_when_the_time_is_up(story: Story) -> None:
    story.begins("worker", "hazard", grade="C")
    story.goes_on("section_head", "assign", due_at=story.at + 10 * HOUR)
    story.later(hours=10, minutes=1)
    with pytest.raises(Refused, match="到期前才能延期"):
        story.goes_on("assessor", "extend", due_at=story.at + 5 * HOUR)


def test_the_owner_does_not_extend_his_own_time(story: Story) -> None:
    story.begins("worker", "hazard", grade="C")
    story.goes_on("section_head", "assign", whose="assessor")
    with pytest.raises(Refused, match="另一个人"):
        story.goes_on("assessor", "extend")


@pytest.mark.parametrize("member", ["section_clerk", "section_head", "worker"])
def test_who_found_or_fixed_it_does_not_check_it(story: Story, member: str) -> None:
    story.begins("worker", "hazard", grade="C")
    story.follows(("section_head", "assign"), ("section_clerk", "fix"))
    with pytest.raises((Refused, PermissionDenied)):
        story.goes_on(member, "pass")
    assert story.issue.state == "rectified"


def test_an_inspector_who_found_it_leaves_the_check_to_his_colleague(story: Story) -> None:
    story.begins("assessor", "hazard", grade="C")
    story.follows(("section_head", "assign"), ("section_clerk", "fix"))
    with pytest.raises(Refused, match="发现人"):
        story.goes_on("assessor", "pass")
    story.goes_on("inspector", "pass")


@pytest.mark.parametrize("grade", ["B", "A"])
def test_the_check_of_a_grave_one_shows_a_photo(story: Story, grade: str) -> None:
    story.begins("worker", "hazard", grade=grade)
    story.follows(("assessor", "assign"), ("section_clerk", "fix"))
    with pytest.raises(Refused, match="照片"):
        story.goes_on("assessor", "pass", files=())
    story.goes_on("assessor", "pass", files=(a_photo(story.cast, story.at),))


def test_what_is_not_put_right_goes_back_with_a_new_time(story: Story) -> None:
    story.begins("worker", "hazard", grade="C")
    story.follows(("section_head", "assign"), ("section_clerk", "fix"))
    story.goes_on("assessor", "fail")
    assert story.issue.state == "assigned"
    assert story.issue.due_at == story.at + 24 * HOUR


def test_the_finder_opens_it_again(story: Story) -> None:
    story.begins("worker", "hazard", grade="D")
    story.follows(("section_head", "fix_on_spot"), ("assessor", "pass"), ("worker", "reopen"))
    assert story.issue.state == "found"
    assert story.issue.closed_at is None
    assert not story.issue.verified


def test_the_same_place_and_category_within_thirty_days_climbs_a_grade(story: Story) -> None:
    first = story.begins("worker", "hazard", grade="C", **PLACE)
    story.later(days=29)
    again = story.begins("crew_leader", "hazard", grade="C", **PLACE)
    assert (again.grade, again.repeats_id) == ("B", first.pk)


@pytest.mark.parametrize(
    ("days", "more"), [(31, PLACE), (1, {**PLACE, "category": "water"}), (1, {**PLACE, "place_text": "1313 工作面"})]
)
def test_later_elsewhere_or_of_another_kind_is_no_repetition(story: Story, days: int, more: dict[str, str]) -> None:
    story.begins("worker", "hazard", grade="C", **PLACE)
    story.later(days=days)
    again = story.begins("worker", "hazard", grade="C", **more)
    assert (again.grade, again.repeats_id) == ("C", None)


def test_what_was_found_by_mistake_is_not_repeated(story: Story) -> None:
    story.begins("worker", "hazard", grade="C", **PLACE)
    story.goes_on("assessor", "void")
    assert story.begins("worker", "hazard", grade="C", **PLACE).repeats is None


def test_repetition_alone_never_makes_it_major(story: Story) -> None:
    for _ in range(3):
        story.begins("worker", "hazard", grade="A", **PLACE)
    assert set(Issue.objects.values_list("grade", flat=True)) == {"A"}


def test_everybody_of_the_mine_sees_hazards_and_nobody_else(story: Story) -> None:
    story.begins("worker", "hazard")
    assert story.seen_by() == set(story.cast.people) - {"stranger"}


# ── merged ──
def test_only_what_is_wrong_at_the_same_place_of_the_same_unit_is_one_hazard(story: Story) -> None:
    first = story.begins("worker", "hazard", text="护罩缺两条螺栓", **PLACE)
    elsewhere = story.begins("worker", "hazard", text="护罩缺两条螺栓", place_text="1314 工作面")
    others = story.begins("worker", "hazard", text="护罩缺两条螺栓", unit=story.cast.units["M1"], **PLACE)
    office = story.cast.actor("assessor")
    for other in (elsewhere, others):
        with pytest.raises(Refused, match="地点或责任单位不同"):
            merge(by=office, at=story.at, issue=other, into=first)
    same = story.begins("crew_leader", "hazard", text="护罩缺了两条螺栓", **PLACE)
    assert [one.line.pk for one in alike(office, same, story.at)] == [first.pk]
    merge(by=office, at=story.at, issue=same, into=first)
    assert Issue.objects.get(pk=same.pk).state == "merged"
