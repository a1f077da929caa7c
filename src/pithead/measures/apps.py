from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "pithead.measures"
    label = "measures"
    verbose_name = "指标"
