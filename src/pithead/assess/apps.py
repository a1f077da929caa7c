import datetime as dt

from django.apps import AppConfig

from pithead.ui.registry import NavEntry, SearchSource, home_cards, navigation, search_sources, todo_sources


class AssessConfig(AppConfig):
    name = "pithead.assess"
    label = "assess"
    verbose_name = "考核"

    def ready(self) -> None:
        from pithead.assess.actions import count_open
        from pithead.assess.home import findings_card, own_card, publicity_card, results_card, todos
        from pithead.assess.queries import relief
        from pithead.assess.queries.readings import clauses_reading
        from pithead.assess.queries.standing import standards_under
        from pithead.assess.sealed import register_tables
        from pithead.assess.searching import items, results, standards
        from pithead.kernel.jobs import Job, register
        from pithead.measures.registry import readers
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
        standing.register(standards_under)
        readers.append(clauses_reading)
        relief.register()
        register_tables()
        register(Job("assess.count", "系统算分", dt.timedelta(hours=1), lambda at: f"{count_open(at=at)} 个月有变化"))
        search_sources.register(SearchSource("考核标准", "名称、编号", standards, "standard.view", order=70))
        search_sources.register(SearchSource("考核项目", "编号、名称，细则里的字", items, "standard.view", order=72))
        by = "考核的名称，如“六好区队 6月”"
        search_sources.register(SearchSource("考核结果", by, results, "result.view", order=80))
