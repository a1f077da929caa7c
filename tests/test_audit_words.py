"""The log of a month as an auditor reads it: nothing of it is left in the program's words."""

from pithead.issues.queries import settings as issue_settings
from pithead.kernel.models import AuditEvent
from pithead.web.audit_words import FIELDS, SUBJECTS
from tests.sample import Sample


def test_every_subject_and_field_of_the_log_has_words(sample: Sample) -> None:
    events = list(AuditEvent.objects.all())
    assert events
    assert {event.subject_type for event in events} <= set(SUBJECTS)
    assert {name for event in events for facts in (event.before, event.after) for name in facts or {}} <= set(FIELDS)


def test_everything_a_mine_may_set_about_matters_has_words() -> None:
    assert set(issue_settings.FIELDS) <= set(FIELDS)
