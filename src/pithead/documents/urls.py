"""Nouns of documents: a paper is named by its cycle, `six-good/2026-06`."""

from django.urls import path

from pithead.documents import views

app_name = "documents"
urlpatterns = [
    path("documents/", views.index, name="index"),
    path("documents/bulletin/<slug:code>/<slug:period>/", views.bulletin, name="bulletin"),
    path("documents/results/<slug:code>/<slug:period>/", views.results, name="results"),
]
