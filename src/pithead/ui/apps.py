from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "pithead.ui"
    label = "ui"
    verbose_name = "界面"
