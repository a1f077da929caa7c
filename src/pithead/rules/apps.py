from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "pithead.rules"
    label = "rules"
    verbose_name = "制度"
