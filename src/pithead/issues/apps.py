import datetime as dt

from django.apps import AppConfig

from pithead.ui.registry import NavEntry, SearchSource, home_cards, navigation, search_sources, todo_sources


class IssuesConfig(AppConfig):
    name = "pithead.issues"
    label = "issues"
    verbose_name = "闭环"

    def ready(self) -> None:
        import pithead.issues.measures  # noqa: F401  what it defines is registered
        from pithead.issues.actions import forget_expired, tick
        from pithead.issues.home import barred_card, todos
        from pithead.issues.queries.barred import are_people_marked
        from pithead.issues.queries.counted import first_day
        from pithead.issues.queries.ledgers import LEDGERS
        from pithead.issues.searching import matters
        from pithead.kernel import vault
        from pithead.kernel.jobs import Job, register
        from pithead.measures.registry import beginnings

        beginnings.append(first_day)
        vault.keeps_marks(are_people_marked)
        LEDGERS.register()
        register(Job("issues.climb", "超期升级", dt.timedelta(minutes=5), lambda at: f"升级 {tick(at=at)} 次"))
        register(Job("issues.forget", "到期清除", dt.timedelta(days=1), lambda at: f"清除 {forget_expired(at=at)} 件"))
        navigation.register(NavEntry("日常", "上报", "issues:new", "issue.raise", order=20, on_phone="plus"))
        navigation.register(NavEntry("日常", "我的事", "issues:own", "issue.raise", order=30, on_phone="todo"))
        navigation.register(NavEntry("日常", "问题台账", "issues:board", "issue.raise", order=40))
        navigation.register(NavEntry("日常", "隐患公示", "issues:bulletin", "issue.raise", order=50))
        navigation.register(NavEntry("系统", "期限和岗位", "issues:settings", "issue.settings", order=15))
        todo_sources.register(todos)
        home_cards.register(barred_card)
        by = "内容、地点里的字，编号的前 8 位；可以加上类别和单位。帮扶、矛盾这些保密的只能按编号"
        search_sources.register(SearchSource("问题", by, matters, "issue.raise", order=30))
