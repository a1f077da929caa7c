"""Every practice may stand under a clause: in packs, in the editor, in its versions, on the page of the paper."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pithead.kernel import packs
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.access import system
from pithead.org.testing import Cast
from pithead.practices import actions
from pithead.practices.content import MethodSpec, PracticeSpec
from pithead.practices.models import Practice, PracticeVersion, Proposal
from pithead.practices.queries import library
from pithead.practices.testing import HEAVY, TEXT, WALK, asking
from pithead.rules.actions import PolicyDraft, amend, correct, enact, load_policy, repeal
from pithead.rules.models import Clause, Policy
from pithead.rules.queries import quotes_of_samples

OPENED, JULY, AUGUST = dt.date(2026, 1, 1), dt.date(2026, 7, 1), dt.date(2026, 8, 1)
NUMBER, TITLE = "矿办〔2026〕8号", "走动管理办法"
CLAUSES = [("第一条", "书记每月走到现场。"), ("第二条", "听到的问题当场答复。")]
SHIPPED = "区队班组建设实施细则 第四条"
SignIn = Callable[[str], Client]


@pytest.fixture
def policy(cast: Cast, at: dt.datetime) -> Policy:
    draft = PolicyDraft(NUMBER, TITLE, "矿办公室", OPENED, OPENED, CLAUSES)
    return enact(by=cast.system(), at=at, mine=cast.mine, draft=draft)


def under(quoted: str, **how: object) -> MethodSpec:
    return asking("walkabout", clause=quoted, **how)


def load(cast: Cast, at: dt.datetime, spec: MethodSpec = WALK, since: dt.date = OPENED) -> None:
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=since)


def walkabout() -> Practice:
    return Practice.objects.select_related("mine", "method").get(code="walkabout")


def latest() -> PracticeVersion:
    return PracticeVersion.objects.filter(practice__code="walkabout").select_related("clause").latest("number")


def set_clause(cast: Cast, at: dt.datetime, quoted: str, since: dt.date = JULY) -> None:
    spec = under(quoted).practices[0]
    actions.set_version(by=cast.actor("party_officer"), at=at, practice=walkabout(), spec=spec, since=since)


# ── packs ──
@pytest.mark.parametrize("paper", [NUMBER, TITLE])
def test_a_pack_quotes_a_clause_by_number_or_title_of_the_paper(
    cast: Cast, at: dt.datetime, policy: Policy, paper: str
) -> None:
    text = TEXT.replace("    performers: [branch", f"    clause: {paper} 第二条\n    performers: [branch", 1)
    spec = library.read_pack(cast.mine, text, "走动.yaml", JULY)
    load(cast, at, spec)
    assert latest().clause == policy.clauses.get(number="第二条")
    again = library.method_file(walkabout().method, JULY)
    assert library.read_pack(cast.mine, again, "again.yaml", JULY) == spec


@pytest.mark.parametrize("quoted", [f"{NUMBER} 第三条", "矿办〔2026〕9号 第一条", "第一条", f"{TITLE}第一条"])
def test_a_clause_that_is_not_in_force_is_named_with_its_line(cast: Cast, policy: Policy, quoted: str) -> None:
    text = TEXT.replace("    performers: [branch", f"    clause: {quoted}\n    performers: [branch", 1)
    with pytest.raises(Refused) as refused:
        library.read_pack(cast.mine, text, "走动.yaml", JULY)
    [reason] = refused.value.reasons
    assert reason.where == "“走动.yaml”第 10 行 walkabout · 依据的条款 clause"
    assert f"没有“{quoted}”" in reason.message
    with pytest.raises(Refused, match="没有"):
        library.read_pack(cast.mine, text.replace(quoted, f"{NUMBER} 第一条"), "走动.yaml", dt.date(2025, 12, 31))


def test_a_mine_without_the_paper_loads_the_pack_and_is_told(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    text = TEXT.replace("    performers: [branch", f"    clause: {SHIPPED}\n    performers: [branch", 1)
    sent = {"file": SimpleUploadedFile("walk.yaml", text.encode())}
    page = signed_in("party_officer").post("/practices/upload/", sent).content.decode()
    assert f"本矿没有“{SHIPPED}”，装入后不写依据的条款" in page
    load(cast, at, spec := library.read_pack(cast.mine, text, "walk.yaml", JULY))
    event = AuditEvent.objects.get(action="practices.pack.loaded")
    assert (event.after or {})["without_clause"] == "走动管理"
    assert latest().clause is None
    assert "clause" not in latest().content
    load(cast, at, spec, JULY)
    assert latest().number == 1
    load_policy(by=cast.system(), at=at, mine=cast.mine, pack_code="section-and-crew", in_force_from=OPENED)
    load(cast, at, spec, JULY)  # once the paper is there, the same pack is news
    assert (latest().number, str(latest().clause)) == (2, SHIPPED)
    assert [one.state for one in library.news_of(cast.mine, spec, JULY)] == ["same"] * 3


def test_every_shipped_practice_stands_under_a_clause_that_ships(cast: Cast) -> None:
    quoted = {one.clause for code in packs.codes("practices") for one in actions.shipped_pack(code).practices}
    assert "" not in quoted
    assert quoted <= quotes_of_samples(cast.mine)
    clauses = packs.load("policies", "section-and-crew")["clauses"]
    assert len(quoted) >= len(clauses) - 4  # all but purpose, principles, burden and who interprets it


# ── versions ──
def test_only_a_clause_in_force_is_taken(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    load(cast, at)
    with pytest.raises(Refused, match="“走动管理”依据的“矿办〔2026〕8号 第三条”在 2026-07-01 不是现行条款，请改选一条"):
        set_clause(cast, at, f"{NUMBER} 第三条")
    repeal(by=cast.system(), at=at, policy=policy, on=dt.date(2026, 7, 31))
    set_clause(cast, at, f"{NUMBER} 第一条")
    assert latest().clause == policy.clauses.get(number="第一条")
    with pytest.raises(Refused, match="不是现行条款"):
        set_clause(cast, at, f"{NUMBER} 第二条", AUGUST)


def test_a_title_means_the_edition_of_the_day(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    draft = PolicyDraft("矿办〔2026〕18号", TITLE, "矿办公室", JULY, JULY, CLAUSES)
    newer = amend(by=cast.system(), at=at, policy=policy, draft=draft)
    load(cast, at, under(f"{TITLE} 第一条"))
    assert latest().clause == policy.clauses.get(number="第一条")
    set_clause(cast, at, f"{TITLE} 第二条")
    assert latest().clause == newer.clauses.get(number="第二条")


def test_what_waits_for_a_leader_is_not_put_under_a_clause_that_is_gone(
    cast: Cast, at: dt.datetime, policy: Policy
) -> None:
    load(cast, at)
    spec = under(f"{NUMBER} 第一条", **HEAVY).practices[0]
    act = {"at": at, "practice": walkabout(), "spec": spec, "since": JULY}
    proposal = actions.set_version(by=cast.actor("party_officer"), **act)  # type: ignore[arg-type]
    assert isinstance(proposal, Proposal)
    later = at + dt.timedelta(days=30)
    repeal(by=cast.system(), at=at, policy=policy, on=JULY)
    with pytest.raises(Refused, match="不是现行条款"):
        actions.approve(by=cast.actor("mine_leader"), at=later, proposal=proposal, approval="会议纪要")


def test_a_clause_practices_stand_under_is_not_corrected_away(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    load(cast, at, under(f"{NUMBER} 第一条"))
    draft = PolicyDraft(NUMBER, TITLE, "矿办公室", OPENED, OPENED, CLAUSES[1:])
    with pytest.raises(Refused, match="第一条已被考核标准或工作法引用"):
        correct(by=cast.system(), at=at, policy=policy, draft=draft)


# ── pages ──
def test_the_clause_is_chosen_in_the_editor_and_shown_where_it_matters(
    cast: Cast, at: dt.datetime, policy: Policy, signed_in: SignIn
) -> None:
    load(cast, at)
    load_policy(by=system(cast.other_mine), at=at, mine=cast.other_mine, pack_code="six-good", in_force_from=OPENED)
    officer, today = signed_in("party_officer"), timezone.localdate()
    page = officer.get("/practices/customs/walkabout/edit/").content.decode()
    assert f'<optgroup label="{TITLE} {NUMBER}">' in page
    assert "六好区队" not in page
    typed = {"title": "走动管理", "fine": "好", "since": today, "clause": f"{NUMBER} 第二条"}
    typed |= {"q0_every": "month", "q0_count": 8, "q1_every": "month", "q1_count": 4}
    typed |= {f"f{at}_label": one.label for at, one in enumerate(WALK.practices[0].form)}
    assert officer.post("/practices/customs/walkabout/edit/", typed).status_code == 302
    assert latest().content["clause"] == f"{NUMBER} 第二条"
    worker, clause = signed_in("worker"), policy.clauses.get(number="第二条")
    page = worker.get("/practices/customs/walkabout/").content.decode()
    assert f'href="/policies/{policy.pk}/#clause-{clause.pk}"' in page
    assert "没有写明 → 走动管理办法 第二条" in page
    page = worker.get(f"/policies/{policy.pk}/").content.decode()
    second = page[page.index(f"clause-{clause.pk}") :]
    assert '工作法：<a class="link" href="/practices/customs/walkabout/">走动管理</a>' in second
    assert "走动管理</a>" not in page[: page.index(f"clause-{clause.pk}")]
    chosen = f'<option value="{NUMBER} 第二条" selected>'
    assert chosen in officer.get("/practices/customs/walkabout/edit/").content.decode()


def test_what_is_gone_is_marked_and_has_to_be_chosen_anew(
    cast: Cast, at: dt.datetime, policy: Policy, signed_in: SignIn
) -> None:
    load(cast, at, under(f"{TITLE} 第一条"))
    repeal(by=cast.system(), at=at, policy=policy, on=OPENED)
    officer = signed_in("party_officer")
    assert '<span class="tag warn">已失效</span>' in officer.get("/practices/customs/walkabout/").content.decode()
    assert "不是现行的，请改选" in officer.get("/practices/customs/walkabout/edit/").content.decode()


def test_what_has_ended_or_sleeps_says_its_clause_all_the_same(
    cast: Cast, at: dt.datetime, policy: Policy, signed_in: SignIn
) -> None:
    load(cast, at, asking("zero_report", under(f"{TITLE} 第一条"), clause=f"{TITLE} 第二条"))
    actions.switch_off(by=cast.system(), at=at, practice=walkabout(), on=JULY)
    worker = signed_in("worker")
    assert (
        f"#clause-{policy.clauses.get(number='第一条').pk}"
        in worker.get("/practices/customs/walkabout/").content.decode()
    )
    assert f"<dd>{TITLE} 第二条</dd>" in worker.get("/practices/customs/zero_report/").content.decode()


def test_the_editor_keeps_the_words_of_a_pack_while_they_mean_the_same(
    cast: Cast, at: dt.datetime, policy: Policy
) -> None:
    from pithead.practices.editing_form import PracticeForm

    spec = replace(WALK.practices[0], clause=f"{TITLE} 第一条", quotas=(), form=())
    clauses = list(Clause.objects.select_related("policy"))
    typed = {"title": spec.title, "since": JULY, "purpose": spec.purpose, "fine": spec.fine}

    def changed(clause: str) -> PracticeSpec:
        form = PracticeForm({**typed, "clause": clause}, spec=spec, clauses=clauses)
        assert form.is_valid(), form.errors
        return form.changed()

    assert changed(f"{NUMBER} 第一条") == spec
    assert changed(f"{NUMBER} 第二条").clause == f"{NUMBER} 第二条"
    assert changed("").clause == ""


def test_an_order_does_not_wait_for_the_paper_it_stood_under(cast: Cast, at: dt.datetime, policy: Policy) -> None:
    """What is off cannot be edited: it could never be switched on again."""
    load(cast, at, asking("zero_report", clause=f"{NUMBER} 第一条"))
    repeal(by=cast.system(), at=at, policy=policy, on=dt.date(2026, 6, 1))
    practice = Practice.objects.get(code="zero_report")
    order = {"until": AUGUST, "order_no": "矿发 9 号"}
    version = actions.switch_on(by=cast.actor("party_officer"), at=at, practice=practice, since=at.date(), **order)
    assert isinstance(version, PracticeVersion)
    assert (version.clause, "clause" in version.content) == (None, False)
