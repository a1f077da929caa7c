"""The pages of matters: who sees which, what a form does, what they cost."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from pithead.issues import actions
from pithead.issues.actions import IssueDraft, StepDraft
from pithead.issues.models import Attachment, Issue, Notice
from pithead.issues.testing import MENTION, filled, grow_cast, raised
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.models import AuditEvent
from pithead.org.actions import add_place
from pithead.org.models import Place
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
LINE = "2 部皮带机尾护罩缺两条螺栓"
ID = "7a0f4a86-9f0c-4c57-9b28-3a3f8b1c2d11"
SECRET = "夜班后睡不着"


@pytest.fixture
def now() -> dt.datetime:
    """Pages ask the clock themselves: what they show has to have happened before."""
    return timezone.now() - dt.timedelta(minutes=30)


@pytest.fixture
def place(cast: Cast, now: dt.datetime) -> Place:
    unit, since = cast.units["ZC1"], timezone.localdate(now)
    return add_place(
        by=cast.system(),
        at=now,
        mine=cast.mine,
        code="1312",
        name="1312 工作面",
        kind="working",
        since=since,
        unit=unit,
    )


@pytest.fixture
def hazard(cast: Cast, now: dt.datetime) -> Issue:
    grow_cast(cast)
    return raised(cast, "worker", now, "hazard", category="extraction")


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#345").save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/jpeg")


def go_on(cast: Cast, issue: Issue, verb: str, member: str, at: dt.datetime) -> Issue:
    found = WORKFLOWS[issue.kind].find(verb)
    assert found is not None
    return actions.move(
        by=cast.actor(member), at=at, issue=issue, verb=verb, draft=filled(cast, at, issue, found, "section_clerk")
    )


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


# ── one matter ──
def test_a_matter_shows_its_life_and_only_the_moves_that_are_ones_own(
    cast: Cast, signed_in: SignIn, hazard: Issue
) -> None:
    page = f"/issues/{hazard.pk}/"
    office, worker, other = (text_of(signed_in(who).get(page)) for who in ("assessor", "worker", "hr_officer"))
    assert MENTION in worker
    assert "五定分派" in office
    assert "五定分派" not in worker
    assert "现场已处理" in worker
    assert "现在轮不到您办" in other
    assert signed_in("stranger").get(page).status_code == 404


def test_an_office_assigns_and_what_is_missing_is_said_beside_the_form(
    cast: Cast, signed_in: SignIn, hazard: Issue
) -> None:
    office, page = signed_in("assessor"), f"/issues/{hazard.pk}/"
    empty = office.post(f"{page}moves/assign/", {})
    assert empty.status_code == 422
    assert text_of(empty).count("请填写这一项") >= 3
    due = timezone.localtime() + dt.timedelta(days=9)
    step = {"id": ID, "owner": "祝小雨", "due_at": f"{due:%Y-%m-%dT%H:%M}", "measure": "更换密封件"}
    late = office.post(f"{page}moves/assign/", step)
    assert late.status_code == 422
    assert "完成时间最晚到" in text_of(late)
    assert "更换密封件" in text_of(late)
    odd = office.post(f"{page}moves/assign/", {**step, "due_at": "明天"})
    assert "时间看不懂，请写成 2026-06-30 14:30" in text_of(odd)
    soon = timezone.localtime() + dt.timedelta(hours=9)
    assert office.post(f"{page}moves/assign/", {**step, "due_at": f"{soon:%Y-%m-%dT%H:%M}"}).status_code == 302
    hazard.refresh_from_db()
    assert (hazard.state, hazard.owner) == ("assigned", cast.people["section_clerk"])
    assert "更换密封件" in text_of(office.get(page))


def test_who_may_not_is_told_so_and_a_move_that_does_not_exist_is_not_found(signed_in: SignIn, hazard: Issue) -> None:
    page = f"/issues/{hazard.pk}/moves"
    assert signed_in("hr_officer").post(f"{page}/comment/", {"id": ID, "note": "看看"}).status_code == 403
    assert signed_in("assessor").post(f"{page}/dance/", {}).status_code == 404
    assert signed_in("assessor").get(f"{page}/comment/").status_code == 405


def test_the_owner_fixes_with_a_photo_and_somebody_else_closes(
    cast: Cast, signed_in: SignIn, hazard: Issue, now: dt.datetime, settings, tmp_path
) -> None:
    settings.DATA_DIR = tmp_path
    go_on(cast, hazard, "assign", "assessor", now)
    page = f"/issues/{hazard.pk}/"
    fixed = {"id": ID, "note": "已更换", "photos": [photo()]}
    assert signed_in("section_clerk").post(f"{page}moves/fix/", fixed).status_code == 302
    assert Attachment.objects.filter(step__verb="fix").count() == 1
    refused = signed_in("section_clerk").post(f"{page}moves/pass/", {})
    assert refused.status_code in (403, 422)
    assert signed_in("inspector").post(f"{page}moves/pass/", {"id": str(hazard.pk)[:-1] + "0"}).status_code == 302
    hazard.refresh_from_db()
    assert (hazard.state, hazard.verified) == ("closed", True)


def test_a_step_is_put_right_by_its_writer_only(cast: Cast, signed_in: SignIn, hazard: Issue) -> None:
    page = f"/issues/{hazard.pk}/"
    assert "更正" in text_of(signed_in("worker").get(page))
    assert signed_in("worker").post(f"{page}steps/1/", {"note": ""}).status_code == 422
    assert signed_in("assessor").post(f"{page}steps/1/", {"note": "不对"}).status_code == 403
    assert signed_in("worker").post(f"{page}steps/1/", {"note": "是 4 号架"}).status_code == 302
    assert "是 4 号架" in text_of(signed_in("assessor").get(page))
    assert signed_in("worker").post(f"{page}steps/9/", {"note": "x"}).status_code == 404


def test_what_says_the_same_is_proposed_and_merged_with_all_who_said_it(
    cast: Cast, signed_in: SignIn, now: dt.datetime
) -> None:
    first = raised(cast, "worker", now, "suggestion", text="建议副巷休息点加一个饮水桶")
    again = raised(cast, "crew_leader", now, "suggestion", text="副巷休息点建议加饮水桶")
    raised(cast, "section_head", now, "suggestion", text="班前会改到七点半开")
    client = signed_in("party_officer")
    page = text_of(client.get(f"/issues/{again.pk}/"))
    assert "可能是同一件事" in page
    assert str(first.pk) in page
    assert "七点半" not in page
    assert client.post(f"/issues/{again.pk}/merge/", {"into": "x"}).status_code == 422
    assert client.post(f"/issues/{again.pk}/merge/", {"into": again.pk}).status_code == 422
    assert client.post(f"/issues/{again.pk}/merge/", {"into": first.pk}).status_code == 302
    merged = text_of(client.get(f"/issues/{first.pk}/"))
    assert cast.people["worker"].name in merged
    assert cast.people["crew_leader"].name in merged
    assert "已经并过去" in text_of(client.get(f"/issues/{again.pk}/"))


# ── confidential ──
@pytest.fixture
def care(cast: Cast, now: dt.datetime) -> Issue:
    grow_cast(cast)
    return raised(cast, "section_head", now, "care", text=SECRET, category="mind")


def test_a_confidential_matter_is_read_through_one_door_that_writes_it_down(
    cast: Cast, signed_in: SignIn, care: Issue
) -> None:
    page = f"/issues/{care.pk}/"
    readings = AuditEvent.objects.filter(action="issues.matter.read", subject_id=str(care.pk))
    assert SECRET in text_of(signed_in("section_head").get(page))
    assert readings.count() == 1
    told = text_of(signed_in("worker").get(page))
    assert SECRET in told
    assert "谁看过" in told
    assert cast.people["section_head"].name in told.partition("谁看过")[2]
    assert "谁看过" not in text_of(signed_in("section_head").get(page))


def test_for_everybody_else_it_is_not_there(cast: Cast, signed_in: SignIn, care: Issue) -> None:
    outsiders = {"mine_leader", "crew_leader", "other_assessor", "hr_officer", "party_officer", "auditor", "stranger"}
    addresses = ("/", "/issues/", "/issues/?kind=care&state=all", "/issues/own/", "/issues/export/?kind=care&state=all")
    for member in outsiders:
        client = signed_in(member)
        assert client.get(f"/issues/{care.pk}/").status_code == 404, member
        assert client.post(f"/issues/{care.pk}/moves/review/", {"note": "x"}).status_code == 404, member
        for address in addresses:
            response = client.get(address)
            assert SECRET not in response.getvalue().decode(), (member, address)
            assert str(care.pk) not in response.getvalue().decode(), (member, address)


def test_lists_say_nothing_of_what_a_confidential_matter_is_about(signed_in: SignIn, care: Issue) -> None:
    for address in ("/issues/?kind=care", "/issues/own/", "/issues/export/?kind=care"):
        response = signed_in("section_head").get(address)
        page = response.getvalue().decode()
        assert "帮扶" in page
        assert SECRET not in page
        assert "情绪波动" not in page


def test_the_person_concerned_finds_it_among_his_matters(signed_in: SignIn, care: Issue) -> None:
    assert "和我有关的" in text_of(signed_in("worker").get("/issues/own/"))
    assert "和我有关的" not in text_of(signed_in("crew_leader").get("/issues/own/"))


# ── my matters ──
def test_what_waits_for_somebody_is_on_his_desk_and_nobody_elses(
    cast: Cast, signed_in: SignIn, hazard: Issue, now: dt.datetime
) -> None:
    def waits(member: str) -> bool:
        page = text_of(signed_in(member).get("/issues/own/"))
        return MENTION in page.partition("<h2>通知</h2>")[0].partition("我提出的")[0]

    assert waits("assessor")
    assert waits("section_head")
    assert not waits("hr_officer")
    assert MENTION in text_of(signed_in("assessor").get("/"))
    go_on(cast, hazard, "assign", "assessor", now)
    assert waits("section_clerk")
    assert not waits("assessor")
    hazard.refresh_from_db()
    go_on(cast, hazard, "fix", "section_clerk", now)
    assert waits("assessor")
    assert waits("inspector")
    assert not waits("section_clerk")


def test_the_finder_is_not_asked_to_check_his_own(cast: Cast, signed_in: SignIn, now: dt.datetime) -> None:
    grow_cast(cast)
    issue = raised(cast, "assessor", now, "hazard")
    issue = go_on(cast, issue, "assign", "inspector", now)
    go_on(cast, issue, "fix", "section_clerk", now)
    assert MENTION not in text_of(signed_in("assessor").get("/issues/own/")).partition("我提出的")[0]
    assert MENTION in text_of(signed_in("inspector").get("/issues/own/"))


def test_whoever_raised_it_sees_what_became_of_it(cast: Cast, signed_in: SignIn, now: dt.datetime) -> None:
    issue = raised(cast, "worker", now, "request", text="夜班饭菜是凉的")
    go_on(cast, issue, "promise", "section_head", now)
    page = text_of(signed_in("worker").get("/issues/own/"))
    assert "夜班饭菜是凉的" in page.partition("我提出的")[2]
    assert "办理中" in page
    assert "夜班饭菜是凉的" not in text_of(signed_in("hr_officer").get("/issues/own/"))


def test_notices_are_read_one_by_one_or_all_together(
    cast: Cast, signed_in: SignIn, hazard: Issue, now: dt.datetime
) -> None:
    go_on(cast, hazard, "assign", "assessor", now)
    client = signed_in("section_clerk")
    assert "1 条通知没有看" in text_of(client.get("/"))
    assert "没有未读的通知" in text_of(client.post("/issues/notices/", {"issue": "x"}, follow=True))
    assert Notice.objects.filter(person=cast.people["section_clerk"], read_at=None).count() == 1
    assert "已读 1 条" in text_of(client.post("/issues/notices/", {"issue": hazard.pk}, follow=True))
    assert "没有未读的通知" in text_of(client.post("/issues/notices/", follow=True))
    assert "条通知没有看" not in text_of(client.get("/"))


# ── cost ──
def grown(cast: Cast, now: dt.datetime, count: int) -> None:
    for turn in range(count):
        issue = raised(cast, "worker", now - dt.timedelta(days=turn % 9), "hazard", text=f"第 {turn} 处缺牌板")
        if turn % 2:
            assign = WORKFLOWS["hazard"].find("assign")
            assert assign is not None
            step = filled(cast, now, issue, assign)
            actions.move(by=cast.actor("assessor"), at=now, issue=issue, verb="assign", draft=step)


@pytest.mark.parametrize(
    ("path", "member", "most"),
    [
        ("/issues/", "assessor", 12),
        ("/issues/?kind=hazard&state=all&sort=unit", "worker", 12),
        ("/issues/own/", "assessor", 14),
        ("/issues/own/", "section_head", 14),
        ("/issues/places/1312/", "worker", 10),
        ("/issues/bulletin/", "worker", 18),
        ("/issues/export/", "assessor", 12),
        ("/", "assessor", 30),
    ],
)
def test_a_page_costs_the_same_for_twice_as_many_matters(
    cast: Cast, now: dt.datetime, signed_in: SignIn, place: Place, path: str, member: str, most: int
) -> None:
    client, counts = signed_in(member), []
    for _ in range(2):
        grown(cast, now, 8)
        Issue.objects.filter(place=None).update(place=place)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path).getvalue()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most


def test_a_matter_costs_the_same_with_a_long_life(
    cast: Cast, now: dt.datetime, signed_in: SignIn, hazard: Issue
) -> None:
    client, counts = signed_in("assessor"), []
    for turn in range(2):
        for more in range(6):
            note = StepDraft(note=f"补充 {turn} {more}")
            actions.move(by=cast.actor("worker"), at=now, issue=hazard, verb="comment", draft=note)
        client.get(f"/issues/{hazard.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/issues/{hazard.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 28


def test_a_draft_of_another_mine_cannot_be_raised_here(cast: Cast, signed_in: SignIn) -> None:
    """The mine is the reader's own, whatever an address says."""
    assert signed_in("worker").get("/issues/?mine=BYL").status_code == 404
    assert signed_in("worker").post("/issues/new/?mine=BYL", {"id": ID, "text": LINE}).status_code == 404
    assert not Issue.objects.exists()
    assert IssueDraft(kind="hazard").unit is None


