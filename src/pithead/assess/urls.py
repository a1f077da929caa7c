"""Nouns of assessment. A cycle is named by its standard's code and its period: `six-good/2026-06`."""

from django.urls import path

from pithead.assess.views import cycles, results, scores, sheets, standards

app_name = "assess"

urlpatterns = [
    path("results/", results.index, name="results_index"),
    path("results/<slug:code>/<slug:period>/", results.board, name="results"),
    path("results/<slug:code>/<slug:period>/<str:unit_code>/", results.unit, name="result_unit"),
    path("cycles/", cycles.index, name="cycles"),
    path("cycles/<slug:code>/<slug:period>/", cycles.show, name="cycle"),
    path("cycles/<slug:code>/<slug:period>/closing/", cycles.closing, name="closing"),
    path("cycles/<slug:code>/<slug:period>/reopening/", cycles.reopening, name="reopening"),
    path("cycles/<slug:code>/<slug:period>/review/", cycles.review, name="review"),
    path("cycles/<slug:code>/<slug:period>/finalisation/", cycles.finalisation, name="finalisation"),
    path("scores/<slug:code>/<slug:period>/", scores.scores, name="scores"),
    path("scores/<slug:code>/<slug:period>/template/", scores.template, name="scores_template"),
    path("sheets/", sheets.index, name="sheets"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/entries/", sheets.add_entry, name="entries"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/entries/<int:pk>/", sheets.entry, name="entry"),
    path(
        "sheets/<slug:code>/<slug:period>/<str:office>/entries/<int:pk>/removal/", sheets.remove_entry, name="removal"
    ),
    path("sheets/<slug:code>/<slug:period>/<str:office>/submission/", sheets.submission, name="submission"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/withdrawal/", sheets.withdrawal, name="withdrawal"),
    path("standards/", standards.index, name="standards"),
    path("standards/<slug:code>/<int:version>/", standards.show, name="standard"),
]
