"""Addresses of figures from outside."""

from django.urls import path

from pithead.measures.views import figures, importing, settings

app_name = "measures"
urlpatterns = [
    path("figures/", figures.given, name="given"),
    path("figures/table/", figures.table, name="table"),
    path("figures/enter/", figures.enter, name="enter"),
    path("figures/import/", importing.figures_import, name="figures_import"),
    path("figures/import/<uuid:pk>/", importing.sheet, name="sheet"),
    path("figures/import/<uuid:pk>/failed/", importing.sheet_failed, name="sheet_failed"),
    path("figures/import/template/", importing.template, name="figures_template"),
    path("figures/quantities/", settings.quantities, name="quantities"),
    path("figures/quantities/<str:code>/", settings.quantity, name="quantity"),
    path("figures/keys/", settings.keys, name="keys"),
    path("figures/keys/<int:pk>/revoke/", settings.revoke, name="revoke_key"),
    path("figures/<int:pk>/", figures.figure, name="given_figure"),
]
