from django.apps import AppConfig

from pithead.ui.registry import NavEntry, navigation, todo_sources


class PracticesConfig(AppConfig):
    name = "pithead.practices"
    label = "practices"
    verbose_name = "履责"

    def ready(self) -> None:
        from pithead.practices.home import todos

        navigation.register(NavEntry("日常", "履责", "practices:own", "record.make", order=10, on_phone="duty"))
        navigation.register(NavEntry("日常", "履责看板", "practices:board", "duty.view", order=35))
        navigation.register(NavEntry("日常", "工作法", "practices:library", "practice.view", order=60))
        todo_sources.register(todos)
