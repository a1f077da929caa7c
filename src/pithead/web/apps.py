from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "pithead.web"
    label = "web"
    verbose_name = "桌面"
