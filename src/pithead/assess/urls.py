"""Nouns of assessment. A cycle is named by its standard's code and its period: `six-good/2026-06`."""

from django.urls import path

from pithead.assess import converters  # noqa: F401  long periods are steps of addresses
from pithead.assess.views import (
    appeals,
    cells,
    cycles,
    draft_parts,
    drafting,
    erasing,
    fairness,
    publicity,
    reminders,
    results,
    scores,
    sheets,
    spans,
    standards,
)

app_name = "assess"

urlpatterns = [
    path("results/", results.index, name="results_index"),
    path("results/<slug:code>/<long_period:period>/", spans.board, name="span"),
    path("results/<slug:code>/<slug:period>/", results.board, name="results"),
    path("results/<slug:code>/<slug:period>/<str:unit_code>/", results.unit, name="result_unit"),
    path("results/<slug:code>/<slug:period>/<str:unit_code>/erasure/", erasing.erasure, name="erasure"),
    path("publicity/", publicity.index, name="publicities"),
    path("publicity/<slug:code>/<slug:period>/", publicity.show, name="publicity"),
    path("appeals/", appeals.index, name="appeals"),
    path("appeals/<int:pk>/", appeals.show, name="appeal"),
    path("appeals/<int:pk>/answer/", appeals.answer, name="answer"),
    path("appeals/<int:pk>/decision/", appeals.decide, name="decision"),
    path("entries/<int:pk>/appeal/", appeals.make, name="appeal_made"),
    path("cycles/", cycles.index, name="cycles"),
    path("cycles/<slug:code>/<slug:period>/", cycles.show, name="cycle"),
    path("cycles/<slug:code>/<slug:period>/closing/", cycles.closing, name="closing"),
    path("cycles/<slug:code>/<slug:period>/reopening/", cycles.reopening, name="reopening"),
    path("cycles/<slug:code>/<slug:period>/reminders/", reminders.reminders, name="reminders"),
    path("cycles/<slug:code>/<slug:period>/review/", cycles.review, name="review"),
    path("cycles/<slug:code>/<slug:period>/approval/", cycles.approval, name="approval"),
    path("cycles/<slug:code>/<slug:period>/publication/", cycles.publication, name="publication"),
    path("cycles/<slug:code>/<slug:period>/finalisation/", cycles.finalisation, name="finalisation"),
    path("scores/<slug:code>/<slug:period>/", scores.scores, name="scores"),
    path("scores/<slug:code>/<slug:period>/template/", scores.template, name="scores_template"),
    path("sheets/", sheets.index, name="sheets"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/cells/", cells.cells, name="cells"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/entries/", sheets.add_entry, name="entries"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/entries/<int:pk>/", sheets.entry, name="entry"),
    path(
        "sheets/<slug:code>/<slug:period>/<str:office>/entries/<int:pk>/removal/", sheets.remove_entry, name="removal"
    ),
    path("sheets/<slug:code>/<slug:period>/<str:office>/submission/", sheets.submission, name="submission"),
    path("sheets/<slug:code>/<slug:period>/<str:office>/withdrawal/", sheets.withdrawal, name="withdrawal"),
    path("fairness/", fairness.index, name="fairness_index"),
    path("fairness/<slug:code>/<slug:period>/", fairness.show, name="fairness"),
    path("standards/", standards.index, name="standards"),
    path("standards/drafts/", drafting.new, name="draft_new"),
    path("standards/<slug:code>/<int:version>/", standards.show, name="standard"),
    path("standards/<slug:code>/<int:version>/rubric/", standards.rubric, name="rubric"),
    path("standards/<slug:code>/<int:version>/trial/", standards.trial, name="trial"),
    path("standards/<slug:code>/<int:version>/issue/", drafting.issue, name="draft_issue"),
    path("standards/<slug:code>/<int:version>/removal/", drafting.discard, name="draft_removal"),
    path("standards/<slug:code>/<int:version>/header/", draft_parts.header, name="draft_header"),
    path("standards/<slug:code>/<int:version>/rows/<slug:part>/", draft_parts.rows, name="draft_rows"),
    path("standards/<slug:code>/<int:version>/items/", draft_parts.new_item, name="draft_new_item"),
    path("standards/<slug:code>/<int:version>/items/<str:item>/", draft_parts.item, name="draft_item"),
    path("standards/<slug:code>/<int:version>/items/<str:item>/place/", draft_parts.move_item, name="draft_place"),
    path(
        "standards/<slug:code>/<int:version>/items/<str:item>/removal/",
        draft_parts.remove_item,
        name="draft_item_removal",
    ),
]
