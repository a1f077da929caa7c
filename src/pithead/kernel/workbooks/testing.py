"""For tests of imports of broken files."""

from collections.abc import Callable

from django.apps import apps

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.outcome import ImportReport


def sentences_of(work: Callable[[], ImportReport]) -> list[str]:
    """Imports, makes sure that nothing was left behind, and gives the reasons."""
    before = _table_sizes()
    try:
        report = work()
    except Refused as refused:
        said = [str(reason) for reason in refused.reasons]
    else:
        assert report.refused
        said = [str(reason) for reason in report.reasons]
    assert _table_sizes() == before
    assert said
    return said


def _table_sizes() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
