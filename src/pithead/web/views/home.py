"""The desk: what is due, the cards of the apps; and the page that monitors ask."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pithead.org.access import ActorRequest, page
from pithead.org.models import Unit
from pithead.ui.registry import home_cards, todo_sources
from pithead.ui.samples import SAMPLES
from pithead.web.exempt import open_to_all


@page(None)
def home(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    cards = []
    for card in sorted(home_cards, key=lambda card: card.order):
        context = card.context(actor)
        if context is not None:
            cards.append({"template": card.template, "context": context})
    todos = [todo for source in todo_sources for todo in source(actor)]
    return render(request, "web/home.html", {"todos": todos, "cards": cards})


@open_to_all
def health(_request: HttpRequest) -> HttpResponse:
    """For monitors: 200 and one word while the database answers. Says nothing else to strangers."""
    Unit.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@page(None)
def gallery(request: ActorRequest) -> HttpResponse:
    """Every component in all its states: the living reference for whoever writes a page."""
    return render(request, "ui/gallery.html", SAMPLES)
