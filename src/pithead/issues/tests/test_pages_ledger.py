"""The ledger of matters, what is printed from it, and the settings of each kind."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
import segno
from django.test import Client
from django.utils import timezone

from pithead.issues import actions
from pithead.issues.models import Issue, WorkflowSetting
from pithead.issues.queries import content_of, setting_of
from pithead.issues.setting_form import WorkflowForm
from pithead.issues.testing import filled, grow_cast, raised
from pithead.issues.workflows import WORKFLOWS
from pithead.org.actions import add_place
from pithead.org.models import Place
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=30)


@pytest.fixture
def place(cast: Cast, now: dt.datetime) -> Place:
    since = timezone.localdate(now)
    return add_place(
        by=cast.system(), at=now, mine=cast.mine, code="1312", name="1312 工作面", kind="working", since=since
    )


@pytest.fixture
def ledger(cast: Cast, now: dt.datetime, place: Place) -> list[Issue]:
    """Three hazards of two sections: found today, nine days ago and late, put right on the spot."""
    grow_cast(cast)
    fresh = raised(cast, "worker", now, "hazard", text="今天的煤尘", category="ventilation", place=place)
    late = raised(cast, "worker", now - 9 * DAY, "hazard", text="九天前的漏液", unit=cast.units["M1"], grade="B")
    spot = raised(cast, "crew_leader", now, "hazard", text="顺手改了的牌板", category="management")
    found = WORKFLOWS["hazard"].find("fix_on_spot")
    assert found is not None
    step = filled(cast, now, spot, found)
    actions.move(by=cast.actor("crew_leader"), at=now, issue=spot, verb="fix_on_spot", draft=step)
    return [fresh, late, spot]


def text_of(response: object) -> str:
    return response.getvalue().decode()  # type: ignore[attr-defined]


def listed(client: Client, query: str) -> set[str]:
    page = text_of(client.get(f"/issues/?{query}")).partition('id="list"')[2]
    return {word for word in ("煤尘", "漏液", "牌板") if word in page}


# ── board and list ──
def test_the_board_counts_what_is_open_by_state_and_age(signed_in: SignIn, ledger: list[Issue]) -> None:
    page = text_of(signed_in("worker").get("/issues/"))
    assert "没有办完的 3 件" in page
    assert "超期 1 件" in page
    counts = page.partition("按状态和天数")[2].partition("</table>")[0]
    assert "state=found&amp;age=0" in counts
    assert "state=found&amp;age=3" in counts
    assert "state=rectified&amp;age=0" in counts
    assert "age=4" not in counts


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", {"煤尘", "漏液", "牌板"}),
        ("state=found", {"煤尘", "漏液"}),
        ("state=found&age=3", {"漏液"}),
        ("overdue=on", {"漏液"}),
        ("unit=M1", {"漏液"}),
        ("place=1312", {"煤尘"}),
        ("grade=B", {"漏液"}),
        ("state=ended", set()),
        ("state=all&sort=oldest", {"煤尘", "漏液", "牌板"}),
        ("kind=request", set()),
    ],
)
def test_the_list_is_narrowed_by_what_is_asked(
    signed_in: SignIn, ledger: list[Issue], query: str, words: set[str]
) -> None:
    assert listed(signed_in("worker"), query) == words


def test_a_month_is_that_of_the_mines_calendar(signed_in: SignIn, ledger: list[Issue]) -> None:
    month = timezone.localdate()
    assert "煤尘" in listed(signed_in("worker"), f"period={month:%Y-%m}")
    assert listed(signed_in("worker"), "period=2020-01") == set()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=2026-13", "不是有效的周期"),
        ("state=dancing", "没有“dancing”这个选项"),
        ("unit=NONE", "没有“NONE”这个选项"),
        ("age=9", "没有“9”这个选项"),
        ("sort=x", "没有“x”这个选项"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_field(
    signed_in: SignIn, ledger: list[Issue], query: str, said: str
) -> None:
    response = signed_in("worker").get(f"/issues/?{query}")
    assert response.status_code == 422
    assert said in text_of(response)
    assert signed_in("worker").get(f"/issues/export/?{query}").status_code == 422


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "9" * 30])
def test_odd_page_numbers_still_give_a_page(signed_in: SignIn, ledger: list[Issue], page: str) -> None:
    assert signed_in("worker").get(f"/issues/?page={page}").status_code == 200


def test_the_list_goes_on_on_the_next_page(cast: Cast, now: dt.datetime, signed_in: SignIn) -> None:
    for turn in range(22):
        raised(cast, "worker", now, "hazard", text=f"第{turn:03d}处")
    client = signed_in("worker")
    first, second = (text_of(client.get(f"/issues/?page={page}")) for page in (1, 2))
    assert first.count("处</a>") == 20
    assert second.count("处</a>") == 2
    assert "第 1 / 2 页" in first


# ── exported ──
def rows(response: object) -> list[dict[str, str]]:
    text = text_of(response)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_what_is_exported_is_what_the_list_shows(signed_in: SignIn, ledger: list[Issue]) -> None:
    response = signed_in("worker").get("/issues/export/?overdue=on")
    assert response.streaming
    assert ".csv" in response["Content-Disposition"]
    (row,) = rows(response)
    assert (row["内容"], row["级别"], row["责任单位"], row["是否超期"]) == ("九天前的漏液", "B级", "煤一队", "超期")
    assert len(rows(signed_in("worker").get("/issues/export/?state=all"))) == 3


@pytest.mark.parametrize("text", ["=1+1 漏液", "+cmd|漏", "@SUM(A1) 漏", "-2 号架漏"])
def test_what_looks_like_a_formula_stays_text(cast: Cast, now: dt.datetime, signed_in: SignIn, text: str) -> None:
    raised(cast, "worker", now, "hazard", text=text)
    (row,) = rows(signed_in("worker").get("/issues/export/"))
    assert row["内容"] == f"'{text}"


def test_nobody_exports_more_than_he_sees(cast: Cast, now: dt.datetime, signed_in: SignIn) -> None:
    raised(cast, "worker", now, "request", text="夜班饭菜是凉的")
    assert len(rows(signed_in("section_head").get("/issues/export/?kind=request"))) == 1
    assert rows(signed_in("hr_officer").get("/issues/export/?kind=request")) == []
    assert rows(signed_in("stranger").get("/issues/export/?kind=request")) == []


# ── one place ──
def test_a_place_tells_what_was_ever_found_there(signed_in: SignIn, ledger: list[Issue]) -> None:
    page = text_of(signed_in("worker").get("/issues/places/1312/"))
    assert "今天的煤尘" in page
    assert "漏液" not in page
    assert "/issues/codes/?place=1312" in page
    assert signed_in("stranger").get("/issues/places/1312/").status_code == 404


# ── on paper ──
def test_the_notice_to_put_something_right_is_printed_for_hazards_and_findings(
    cast: Cast, now: dt.datetime, signed_in: SignIn, ledger: list[Issue]
) -> None:
    page = text_of(signed_in("assessor").get(f"/issues/{ledger[0].pk}/notice/"))
    assert "整改通知单" in page
    assert "ZC1-" in page
    assert "1312 工作面" in page
    said = raised(cast, "worker", now, "request", text="夜班饭菜是凉的")
    assert signed_in("worker").get(f"/issues/{said.pk}/notice/").status_code == 404
    assert signed_in("stranger").get(f"/issues/{ledger[0].pk}/notice/").status_code == 404


def test_a_code_on_the_wall_says_where_its_place_is_reported(signed_in: SignIn, ledger: list[Issue]) -> None:
    page = text_of(signed_in("worker").get("/issues/codes/?place=1312"))
    address = "http://testserver/q/1312/"
    assert address in page
    drawn = re.search(r'<path class="qrline" stroke="#000" d="([^"]+)"', page)
    assert drawn is not None
    assert drawn[1] in segno.make(address, error="m", micro=False).svg_inline(scale=5, border=4)
    assert "style=" not in page.partition("<main")[2]
    assert signed_in("worker").get(address).headers["Location"].endswith("?place=1312&from=code")
    assert signed_in("worker").get("/issues/codes/?place=none").status_code == 404
    assert signed_in("stranger").get("/issues/codes/?place=1312").status_code == 404
    yesterday = timezone.localdate() - DAY
    Place.objects.update(since=yesterday, until=yesterday)
    assert "还没有登记地点" in text_of(signed_in("worker").get("/issues/codes/"))


def test_the_months_hazards_are_public_without_anybodys_name(
    cast: Cast, now: dt.datetime, signed_in: SignIn, place: Place
) -> None:
    person = cast.people["worker"]
    raised(cast, "crew_leader", now, "hazard", text=f"{person.name}没有戴好安全帽", place=place)
    page = text_of(signed_in("hr_officer").get(f"/issues/bulletin/?period={timezone.localdate():%Y-%m}"))
    assert "马某某没有戴好安全帽" in page
    for member in ("worker", "crew_leader"):
        assert cast.people[member].name not in page
    assert "这个月没有发现隐患" in text_of(signed_in("worker").get("/issues/bulletin/?period=2020-01"))
    assert signed_in("worker").get("/issues/bulletin/?period=x").status_code == 404


def test_what_was_void_is_not_counted_and_what_is_late_is(signed_in: SignIn, ledger: list[Issue]) -> None:
    Issue.objects.filter(pk=ledger[0].pk).update(state="void")
    month = ledger[1].found_at
    page = text_of(signed_in("worker").get(f"/issues/bulletin/?period={timezone.localtime(month):%Y-%m}"))
    assert "煤尘" not in page
    assert "九天前的漏液" in page
    assert "超期没有办完 1 条" in page


# ── settings ──
def as_shown(kind: str, content: dict[str, object] | None = None) -> dict[str, object]:
    """What a browser would send back untouched."""
    form = WorkflowForm(None, kind=kind, content=content or content_of(kind))
    sent: dict[str, object] = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if value not in (False, None):
            sent[name] = value
    return sent


@pytest.mark.parametrize("kind", list(WORKFLOWS))
def test_a_form_sent_back_untouched_changes_nothing(signed_in: SignIn, kind: str) -> None:
    response = signed_in("party_officer").post(f"/issues/settings/{kind}/", as_shown(kind))
    assert response.status_code == 302, text_of(response)
    assert WorkflowSetting.objects.get().content == {}


def test_a_changed_deadline_holds_and_can_be_taken_back(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    changed = as_shown("hazard") | {
        "due_rectify_C": "2 天",
        "after_5": "5天",
        "to_5": ["manager"],
        "title_chief": "总工",
    }
    assert client.post("/issues/settings/hazard/", changed).status_code == 302
    setting = setting_of(cast.mine, "hazard")
    assert setting.deadline("rectify", "C") == "2d"
    assert setting.levels[5].after == "5d"
    assert setting.titles["chief"] == ("总工",)
    assert set(WorkflowSetting.objects.get().content) == {"deadlines", "levels", "titles"}
    assert "本矿改过" in text_of(client.get("/issues/settings/"))
    client.post("/issues/settings/hazard/", {"shipped": "1"})
    assert setting_of(cast.mine, "hazard").deadline("rectify", "C") == "24h"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("due_rectify_C", "三天", "“三天”看不懂，请写 8小时、3天 或 5个工作日"),
        ("after_5", "3天", "写上时间，并选报给谁"),
        ("offices", "", "请填写这一项"),
        ("extensions", "9", "2"),
        ("after_2", "1小时前", "看不懂"),
        ("default_grade", "Z", "没有“Z”这个选项"),
    ],
)
def test_what_cannot_be_set_is_said_in_words(signed_in: SignIn, field: str, value: str, said: str) -> None:
    response = signed_in("party_officer").post("/issues/settings/hazard/", as_shown("hazard") | {field: value})
    assert response.status_code == 422
    assert said in text_of(response)
    assert not WorkflowSetting.objects.exists()


def test_levels_out_of_order_are_refused_by_the_action(signed_in: SignIn) -> None:
    changed = as_shown("hazard") | {"after_4": "1小时"}
    response = signed_in("party_officer").post("/issues/settings/hazard/", changed)
    assert response.status_code == 422
    assert "升级时间要从早到晚排列" in text_of(response)


def test_settings_are_for_those_who_keep_them(signed_in: SignIn) -> None:
    for member in ("worker", "assessor", "mine_leader", "stranger"):
        assert signed_in(member).get("/issues/settings/").status_code == 404
        assert signed_in(member).post("/issues/settings/hazard/", {}).status_code == 404
    assert signed_in("party_officer").get("/issues/settings/none/").status_code == 404
