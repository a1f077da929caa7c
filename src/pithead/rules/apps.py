from django.apps import AppConfig

from pithead.ui.registry import NavEntry, SearchSource, navigation, search_sources


class RulesConfig(AppConfig):
    name = "pithead.rules"
    label = "rules"
    verbose_name = "制度"

    def ready(self) -> None:
        from pithead.rules.searching import clauses, policies

        navigation.register(NavEntry("考核", "制度", "rules:policies", "rule.view", order=50))
        search_sources.register(SearchSource("制度", "文号、标题、发文单位", policies, "rule.view", order=60))
        search_sources.register(SearchSource("制度条文", "条文里的字、条号", clauses, "rule.view", order=62))
