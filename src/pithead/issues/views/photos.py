"""A photo of a matter, for those who may see the matter."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from pithead.issues.models import Attachment, Issue
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.files import path_of
from pithead.kernel.images import CONTENT_TYPE
from pithead.kernel.models import StoredFile
from pithead.org.access import ActorRequest, Capability, page

OPEN_KINDS = [kind for kind, flow in WORKFLOWS.items() if not flow.confidential]


@page(Capability.ISSUE_RAISE)
@require_GET
def photo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Only what was drawn anew is shown to a browser, and as that alone."""
    shown = Attachment.objects.filter(file=pk).values("step__issue")
    if not Issue.objects.visible_to(request.actor).filter(pk__in=shown, kind__in=OPEN_KINDS).exists():
        raise Http404
    stored = get_object_or_404(StoredFile, pk=pk, content_type=CONTENT_TYPE)
    try:
        content = path_of(stored).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    called = content_disposition_header(as_attachment=False, filename=stored.name) or "inline"
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": called}
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)
