import datetime as dt

from django.apps import AppConfig

from pithead.ui.registry import NavEntry, SearchSource, navigation, search_sources, todo_sources


class PracticesConfig(AppConfig):
    name = "pithead.practices"
    label = "practices"
    verbose_name = "履责"

    def ready(self) -> None:
        import pithead.practices.measures  # noqa: F401  what it defines is registered
        from pithead.issues.registry import remarks
        from pithead.kernel.jobs import Job, register
        from pithead.measures.registry import beginnings, readers
        from pithead.practices.actions import forget
        from pithead.practices.home import todos
        from pithead.practices.queries import self_check, use
        from pithead.practices.queries.counting import first_day
        from pithead.practices.queries.doubts import doubts_about
        from pithead.practices.queries.imports import SHEETS
        from pithead.practices.queries.readings import methods_judged
        from pithead.practices.queries.standing import practices_under
        from pithead.practices.searching import methods, practices, records
        from pithead.rules.registry import standing

        SHEETS.register()
        beginnings.append(first_day)
        use.register()
        self_check.register()
        text, day = "受限记录到期清除", dt.timedelta(days=1)
        register(Job("practices.forget", text, day, lambda at: f"清除 {forget(at=at)} 份"))
        navigation.register(NavEntry("日常", "履责", "practices:own", "record.make", order=10, on_phone="duty"))
        navigation.register(NavEntry("日常", "履责看板", "practices:board", "duty.view", order=35))
        navigation.register(NavEntry("日常", "工作法", "practices:library", "practice.view", order=60))
        todo_sources.register(todos)
        standing.register(practices_under)
        readers.append(methods_judged)
        remarks.register(doubts_about)
        search_sources.register(SearchSource("工作法", "名称、简介里的字", methods, "practice.view", order=50))
        search_sources.register(SearchSource("履责要求", "名称，或所属工作法", practices, "practice.view", order=52))
        by = "项目、地点、编号，可以加上单位；写了什么不查，受限和私密的不查"
        search_sources.register(SearchSource("履责记录", by, records, "record.make", order=40))
