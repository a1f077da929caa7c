"""Addresses of matters: what was found or said, until it is closed."""

from django.urls import path

from pithead.issues.views import board, importing, matter, own, photos, printing, reporting, settings

app_name = "issues"
urlpatterns = [
    path("issues/", board.board, name="board"),
    path("issues/export/", board.export, name="export"),
    path("issues/new/", reporting.new, name="new"),
    path("issues/guess/", reporting.guessed, name="guess"),
    path("issues/own/", own.own, name="own"),
    path("issues/answers/", own.answers, name="answers"),
    path("issues/notices/", own.read, name="notices"),
    path("issues/bulletin/", printing.bulletin, name="bulletin"),
    path("issues/codes/", printing.codes, name="codes"),
    path("issues/settings/", settings.index, name="settings"),
    path("issues/settings/<slug:kind>/", settings.kind, name="settings_kind"),
    path("issues/photos/<uuid:pk>/", photos.photo, name="photo"),
    path("issues/places/<str:code>/", board.place, name="place"),
    path("issues/import/", importing.ledger_import, name="ledger_import"),
    path("issues/import/<uuid:pk>/", importing.ledger, name="ledger"),
    path("issues/<uuid:pk>/", matter.matter, name="matter"),
    path("issues/<uuid:pk>/notice/", printing.notice, name="notice"),
    path("issues/<uuid:pk>/merge/", matter.merge, name="merge"),
    path("issues/<uuid:pk>/kind/", matter.rekind, name="rekind"),
    path("issues/<uuid:pk>/moves/<slug:verb>/", matter.step, name="step"),
    path("issues/<uuid:pk>/steps/<int:seq>/", matter.correct, name="correct"),
    path("q/<str:code>/", reporting.code_on_the_wall, name="code"),
]
