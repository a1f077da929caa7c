"""Drafts: copied, rewritten by several people, refused while they are unfit, issued once, never changed afterwards."""

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions
from pithead.assess.contents import Content
from pithead.assess.models import Item, Standard, StandardState
from pithead.assess.queries import content_of
from pithead.assess.testing import issue_small_standard, small_pack
from pithead.kernel import sealing
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast


@pytest.fixture
def act(cast: Cast, at: dt.datetime) -> dict[str, Any]:
    return {"by": cast.actor("party_officer"), "at": at}


@pytest.fixture
def issued(cast: Cast, at: dt.datetime) -> Standard:
    return issue_small_standard(cast, at)


@pytest.fixture
def draft(cast: Cast, issued: Standard, act: dict[str, Any]) -> Standard:
    return actions.draft_standard(**act, mine=cast.mine, code="small")


def changed(standard: Standard, **changes: Any) -> Content:
    return copy.deepcopy(content_of(standard)) | changes


@pytest.fixture
def reworded(draft: Standard, act: dict[str, Any]) -> Standard:
    """A draft with a change: fit to be issued."""
    return actions.rewrite_draft(**act, standard=draft, content=changed(draft, bonus_cap=3), seen=0)


# ── making one ──
def test_a_draft_is_a_copy_of_the_version_issued_last(draft: Standard, issued: Standard) -> None:
    assert (draft.state, draft.version, draft.in_force_from) == (StandardState.DRAFT, 2, "")
    assert content_of(draft) == content_of(issued)


def test_the_same_draft_is_not_made_twice(cast: Cast, draft: Standard, act: dict[str, Any]) -> None:
    assert actions.draft_standard(**act, mine=cast.mine, code="small") == draft
    other = actions.draft_standard(**act, mine=cast.mine, content=small_pack(title="另一份"), notes=["第 3 行没有看懂"])
    assert (other.version, other.notes) == (3, ["第 3 行没有看懂"])


