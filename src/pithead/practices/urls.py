"""Addresses of practices, duties and records."""

from django.urls import path

from pithead.practices.views import (
    board,
    bonds,
    burden,
    checks,
    editing,
    ledger,
    liaison,
    library,
    own,
    packs,
    patrol,
    talks,
)

app_name = "practices"
urlpatterns = [
    path("duties/", own.own, name="own"),
    path("duties/board/", board.board, name="board"),
    path("duties/board/file/", board.board_file, name="board_file"),
    path("duties/liaison/", liaison.liaison, name="liaison"),
    path("duties/patrol/", patrol.patrol, name="patrol"),
    path("duties/talks/", talks.talks, name="talks"),
    path("duties/ledger/", ledger.ledger, name="ledger"),
    path("duties/ledger/<str:number>/", ledger.ledger_of, name="ledger_of"),
    path("duties/checks/", checks.checks, name="checks"),
    path("duties/checks/new/", checks.plan, name="plan_check"),
    path("duties/checks/<int:pk>/cancel/", checks.cancel, name="cancel_check"),
    path("duties/bonds/", bonds.bonds, name="bonds"),
    path("duties/bonds/<slug:kind>/new/", bonds.arrange, name="arrange"),
    path("duties/bonds/<int:pk>/end/", bonds.end, name="end_bond"),
    path("practices/", library.library, name="library"),
    path("practices/upload/", packs.upload, name="upload"),
    path("practices/burden/", burden.burden, name="burden"),
    path("practices/proposals/<int:pk>/", editing.proposal, name="proposal"),
    path("practices/adoptions/<int:pk>/end/", library.leave, name="leave"),
    path("practices/methods/<slug:code>/", library.method, name="method"),
    path("practices/methods/<slug:code>/file/", library.method_file, name="method_file"),
    path("practices/methods/<slug:code>/adopt/", library.adopt, name="adopt"),
    path("practices/customs/<slug:code>/", library.practice, name="practice"),
    path("practices/customs/<slug:code>/edit/", editing.edit, name="edit_practice"),
    path("practices/customs/<slug:code>/on/", editing.switch_on, name="switch_on"),
    path("practices/customs/<slug:code>/off/", editing.switch_off, name="switch_off"),
]
