from django.apps import AppConfig

from pithead.ui.registry import NavEntry, navigation


class RulesConfig(AppConfig):
    name = "pithead.rules"
    label = "rules"
    verbose_name = "制度"

    def ready(self) -> None:
        navigation.register(NavEntry("考核", "制度", "rules:policies", "rule.view", order=50))