def test_whoever_assigns_a_shift_sees_whom_not_to_send_underground_and_not_why(
    cast: Cast, signed_in: SignIn, now: dt.datetime
) -> None:
    grow_cast(cast)
    care = raised(cast, "section_head", now, "care", text=SECRET, category="mind", grade="stop")
    said, name = "今天不安排入井", cast.people["worker"].name
    for member in ("crew_leader", "section_head", "branch_secretary", "assessor"):  # of his own, and the safety office
        told = text_of(signed_in(member).get("/issues/own/")).partition(said)[2].partition("要办的")[0]
        assert name in told, member
        assert SECRET not in told
        assert str(care.pk) not in told
    for member in ("other_head", "party_officer", "mine_leader", "hr_officer", "section_clerk", "worker", "stranger"):
        for address in ("/issues/own/", "/"):
            assert said not in text_of(signed_in(member).get(address)), (member, address)


def test_the_desk_of_those_who_lead_a_shift_names_whom_not_to_send_underground(
    cast: Cast, signed_in: SignIn, now: dt.datetime
) -> None:
    grow_cast(cast)
    care = raised(cast, "section_head", now, "care", text=SECRET, category="mind", grade="stop")
    said, worker = "今天不安排入井", cast.people["worker"]
    for member in ("crew_leader", "section_head", "deputy"):
        desk = signed_in(member).get("/").content.decode()
        told = desk.partition(said)[2].partition("</section>")[0]
        assert worker.name in told, member
        assert worker.staff_no not in told
        assert str(care.pk) not in told
    assert said not in text_of(signed_in("assessor").get("/")), "who assigns no shift looks it up"
    steps = (("section_head", "propose_lift"), ("assessor", "lift"))
    for member, verb in steps:
        care = go_on(cast, care, verb, member, now)
    assert said not in text_of(signed_in("crew_leader").get("/"))
