from django.apps import AppConfig


class AssessConfig(AppConfig):
    name = "pithead.assess"
    label = "assess"
    verbose_name = "考核"