def test_a_content_that_cannot_be_written_down_is_refused_with_everything_wrong(
    cast: Cast, act: dict[str, Any]
) -> None:
    pack = small_pack(title="", owner="XYZ", subject="nobody")
    items = pack["dimensions"][0]["items"]
    items[1] |= {"code": "A1", "name": "很" * 65, "full": 0}
    items[0]["clauses"][0] |= {"points": 1.005, "kind": "magic", "office": ""}
    with pytest.raises(Refused) as refused:
        actions.draft_standard(**act, mine=cast.mine, content=pack)
    told = str(refused.value)
    for sentence in (
        "标准没有名称",
        "没有写明考核哪一类单位",
        "要用到科室 XYZ，本矿没有",
        "A1.1：没有写明由哪个科室考核",
        "项目编号 A1 用了两次",
        "有 65 字，最多 64 字",
        "A1：没有标准分",
        "分值 1.005 最多两位小数",
        "“magic”这种计分方式没有",
    ):
        assert sentence in told
    assert not Standard.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": ""}, "标准没有代码"),
        ({"owner": ""}, "没有写明主管科室"),
        ({"bonus": [{"code": "J1", "name": "甲", "text": " ", "office": "SAF"}]}, "是空的，请填写"),
        ({"code": "坏 代码"}, "只能用小写字母、数字和短横"),
        ({"bonus": [{"code": "JF", "name": "其他", "text": "其他", "office": "SAF"}]}, "JF 留给“其他加分”"),
        ({"tiers": [{"code": "a", "name": "甲", "floor": None}]}, "没有写几分起"),
        ({"bonus_cap": 5000}, "加分上限 5000 不行，要不小于 0、小于 1000"),
        ({"publicity_days": 1.5}, "公示天数“1.5”不是天数"),
        ({"aggregation": "median"}, "不是季度、年度的算法"),
        ({"peer_groups": [{"code": "a", "name": "甲", "specialties": ["magic"]}]}, "没有专业“magic”"),
        ({"vetoes": [{"code": "V1", "name": "甲", "text": "乙", "office": "SAF"}]}, "没有写明否决以后怎样处理"),
        ({"dimensions": [{"code": "", "name": "甲"}]}, "有一个类别没有编号"),
    ],
)
def test_every_flaw_has_its_sentence(cast: Cast, act: dict[str, Any], change: Content, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.draft_standard(**act, mine=cast.mine, content=small_pack(**change))


def test_an_unknown_code_has_nothing_to_copy(cast: Cast, act: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="本矿没有标准“none”"):
        actions.draft_standard(**act, mine=cast.mine, code="none")


# ── rewriting it ──
def test_a_draft_is_rewritten_as_a_whole(draft: Standard, act: dict[str, Any]) -> None:
    content = changed(draft, title="改过的标准")
    content["dimensions"][0]["items"][0]["full"] = 28
    actions.rewrite_draft(**act, standard=draft, content=content, seen=0)
    draft.refresh_from_db()
    assert (content_of(draft), draft.revision) == (content, 1)
    event = AuditEvent.objects.latest("pk")
    assert event.action == "assess.standard.rewritten"
    assert event.after["text"] == "名称 “小标准” → “改过的标准”；A1 要求A1 标准分 30 分 → 28 分"


def test_saying_the_same_again_changes_nothing(draft: Standard, act: dict[str, Any]) -> None:
    content = changed(draft, title="改过的标准")
    for _ in range(2):
        actions.rewrite_draft(**act, standard=draft, content=content, seen=0)
    assert draft.revision == 1
    assert AuditEvent.objects.filter(action="assess.standard.rewritten").count() == 1


def test_of_two_who_rewrite_at_once_the_second_is_told(draft: Standard, act: dict[str, Any]) -> None:
    both = Standard.objects.get(pk=draft.pk)
    actions.rewrite_draft(**act, standard=draft, content=changed(draft, title="第一个人"), seen=0)
    with pytest.raises(Refused, match="别人刚改过这份草案，请刷新"):
        actions.rewrite_draft(**act, standard=both, content=changed(both, bonus_cap=3), seen=0)
    draft.refresh_from_db()
    assert (draft.title, draft.bonus_cap) == ("第一个人", 5)


def test_the_code_of_a_draft_stays(draft: Standard, act: dict[str, Any]) -> None:
    actions.rewrite_draft(**act, standard=draft, content=changed(draft, code="other", title="改名"), seen=0)
    assert (draft.code, draft.title) == ("small", "改名")


def test_a_draft_is_discarded_with_all_its_parts(draft: Standard, issued: Standard, act: dict[str, Any]) -> None:
    gone = Standard.objects.get(pk=draft.pk)
    actions.discard_draft(**act, standard=draft)
    actions.discard_draft(**act, standard=gone)
    assert list(Standard.objects.all()) == [issued]
    assert set(Item.objects.values_list("standard", flat=True)) == {issued.pk}


# ── issuing it ──
def test_a_fit_draft_is_issued_and_sealed(cast: Cast, reworded: Standard, act: dict[str, Any]) -> None:
    draft = reworded
    assert actions.problems_of(content_of(draft), cast.mine) == []
    actions.issue_standard(**act, standard=draft, in_force_from="2026-08")
    draft.refresh_from_db()
    assert (draft.state, draft.in_force_from, draft.version) == (StandardState.ISSUED, "2026-08", 2)
    assert AuditEvent.objects.latest("pk").action == "assess.standard.issued"
    assert sealing.verify(cast.mine.code).faults == ()
    actions.issue_standard(**act, standard=draft, in_force_from="2026-08")
    assert AuditEvent.objects.filter(action="assess.standard.issued").count() == 2  # version 1 and 2


def test_an_issued_version_never_changes(reworded: Standard, issued: Standard, act: dict[str, Any]) -> None:
    draft = reworded
    stale = Standard.objects.get(pk=draft.pk)
    actions.issue_standard(**act, standard=draft, in_force_from="2026-08")
    for standard in (issued, draft, stale):
        before = content_of(Standard.objects.get(pk=standard.pk))
        with pytest.raises(Refused, match="已经发布，不能再改"):
            actions.rewrite_draft(**act, standard=standard, content=before | {"title": "偷改"}, seen=0)
        with pytest.raises(Refused, match="已经发布，不能再改"):
            actions.discard_draft(**act, standard=standard)
        with pytest.raises(Refused, match="已经发布"):
            actions.issue_standard(**act, standard=standard, in_force_from="2026-09")
        assert content_of(Standard.objects.get(pk=standard.pk)) == before


def test_versions_are_numbered_in_the_order_of_their_issue(cast: Cast, draft: Standard, act: dict[str, Any]) -> None:
    second = actions.draft_standard(**act, mine=cast.mine, content=small_pack(title="后写先发"))
    actions.issue_standard(**act, standard=second, in_force_from="2026-08")
    actions.issue_standard(**act, standard=draft, in_force_from="2026-08")
    assert (second.version, draft.version) == (3, 4)
    assert Standard.objects.filter(code="small").in_force("2026-08").first() == draft


def test_a_draft_that_changes_nothing_is_not_issued(draft: Standard, act: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="和第 1 版一样，没有改动，不必发布"):
        actions.issue_standard(**act, standard=draft, in_force_from="2026-08")
    assert Standard.objects.get(pk=draft.pk).state == StandardState.DRAFT


def test_a_version_waits_two_years_at_most(reworded: Standard, act: dict[str, Any]) -> None:
    for far in ("2028-08", "2126-07"):
        with pytest.raises(Refused, match="太远了，最晚从2028年7月起执行"):
            actions.issue_standard(**act, standard=reworded, in_force_from=far)
    assert actions.issue_standard(**act, standard=reworded, in_force_from="2028-07").state == StandardState.ISSUED


@pytest.mark.parametrize("text", ["七月", "2026-13", "2026-Q3", "2026"])
def test_only_a_month_is_asked_for_and_named(reworded: Standard, act: dict[str, Any], text: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.issue_standard(**act, standard=reworded, in_force_from=text)
    assert str(refused.value) == f"“{text}”不是月份，请写从哪个月起执行，如 2026-08"


def test_a_version_does_not_reach_back_over_opened_months(cast: Cast, reworded: Standard, act: dict[str, Any]) -> None:
    draft = reworded
    actions.open_cycle(**act, mine=cast.mine, code="small", period=Period.parse("2026-07"))
    with pytest.raises(Refused, match="2026年7月已经按第 1 版开启，这一版最早从2026年8月起执行"):
        actions.issue_standard(**act, standard=draft, in_force_from="2026-06")
    with pytest.raises(Refused, match="“2026-Q3”不是月份"):
        actions.issue_standard(**act, standard=draft, in_force_from="2026-Q3")
    actions.issue_standard(**act, standard=draft, in_force_from="2026-08")


def test_an_unfit_draft_is_refused_with_all_its_problems(draft: Standard, act: dict[str, Any]) -> None:
    content = changed(draft, tie_breakers=["Z"], publicity_days=0, weights=[1])
    first, second = content["dimensions"]
    first["items"][0] |= {"full": 28, "clauses": []}
    second["items"][0]["clauses"][0] |= {"points": None, "text": "没有按时登录学习强国打卡的，每次扣 1 分"}
    content["tiers"][-1]["floor"] = 10
    content["peer_groups"][1]["specialties"] = ["extraction"]
    actions.rewrite_draft(**act, standard=draft, content=content, seen=0)
    with pytest.raises(Refused) as refused:
        actions.issue_standard(**act, standard=draft, in_force_from="2026-08")
    told = str(refused.value)
    for sentence in (
        "各项标准分合计 98，应为 100",
        "同分比较里的 Z 不是",
        "公示要 1 到 30 个工作日",
        "只有“各月加权平均”才写各月权数",
        "A1：没有细则",
        "B1.1：按次扣分的细则要写每次几分",
        "最后一档要从 0 分起，这里是 10 分",
        "不限专业的分组",
        "专业“采煤”分在两个组里",
        "减负规则 B2 不许考核",
    ):
        assert sentence in told
    draft.refresh_from_db()
    assert draft.state == StandardState.DRAFT


def link(standard: str, *dimensions: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        clause = content["dimensions"][0]["items"][0]["clauses"][0]
        clause |= {"kind": "link", "link": {"standard": standard, "dimensions": list(dimensions)}}

    return change


def without_link(content: Content) -> None:
    content["dimensions"][0]["items"][0]["clauses"][0] |= {"kind": "link"}


def cap(content: Content) -> None:
    content["dimensions"][0]["items"][0]["clauses"][0] |= {"points": 2, "cap": 1}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (link("none"), "要取标准“none”的得分，本矿还没有这个标准"),
        (link("small", "Z"), "标准“small”没有类别 Z"),
        (link("small"), "小标准 A1 → 小标准 A1 互相折算"),
        (without_link, "要写明取哪个标准的得分"),
        (cap, "最多 1 分，比每次的 2 分还少"),
        (lambda content: content.update(bonus_cap=0), "有加分项，但加分上限是 0"),
        (lambda content: content.update(tiers=[]), "没有档次"),
        (lambda content: content["tiers"].reverse(), "从高到低"),
        (lambda content: content.update(aggregation="weighted", weights=[1, 2]), "要写各月权数"),
        (lambda content: content.update(aggregation="weighted", weights=[0, 0, 0]), "不能都是 0|也不能都是 0"),
        (lambda content: content["dimensions"].append({"code": "C", "name": "空", "items": []}), "这一类还没有项目"),
        (lambda content: content["vetoes"][1].update(dimension="Z"), "要写明是哪一类"),
    ],
)
def test_every_problem_has_its_sentence(
    cast: Cast, draft: Standard, change: Callable[[Content], None], sentence: str
) -> None:
    content = changed(draft)
    change(content)
    told = "；".join(str(reason) for reason in actions.problems_of(content, cast.mine))
    assert any(part in told for part in sentence.split("|")), told


def test_weights_that_fit_are_no_problem(cast: Cast) -> None:
    for weights in ([1, 1, 2], [1] * 6, [1] * 12):
        content = small_pack(aggregation="weighted", weights=weights)
        assert actions.problems_of(content, cast.mine) == []


# ── who may ──
def test_only_who_issues_standards_drafts_them(cast: Cast, draft: Standard, at: dt.datetime) -> None:
    content = content_of(draft)
    for member in ("mine_leader", "assessor", "worker", "stranger"):
        who: dict[str, Any] = {"by": cast.actor(member), "at": at}
        for attempt in (
            lambda who=who: actions.draft_standard(**who, mine=cast.mine, code="small"),
            lambda who=who: actions.rewrite_draft(**who, standard=draft, content=content, seen=0),
            lambda who=who: actions.discard_draft(**who, standard=draft),
            lambda who=who: actions.issue_standard(**who, standard=draft, in_force_from="2026-08"),
        ):
            with pytest.raises(PermissionDenied):
                attempt()


def test_drafts_are_seen_by_those_who_work_on_them(cast: Cast, draft: Standard, issued: Standard) -> None:
    def seen(member: str) -> set[Standard]:
        return set(Standard.objects.visible_to(cast.actor(member)))

    assert seen("party_officer") == seen("mine_leader") == {issued, draft}
    assert seen("worker") == seen("assessor") == {issued}
    assert seen("stranger") == set()
