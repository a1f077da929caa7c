"""Addresses of practices, duties and records."""

from django.urls import URLPattern

app_name = "practices"
urlpatterns: list[URLPattern] = []
