from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "pithead.practices"
    label = "practices"
    verbose_name = "履责"
