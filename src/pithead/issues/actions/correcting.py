"""A step stays as it was written; whoever wrote it may put it right by another one."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from pithead.issues.actions.drafts import StepDraft
from pithead.issues.actions.recording import Act, held, log, require_seen, tell, write_step
from pithead.issues.actions.words import content_mark, text_faults
from pithead.issues.models import Issue, Notice, Step
from pithead.issues.queries import people_at, setting_of
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.refusal import Refused
from pithead.kernel.vault import KeyGone
from pithead.org.access import Actor

CORRECT = "correct"


@transaction.atomic
def correct_step(*, by: Actor, at: dt.datetime, step: Step, note: str) -> Step:
    """The same correction again is the one that stands."""
    issue = held(step.issue)
    require_seen(by, issue)
    if step.by_id is None or step.by_id != by.person_id:
        raise PermissionDenied("谁写的由谁更正")
    if step.corrects_id is not None:
        raise Refused("更正也写错了，请在原来那一步上再更正一次")
    flow, said = WORKFLOWS[issue.kind], note.strip()
    if issue.erased_at is not None or not said:
        raise Refused("请写明更正的内容" if not said else "已到期清除，不能更正")
    if reasons := list(text_faults(flow, setting_of(issue.mine, issue.kind), issue.mine, said, "更正")):
        raise Refused(reasons)
    mark = content_mark(step.pk, by.staff_no, said)
    last = step.corrections.order_by("seq").last()
    if last is not None and last.fingerprint == mark:
        return last
    act = Act(by, at, CORRECT, "更正", StepDraft(note=said), step.acted_as, mark)
    try:
        made = write_step(issue, act, before=issue.state, corrects=step)
    except KeyGone as error:
        raise Refused("内容已清除，不能更正") from error
    issue.save(update_fields=["seq"])
    log(issue, act, "issues.issue.corrected", before=issue.state_label)
    return made


@transaction.atomic
def tell_of_source(*, at: dt.datetime, issue: Issue, text: str, key: str) -> int:
    """What it was raised from says something else now. Nothing is changed by that: whom it waits for and the office that may
    cancel it hear of it."""
    issue = held(issue)
    if issue.closed_at is not None:
        return 0
    setting = setting_of(issue.mine, issue.kind)
    people = [one for post in ("owner", "office") for one in people_at(issue, post, setting, at)]
    return tell(issue, people, text, key, at)


@transaction.atomic
def read_notices(*, by: Actor, at: dt.datetime, issue: Issue) -> int:
    """What this person was told about a matter is read."""
    mine = Notice.objects.filter(mine=issue.mine, person=by.person_id, issue=issue, read_at=None)
    return mine.update(read_at=at) if by.person_id is not None else 0
