from django.apps import AppConfig

from pithead.ui.registry import NavEntry, SearchSource, navigation, search_sources, todo_sources


class OrgConfig(AppConfig):
    name = "pithead.org"
    label = "org"
    verbose_name = "组织"

    def ready(self) -> None:
        from pithead.org.home import todos
        from pithead.org.queries.rosters import ROSTERS
        from pithead.org.searching import people, units

        ROSTERS.register()
        navigation.register(NavEntry("组织", "区队与班组", "org:units", "unit.view", order=10))
        own = ("我的资料", "org:person")
        navigation.register(NavEntry("组织", "人员", "org:people", "person.view", order=20, alone=own))
        navigation.register(NavEntry("组织", "导入花名册", "org:roster_import", "roster.import", order=30))
        navigation.register(NavEntry("组织", "工作日历", "org:calendar", "unit.view", order=40))
        navigation.register(NavEntry("组织", "班制", "org:shifts", "unit.view", order=50))
        navigation.register(NavEntry("组织", "地点", "org:places", "unit.view", order=60))
        todo_sources.register(todos)
        by = "名称、简称、编号，或拼音首字母、全拼"
        search_sources.register(SearchSource("单位", by, units, "unit.view", order=10))
        by = "姓名、工号，或拼音首字母、全拼；重名的加上单位"
        search_sources.register(SearchSource("人员", by, people, "person.view", order=20))
