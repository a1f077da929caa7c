"""A photo of a matter, for those who may see the matter."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from pithead.issues.models import Attachment, Issue
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.models import StoredFile
from pithead.org.access import ActorRequest, Capability, page
from pithead.ui import downloads

OPEN_KINDS = [kind for kind, flow in WORKFLOWS.items() if not flow.confidential]


@page(Capability.ISSUE_RAISE)
@require_GET
def photo(request: ActorRequest, pk: UUID) -> HttpResponse:
    shown = Attachment.objects.filter(file=pk).values("step__issue")
    if not Issue.objects.visible_to(request.actor).filter(pk__in=shown, kind__in=OPEN_KINDS).exists():
        raise Http404
    return downloads.photo(get_object_or_404(StoredFile, pk=pk))
