"""Addresses of the policies."""

from django.urls import path

from pithead.rules import views

app_name = "rules"

urlpatterns = [
    path("policies/", views.policies, name="policies"),
    path("policies/new/", views.enact, name="enact"),
    path("policies/samples/", views.load, name="load"),
    path("policies/<int:pk>/", views.policy, name="policy"),
    path("policies/<int:pk>/correct/", views.correct, name="correct"),
    path("policies/<int:pk>/amend/", views.amend, name="amend"),
    path("policies/<int:pk>/repeal/", views.repeal, name="repeal"),
]
