"""What confirmed matters propose, on the sheet, on the page of the month and behind the reasons; and feeds as people write them."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions, queries
from pithead.assess.contents import complete
from pithead.assess.feeds import from_words, in_words
from pithead.assess.models import Cycle, Entry, ScoreClause, SetAside
from pithead.assess.rubrics import rubric_book
from pithead.assess.sealed import STANDARD
from pithead.assess.testing import issue_small_standard, publish
from pithead.assess.tests.fed_month import feeding_pack, incident, open_june, violation
from pithead.assess.tests.test_draft_pages import DRAFT, send
from pithead.assess.tests.test_rubric_book import NAMES, read_back
from pithead.kernel import packs
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing.tables import table_named
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
SHEET = "/sheets/small/2026-06/SAF/"


@pytest.fixture
def june(cast: Cast, at: dt.datetime) -> Cycle:
    return open_june(cast, at)


def page(client: Client, path: str = SHEET) -> str:
    return client.get(path).content.decode()


def keys_on(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="key" value="([^"]+)"', text)))


# ── the sheet ──
def test_the_office_sees_takes_and_leaves_what_is_proposed(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    first, second = incident(cast, at), violation(cast, at, "serious")
    client = signed_in("assessor")
    shown = page(client)
    assert "2 件等科室决定，建议共扣 2 分" in shown
    assert "6 月 16 日发生轻伤事故 1 起" in shown
    assert f"/issues/{first.issue.pk}/" in shown
    one, other = keys_on(shown)
    answer = client.post(f"{SHEET}taking/", {"key": one})
    assert answer["Location"] == f"{SHEET}#fed"
    client.post(f"{SHEET}leaving/", {"key": other, "reason": "由外委队伍负责"})
    shown = page(client)
    assert "都已答复" in shown
    assert "由外委队伍负责" in shown
    assert Entry.objects.get(source="proposed").matter in {first.issue.pk, second.issue.pk}
    client.post(f"{SHEET}taking/", {"key": other})
    assert not SetAside.objects.exists()
    assert 'id="fed"' not in page(client)


def test_all_can_be_taken_at_once_and_no_second_press_counts_again(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    incident(cast, at)
    violation(cast, at)
    client = signed_in("assessor")
    incident(cast, at, "fatal")
    shown = page(client)
    assert "1 件建议否决" in shown
    keys = keys_on(shown.split("采用全部扣分")[0])
    for _ in range(2):
        client.post(f"{SHEET}taking/", {"key": keys})
    assert Entry.objects.filter(source="proposed").count() == 2
    assert "已经记过，没有重复记" in page(client)


def test_without_a_reason_nothing_is_set_aside(cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn) -> None:
    incident(cast, at)
    client = signed_in("assessor")
    said = client.post(f"{SHEET}leaving/", {"key": keys_on(page(client))[0], "reason": ""}, follow=True)
    assert "请写明为什么不计" in said.content.decode()
    assert not SetAside.objects.exists()


def test_a_changed_matter_is_named_beside_what_was_counted(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    story = incident(cast, at)
    client = signed_in("assessor")
    client.post(f"{SHEET}taking/", {"key": keys_on(page(client))})
    story.goes_on("assessor", "rehome", unit=cast.units["M1"])
    shown = page(client)
    assert "请核对这一条还该不该记" in shown
    assert "1 件等科室决定" in shown
    assert "安全科记的 1 条，原来那一件后来有变化" in page(signed_in("party_officer"), "/cycles/small/2026-06/")


@pytest.mark.parametrize("member", ["worker", "section_head", "other_assessor", "mine_leader", "stranger"])
def test_the_doors_are_not_there_for_others(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn, member: str
) -> None:
    incident(cast, at)
    [one] = queries.fed(june).pending
    for door in ("taking", "leaving"):
        answer = signed_in(member).post(f"{SHEET}{door}/", {"key": one.key, "reason": "不计"})
        assert answer.status_code == 404
    assert len(queries.fed(june).pending) == 1


# ── the month ──
def test_the_month_names_what_is_not_answered_and_closes_without_deductions(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    incident(cast, at)
    client = signed_in("party_officer")
    assert "安全科还有 1 件已认定的事没有答复，不答复的不计分。" in page(client, "/cycles/small/2026-06/")
    actions.close_cycle(by=cast.system(), at=at, cycle=june)
    assert "没有答复" not in page(client, "/cycles/small/2026-06/")


def test_an_unanswered_veto_keeps_the_month_open_and_the_page_says_so(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    incident(cast, at, "fatal")
    client = signed_in("party_officer")
    assert "其中 1 件关系到一票否决，不决定不能关闭" in page(client, "/cycles/small/2026-06/")
    said = client.post("/cycles/small/2026-06/closing/", {"sure": "on"}, follow=True).content.decode()
    june.refresh_from_db()
    assert june.takes_scores
    assert "还没有决定是否按 V1“重伤及以上事故”否决" in said


# ── the result ──
def test_a_reason_leads_to_its_matter_for_those_who_may_open_it(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    story = incident(cast, at)
    keys = [one.key for one in queries.fed(june).pending]
    by = cast.actor("assessor")
    actions.take_proposals(by=by, at=at, cycle=june, office=cast.units["SAF"], keys=keys)
    publish(june, by=cast.system(), at=at)
    link = f"/issues/{story.issue.pk}/"
    for path in ("/results/small/2026-06/?unit=ZC1", "/results/small/2026-06/ZC1/"):
        assert link in page(signed_in("section_head"), path)
        assert link in page(signed_in("assessor"), path)
        for outsider in ("crew_leader", "other_head"):
            shown = page(signed_in(outsider), path)
            assert "发生轻伤事故 1 起" in shown
            assert link not in shown


# ── cost ──
def test_proposals_cost_the_same_however_many(cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn) -> None:
    client, counts = signed_in("assessor"), []
    for many in (2, 6):
        for number in range(many):
            incident(cast, at, text=f"第 {many} 轮第 {number} 处")
            violation(cast, at)
        client.get(SHEET)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(SHEET).status_code == 200
        counts.append(len(asked))
        with CaptureQueriesContext(connection) as fed:
            queries.fed(june)
        counts.append(len(fed))
    assert counts[0] == counts[2] <= 33, counts
    assert counts[1] == counts[3] <= 19, counts


# ── feeds as data ──
@pytest.mark.parametrize(
    "words",
    [
        "事故 轻伤",
        "事故 重伤 死亡；三违 严重 自查减半",
        "事故 非伤亡 迟报 2.5分",
        "隐患 A级 B级 超期 自查不扣 2分",
        "",
    ],
)
def test_what_a_clause_counts_is_written_in_words(words: str) -> None:
    assert in_words(from_words(words)) == words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("帮扶", "只能写事故、三违、隐患"),
        ("矛盾", "只能写"),
        ("事故 特大", "没有“特大”这一级"),
        ("隐患 A级", "查出隐患本身不扣分"),
        ("三违 迟报", "三违不能写“迟报”"),
        ("三违 严重 -2分", "每次几分"),
    ],
)
def test_what_is_no_word_of_ours_is_refused(words: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        from_words(words)


def test_feeds_go_through_excel_and_back() -> None:
    content = complete(feeding_pack())
    read = read_back(rubric_book(content, NAMES), code="small")
    assert read.content == content


@pytest.mark.parametrize("code", ["six-good", "six-type", "five-star"])
def test_shipped_standards_count_grave_accidents_as_vetoes(code: str) -> None:
    vetoes = complete(packs.load("standards", code))["vetoes"]
    fed_grades = [
        grade for veto in vetoes for clause in veto["clauses"] for feed in clause["feeds"] for grade in feed["grades"]
    ]
    assert "fatal" in fed_grades


def test_a_standard_issued_before_feeds_keeps_its_digest(cast: Cast, at: dt.datetime) -> None:
    """What an older row says under seal does not know the column."""
    june = open_june(cast, at)
    sealed, key = table_named(STANDARD), str(june.standard_id)
    assert sealed is not None
    assert "feeds" in str(sealed.contents(cast.mine.code, {key}))
    ScoreClause.objects.filter(item__standard=june.standard).update(feeds=[])
    facts = sealed.contents(cast.mine.code, {key})
    assert "feeds" not in str(facts)


def test_a_draft_is_told_in_words_what_a_clause_counts(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    issue_small_standard(cast, at)
    draft = actions.draft_standard(by=cast.system(), at=at, mine=cast.mine, code="small")
    officer, item = signed_in("party_officer"), f"{DRAFT}items/B1/"
    assert "没有“特大”这一级" in send(officer, item, **{"clause-0-feeds": "事故 特大"}).content.decode()
    send(officer, item, **{"clause-0-feeds": "三违 严重 自查减半；事故 轻伤 2分"})
    assert ScoreClause.objects.get(item__standard=draft, code="B1.1").feeds == [
        {"kind": "violation", "grades": ["serious"], "own": "half"},
        {"kind": "incident", "grades": ["minor_injury"], "points": 2},
    ]
    assert "三违 严重 自查减半；事故 轻伤 2分" in page(officer, item)
    assert "取自闭环：三违 严重 自查减半；事故 轻伤 2分" in page(officer, DRAFT)
    assert "不取" in page(officer, f"{DRAFT}issue/")


def test_what_counts_needs_points_and_no_bonus_counts(cast: Cast) -> None:
    pack = feeding_pack()
    pack["dimensions"][1]["items"][0]["clauses"][0] |= {"kind": "manual", "points": None}
    assert "取自闭环的细则要写每次几分" in str([str(one) for one in actions.problems_of(pack, cast.mine)])
    pack["bonus"] = [{**pack["bonus"][0], "feeds": [{"kind": "incident"}]}]
    assert "加分项不能取自闭环" in str([str(one) for one in actions.problems_of(pack, cast.mine)])
