from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "pithead.web"
    label = "web"
    verbose_name = "桌面"

    def ready(self) -> None:
        from pithead.measures.registry import readers
        from pithead.org.access import Capability
        from pithead.ui.registry import NavEntry, navigation
        from pithead.web.cockpit.cards import cards_reading

        readers.append(cards_reading)

        navigation.register(NavEntry("日常", "工作台", "web:home", order=0, on_phone="home"))
        navigation.register(NavEntry("日常", "总览", "web:cockpit", Capability.FIGURE_VIEW, order=5))
        navigation.register(NavEntry("系统", "账号", "web:accounts", Capability.ACCOUNT_ACTIVATE, order=10))
        navigation.register(NavEntry("系统", "操作日志", "web:audit", Capability.AUDIT_VIEW, order=20))
        navigation.register(NavEntry("系统", "核对封存", "web:seal", Capability.AUDIT_VIEW, order=30))
