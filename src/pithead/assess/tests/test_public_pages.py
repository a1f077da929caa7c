"""The month before the whole mine: approval with departures, publicity, appeals and the second publicity, page by page."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions, queries
from pithead.assess.models import Cycle, Entry
from pithead.assess.testing import draft, issue_small_standard, publish
from pithead.kernel.periods import Period
from pithead.org.actions import seed_calendar
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import Cast, add_unit

SignIn = Callable[[str], Client]
Clock = Callable[[dt.datetime], None]
DAY = dt.timedelta(days=1)
BASE, WALL = "/cycles/small/2026-06/", "/publicity/small/2026-06/"
WORKERS = ["worker", "crew_leader", "section_head", "assessor", "hr_officer", "administrator", "auditor", "mine_leader"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, at: dt.datetime) -> Clock:
    """What time it is for the pages: `at`, until the test says otherwise."""

    def say(moment: dt.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    say(at)
    return say


@pytest.fixture
def closed(cast: Cast, at: dt.datetime, clock: Clock) -> Cycle:
    """June, computed: 综采一队 lost 12 and won a bonus, 煤一队 lost 13. 2026 has its calendar."""
    standard, longwall = issue_small_standard(cast, at), cast.units["ZC1"]
    seed_calendar(by=cast.system(), at=at, mine=cast.mine, years=[2026])
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    found = [
        draft(standard, longwall, "B1", "12", reason="支架接顶不实"),
        draft(standard, longwall, "J1", "1", "bonus", cast.units["SAF"]),
        draft(standard, cast.units["M1"], "B1", "13", reason="锚杆间距超设计"),
    ]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=found)
    return actions.close_cycle(by=cast.system(), at=at, cycle=cycle)


@pytest.fixture
def published(cast: Cast, closed: Cycle, at: dt.datetime) -> Cycle:
    return publish(closed, by=cast.system(), at=at)


def entry_of(cycle: Cycle, unit: str = "ZC1", item: str = "B1") -> Entry:
    return Entry.objects.get(cycle=cycle, unit__code=unit, item__code=item)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


# ── approval ──
@pytest.fixture
def reviewed(cast: Cast, closed: Cycle, at: dt.datetime) -> Cycle:
    return actions.review_cycle(by=cast.actor("mine_leader"), at=at, cycle=closed)


def approval(cast: Cast, **rows: str) -> dict[str, str]:
    return {"minutes": "2026年第7次", "decision": "同意", "rows": "3"} | rows


def test_the_meeting_is_recorded_with_what_it_decided_otherwise(cast: Cast, signed_in: SignIn, reviewed: Cycle) -> None:
    office = signed_in("party_officer")
    unit = str(cast.units["M1"].pk)
    page = text(office, BASE)
    assert "煤一队（第 3 名，良好）" in page
    assert page.count('value="经党政联席会研究"') == 3
    sent = approval(cast, **{"row1-unit": unit, "row1-tier": "fair", "row1-excluded": "yes", "row1-reason": ""})
    assert office.post(f"{BASE}approval/", sent).status_code == 302
    reviewed.refresh_from_db()
    assert (reviewed.minutes, reviewed.decision, reviewed.departures.count()) == ("2026年第7次", "同意", 1)
    assert "经党政联席会研究，由“良好”调整为“一般”，本期不参加评先" in text(office, BASE)
    assert reviewed.results.get(unit__code="M1", tier__name="一般")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minutes": ""}, "请填写这一项"),
        ({"minutes": "7" * 65}, "64"),
        ({"row0-tier": "good"}, "请选要调整的单位"),
        ({"row0-unit": "M1"}, "请选调整后的档次"),
        ({"row0-unit": "M1", "row0-tier": "good", "row2-unit": "M1", "row2-tier": "fair"}, "写了两次"),
        ({"row0-unit": "SAF", "row0-tier": "good"}, "没有“"),
        ({"row0-unit": "M1", "row0-tier": "best"}, "没有“best”这个选项"),
    ],
)
def test_a_refused_approval_keeps_what_was_typed(
    cast: Cast, signed_in: SignIn, reviewed: Cycle, change: dict[str, str], sentence: str
) -> None:
    posted = {key: str(cast.units[said].pk) if said in cast.units else said for key, said in change.items()}
    answer = signed_in("party_officer").post(f"{BASE}approval/", approval(cast, decision="会上议过") | posted)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "会上议过" in answer.content.decode()
    reviewed.refresh_from_db()
    assert (reviewed.approved_at, reviewed.departures.count()) == (None, 0)


def test_more_lines_lose_nothing_that_was_typed(cast: Cast, signed_in: SignIn, reviewed: Cycle) -> None:
    posted = approval(cast, more="1", **{"row0-unit": str(cast.units["M1"].pk), "row0-reason": "抢险有功"})
    page = signed_in("party_officer").post(f"{BASE}approval/", posted).content.decode()
    assert 'name="rows" value="6"' in page
    assert "抢险有功" in page
    assert "2026年第7次" in page
    assert 'name="row5-unit"' in page
    assert f'<option value="{cast.units["M1"].pk}" selected>' in page


@pytest.mark.parametrize("rows", ["x", "-1", "99999999", "²"])
def test_odd_numbers_of_lines_are_no_error(cast: Cast, signed_in: SignIn, reviewed: Cycle, rows: str) -> None:
    assert signed_in("party_officer").post(f"{BASE}approval/", approval(cast, rows=rows)).status_code == 302


# ── publishing ──
def test_the_office_sees_the_days_before_it_publishes(
    cast: Cast, signed_in: SignIn, reviewed: Cycle, at: dt.datetime
) -> None:
    actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次")
    office = signed_in("party_officer")
    page = text(office, BASE)
    assert "明天起 2 个工作日，7 月 7 日至 8 日" in page
    assert 'value="党委工作部"' in page
    assert "还没有节假日表" not in page
    assert "等党委工作部公示" in text(signed_in("mine_leader"), BASE)
    assert office.post(f"{BASE}publication/", {"contacts": ""}).status_code == 422
    answer = office.post(f"{BASE}publication/", {"contacts": "党委工作部 8101"}, follow=True).content.decode()
    assert "已公示：7 月 7 日至 8 日，全矿职工都能看到" in answer
    assert "公示到 7 月 8 日为止，期满才能确定结果" in answer
    assert "党委工作部 8101" in text(signed_in("worker"), WALL)


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2026-09-30", "10 月 8 日起 2 个工作日，10 月 8 日至 9 日"),  # 1 to 7 October are not worked
        ("2026-10-09", "明天起 2 个工作日，10 月 10 日至 12 日"),  # Saturday the 10th is
        ("2026-02-13", "明天起 2 个工作日，2 月 14 日至 24 日"),  # worked Saturday before 春节, then nine days off
    ],
)
def test_the_days_pass_over_the_great_holidays(
    cast: Cast, signed_in: SignIn, reviewed: Cycle, clock: Clock, at: dt.datetime, today: str, days: str
) -> None:
    actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次")
    clock(dt.datetime.fromisoformat(f"{today}T15:00").replace(tzinfo=at.tzinfo))
    assert days in text(signed_in("party_officer"), BASE)


def test_a_year_without_a_table_is_told(
    cast: Cast, signed_in: SignIn, reviewed: Cycle, clock: Clock, at: dt.datetime
) -> None:
    actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次")
    clock(dt.datetime(2026, 12, 31, 9, 0, tzinfo=at.tzinfo))
    page = text(signed_in("party_officer"), BASE)
    assert "明天起 2 个工作日，2027 年 1 月" not in page
    assert "2027 年还没有节假日表" in page


# ── the page on the wall ──
@pytest.mark.parametrize("member", WORKERS)
def test_every_worker_of_the_mine_reads_the_publicity(signed_in: SignIn, published: Cycle, member: str) -> None:
    client = signed_in(member)
    page = text(client, WALL)
    for said in (
        "综采一队",
        "煤一队",
        "通风队",
        "采掘组",
        "其他组",
        "2026年第7次",
        "2026 年 7 月 7 日至",
        "监督联系方式",
    ):
        assert said in page
    assert "石领" not in page.replace("石领</a>", "")  # no names but one's own in the bar
    assert "小标准 2026年6月" in text(client, "/publicity/")
    assert "6 月小标准：7 月 7 日起公示，到 7 月 8 日" in text(client, "/")


def test_other_mines_and_months_that_are_not_public_have_no_publicity(signed_in: SignIn, closed: Cycle) -> None:
    for member in ("worker", "mine_leader", "stranger"):
        assert signed_in(member).get(WALL).status_code == 404
    assert "还没有公示过" in text(signed_in("worker"), "/publicity/")


def test_a_stranger_finds_nothing(signed_in: SignIn, published: Cycle) -> None:
    assert signed_in("stranger").get(WALL).status_code == 404
    assert "小标准" not in text(signed_in("stranger"), "/publicity/")


def test_the_desk_stops_announcing_when_the_days_are_over(
    signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    assert "公示期满" not in text(signed_in("mine_leader"), "/")
    clock(at + 3 * DAY)
    assert "6 月小标准：" not in text(signed_in("worker"), "/")
    assert "公示期满，可以确定" in text(signed_in("mine_leader"), "/")
    assert "公示期满" in text(signed_in("worker"), "/publicity/")


PUBLIC_PAGES = ("/", WALL, "/publicity/", "/results/small/2026-06/", "/results/small/2026-06/ZC1/")


def test_before_its_first_day_a_publicity_is_announced_not_said_to_run(
    signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    for path in PUBLIC_PAGES:
        page = text(signed_in("section_head"), path)
        assert "7 月 7 日起公示" in page
        assert "公示中" not in page
    clock(at + DAY)
    for path in PUBLIC_PAGES:
        page = text(signed_in("section_head"), path)
        assert "公示中" in page
        assert "日起公示" not in page


def test_cards_of_the_desk_never_pass_a_publicity_off_as_settled(
    signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    clock(at + DAY)
    assert (
        text(signed_in("section_head"), "/").count('<span class="tag accent">公示中</span>') == 2
    )  # places, one's own
    assert text(signed_in("party_officer"), "/").count('<span class="tag accent">公示中</span>') == 2  # places, items
    clock(at + 3 * DAY)
    assert '<span class="tag info">公示期满</span>' in text(signed_in("section_head"), "/")
    leader = signed_in("mine_leader")
    leader.post(f"{BASE}finalisation/")
    assert "公示期满</span>" not in text(signed_in("section_head"), "/")


def test_the_desk_tells_the_place_in_the_mine_and_among_peers(signed_in: SignIn, published: Cycle) -> None:
    row = queries.result_of(published, published.results.get(unit__code="ZC1").unit_id)
    assert row is not None
    page = text(signed_in("section_head"), "/")
    assert f"第 {row.rank} 名，采掘组第 {row.group_rank}" in page
    assert f">采掘组第 {row.group_rank}</small>" in page


def test_the_notice_can_be_printed_by_a_button_where_scripts_run(signed_in: SignIn, published: Cycle) -> None:
    assert "data-print hidden" in text(signed_in("worker"), WALL)


def test_a_month_is_settled_on_its_page_when_its_days_are_over(
    signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    leader = signed_in("mine_leader")
    assert "确定结果</button>" not in text(leader, BASE)
    refused = leader.post(f"{BASE}finalisation/", follow=True).content.decode()
    assert "公示到 2026-07-08 为止，公示期满才能确定" in refused
    clock(at + 3 * DAY)
    leader = signed_in("mine_leader")  # the session of three days ago is over
    assert "确定结果</button>" in text(leader, BASE)
    leader.post(f"{BASE}finalisation/")
    published.refresh_from_db()
    assert published.state == "final"
    assert "结果已经确定" in text(signed_in("worker"), WALL)


def test_what_was_public_only_a_leader_sends_back_and_everybody_sees_that(
    cast: Cast, signed_in: SignIn, published: Cycle, at: dt.datetime
) -> None:
    office, leader = signed_in("party_officer"), signed_in("mine_leader")
    assert "退回打分</h2>" not in text(office, BASE)
    assert office.post(f"{BASE}reopening/", {"reason": "漏了"}).status_code == 403
    assert "公示撤下" in text(leader, BASE)
    leader.post(f"{BASE}reopening/", {"reason": "生产科漏报一张单子"})
    assert signed_in("worker").get(WALL).status_code == 404
    publish(published, by=cast.system(), at=at)
    for path in (WALL, "/results/small/2026-06/", "/results/small/2026-06/ZC1/"):
        page = text(signed_in("worker"), path)
        assert "矿领导把公示中的结果退回：生产科漏报一张单子" in page
        assert "89.00" in page  # what stood
    assert "第二次公示" in text(signed_in("worker"), WALL)


# ── cost ──
COSTS = (
    (WALL, "worker", 17),
    ("/publicity/", "worker", 9),
    ("/appeals/", "party_officer", 9),
    ("/results/small/2026-06/ZC1/", "section_head", 22),
    (BASE, "party_officer", 24),
)


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_page_costs_the_same_for_a_mine_many_times_as_large(
    cast: Cast, at: dt.datetime, clock: Clock, signed_in: SignIn
) -> None:
    standard, counts = issue_small_standard(cast, at), []
    units = [cast.units["ZC1"], cast.units["M1"]]
    for period in ("2026-04", "2026-05", "2026-06"):
        cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse(period))
        drafts = [draft(standard, unit, "B1", "1") for unit in units]
        actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)
        publish(cycle, by=cast.system(), at=at)
        for entry in cycle.entries.filter(kind="deduction"):
            actions.make_appeal(by=cast.system(), at=at, entry=entry, text="不服")
        counts.append([asked(signed_in(member), path.replace("2026-06", period)) for path, member, _ in COSTS])
        if period == "2026-04":  # the desk costs per month in publicity, not per unit
            assert asked(signed_in("party_officer"), "/") <= 37
        for number in range(30):
            code, name = f"X{period}{number}", f"掘进{number}队"
            units.append(add_unit(cast.mine, UnitKind.SECTION, code, name, Specialty.TUNNELLING))
    assert counts[1] == counts[2]
    for (path, _, most), cost in zip(COSTS, counts[-1], strict=True):
        assert cost <= most, path
