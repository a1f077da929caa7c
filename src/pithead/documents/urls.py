from django.urls import path

from pithead.documents import views

app_name = "documents"
urlpatterns = [
    path("documents/", views.index, name="index"),
    path("documents/bulletin/<slug:code>/<str:period>/", views.bulletin, name="bulletin"),
    path("documents/results/<slug:code>/<str:period>/", views.results, name="results"),
]
