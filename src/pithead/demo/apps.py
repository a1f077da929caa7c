from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "pithead.demo"
    label = "demo"
    verbose_name = "演示矿"
