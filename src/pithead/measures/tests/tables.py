"""Tables as mines have them, made for a test."""

from collections.abc import Sequence
from typing import Any

from pithead.kernel import workbooks


def table(headings: Sequence[str], *rows: Sequence[Any], title: str = "", name: str = "日报", **more: Any) -> bytes:
    columns = [workbooks.Column(one) for one in headings]
    return workbooks.write([workbooks.Table(name, columns, rows, title=title, **more)])
