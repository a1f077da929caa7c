"""What may be written, and how confidential words are kept."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pithead.issues.actions.drafts import Fact
from pithead.issues.models import LONGEST, Role
from pithead.issues.queries import Setting, is_sparse
from pithead.issues.workflows import FACTS, MENTOR_STEPS, WORKFLOWS, Kind, Visibility, Workflow
from pithead.kernel import vault
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Reason
from pithead.org.models import Person, Unit
from pithead.org.queries import veil_of

PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")  # identity and telephone numbers
FILE_NO = re.compile(
    r"(?=.{1,32}$)(?=.*\d)[\u4e00-\u9fff]{0,4}[A-Za-z0-9〔〕\[\]()（）年第号档卷册页附/.\-— ]+"
)  # 青调〔2026〕7 号
WRONGS = re.compile("违章|违纪|违规|三违|脱岗|离岗|串岗|睡岗|睡觉|酒后|喝酒|旷工|无证")
VIOLATION, COMPLAINT = (WORKFLOWS[kind].label for kind in (Kind.VIOLATION, Kind.COMPLAINT))
LONGEST_FACT = 200
SEALED = "sealed"


def text_faults(flow: Workflow, setting: Setting, mine: Unit, text: str, name: str) -> Iterable[Reason]:
    if len(text) > LONGEST:
        yield Reason(f"{name}写了 {len(text)} 字，最多 {LONGEST} 字")
    if not flow.confidential and PERSONAL.search(text):
        yield Reason(f"{name}里不要写身份证号或手机号")
    if text and is_sparse(flow, setting):
        yield Reason(f"{flow.label}只登记日期、类别、人数和纸质档案号，具体情况写在纸质档案里")
    yield from public_faults(flow, mine, text, name)


def public_faults(flow: Workflow, mine: Unit, text: str, name: str) -> Iterable[Reason]:
    """Who broke a rule is told those concerned, as a violation, and not to the whole mine, as a hazard."""
    if flow.visibility is Visibility.MINE and WRONGS.search(text) and veil_of(mine).over(text) != text:
        yield Reason(
            f"{name}里写了人名和违章：{flow.label}全矿都看得到，请去掉姓名。是谁违章，由区队长或安全部门登记{VIOLATION}，"
            f"也可以改报“{COMPLAINT}”，只有主管部门和矿领导看得到"
        )


def fact_faults(flow: Workflow, setting: Setting, facts: Mapping[str, Fact]) -> Iterable[Reason]:
    known = flow.sparse if is_sparse(flow, setting) else tuple(FACTS)
    for key, value in facts.items():
        if key not in known:
            yield Reason(f"{flow.label}不登记“{FACTS.get(key, key)}”")
        elif not isinstance(value, str | int | bool):
            yield Reason(f"“{FACTS[key]}”要填文字或数字")
        elif key == "people" and (not isinstance(value, int) or not 0 < value < 10_000):
            yield Reason("人数要填数字")
        elif key == "file_no" and not FILE_NO.fullmatch(str(value)):
            yield Reason("纸质档案号只写编号，如：青调〔2026〕7 号，最多 32 个字")
        elif isinstance(value, str) and (len(value) > LONGEST_FACT or PERSONAL.search(value)):
            yield Reason(f"“{FACTS[key]}”最多 {LONGEST_FACT} 字，不要写身份证号或手机号")
    if (step := facts.get("step")) is not None and step not in MENTOR_STEPS:
        yield Reason(f"帮教方式有：{'、'.join(MENTOR_STEPS.values())}")


def people_faults(
    flow: Workflow, setting: Setting, mine: Unit, people: Iterable[tuple[Role, Person]]
) -> Iterable[Reason]:
    people = tuple(people)
    subjects = {person.pk for role, person in people if role == Role.SUBJECT}
    for role, person in people:
        if role not in flow.roles or (is_sparse(flow, setting) and role == Role.SUBJECT):
            yield Reason(f"{flow.label}不登记{Role(role).label}的姓名")
        elif person.mine_id != mine.pk:
            yield Reason(f"{person.name}不是{mine}的人")
        elif person.left_on is not None:
            yield Reason(f"{person.name}已经离开{mine}")
        elif role != Role.SUBJECT and person.pk in subjects:
            yield Reason(f"{person.name}就是当事人，{Role(role).label}要写别人")


def file_faults(flow: Workflow, mine: Unit, files: Iterable[StoredFile]) -> Iterable[Reason]:
    """Files are not under a matter's key: of confidential kinds there are none."""
    files = tuple(files)
    if files and flow.confidential:
        yield Reason(f"{flow.label}不附照片和文件：材料放在纸质档案里，这里写档案号")
    if any(file.mine != mine.code for file in files):
        yield Reason(f"照片要在{mine}上传，请重新上传")


# ── under the matter's own key ──
def kept_text(flow: Workflow, matter: UUID, text: str, where: str) -> str:
    return vault.seal_text(matter, text, where=where) if flow.confidential else text


def kept_facts(flow: Workflow, matter: UUID, facts: Mapping[str, Fact], where: str) -> dict[str, Any]:
    if not flow.confidential or not facts:
        return dict(facts)
    return {SEALED: vault.seal_text(matter, json.dumps(dict(facts), ensure_ascii=False), where=where)}


def opened_facts(matter: UUID, facts: Mapping[str, Any], where: str) -> dict[str, Any]:
    if SEALED not in facts:
        return dict(facts)
    return dict(json.loads(vault.open_text(matter, facts[SEALED], where=where)))


def content_mark(*parts: object) -> str:
    """The same for the same content by the same person; says nothing to anybody without the key of marks."""
    return vault.mark(json.dumps([str(part) for part in parts], ensure_ascii=False))
