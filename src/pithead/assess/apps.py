from django.apps import AppConfig

from pithead.ui.registry import NavEntry, home_cards, navigation, todo_sources


class AssessConfig(AppConfig):
    name = "pithead.assess"
    label = "assess"
    verbose_name = "考核"

    def ready(self) -> None:
        from pithead.assess.home import findings_card, own_card, publicity_card, results_card, todos
        from pithead.assess.queries.standing import standards_under
        from pithead.assess.sealed import register_tables
        from pithead.rules.registry import standing

        navigation.register(NavEntry("考核", "打分", "assess:sheets", "score.enter", order=10))
        navigation.register(NavEntry("考核", "结果与排名", "assess:results_index", "result.view", order=20))
        navigation.register(NavEntry("考核", "公示", "assess:publicities", "result.view", order=22))
        navigation.register(NavEntry("考核", "申诉", "assess:appeals", "result.view", order=25))
        navigation.register(NavEntry("考核", "考核周期", "assess:cycles", "draft.view", order=30))
        navigation.register(NavEntry("考核", "打分公正性", "assess:fairness_index", "fairness.view", order=35))
        navigation.register(NavEntry("考核", "标准与细则", "assess:standards", "standard.view", order=40))
        todo_sources.register(todos)
        home_cards.register(publicity_card)
        home_cards.register(own_card)
        home_cards.register(results_card)
        home_cards.register(findings_card)
        register_tables()
        standing.register(standards_under)
