"""Files that a browser keeps under a name of ours, and photos that it shows."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from pithead.kernel.files import path_of
from pithead.kernel.images import CONTENT_TYPE
from pithead.kernel.models import StoredFile

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept_as(name: str) -> dict[str, str]:
    """The header that says so."""
    return {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"}


def workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers=kept_as(name))


def photo(stored: StoredFile) -> HttpResponse:
    """Only what was drawn anew is shown to a browser, and as that alone."""
    if stored.content_type != CONTENT_TYPE:
        raise Http404
    try:
        content = path_of(stored).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    called = content_disposition_header(as_attachment=False, filename=stored.name) or "inline"
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": called}
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)
