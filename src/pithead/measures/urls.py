"""Addresses of figures from outside, and of what is counted out of everything."""

from django.urls import path

from pithead.measures.views import closing, drilling, figures, importing, settings

app_name = "measures"
urlpatterns = [
    path("measures/", drilling.index, name="index"),
    path("measures/closing/", closing.closings, name="closings"),
    path("measures/closing/<str:period>/", closing.closing, name="closing"),
    path("measures/file/<str:code>/<str:period>/", drilling.figure_file, name="figure_file"),
    path("measures/file/<str:code>/<str:period>/<str:unit_code>/", drilling.figure_file, name="figure_file"),
    path("measures/<str:code>/<str:period>/", drilling.figure, name="figure"),
    path("measures/<str:code>/<str:period>/<str:unit_code>/", drilling.figure, name="figure"),
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
