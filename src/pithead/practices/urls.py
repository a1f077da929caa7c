"""Addresses of practices, duties and records."""

from django.urls import path

from pithead.practices.views import bonds, checks, ledger, liaison, own, patrol, talks

app_name = "practices"
urlpatterns = [
    path("duties/", own.own, name="own"),
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
]
