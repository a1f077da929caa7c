"""Files that a browser keeps under a name of ours."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_as(name: str) -> dict[str, str]:
    """The header that says so."""
    return {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"}


def workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers=kept_as(name))
