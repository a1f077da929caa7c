from django.apps import AppConfig

from pithead.ui.registry import NavEntry, navigation


class MeasuresConfig(AppConfig):
    name = "pithead.measures"
    label = "measures"
    verbose_name = "指标"

    def ready(self) -> None:
        from pithead.measures import measures  # noqa: F401  defines them
        from pithead.measures.queries.uploads import TABLES

        TABLES.register()
        navigation.register(NavEntry("考核", "指标数据", "measures:given", "figure.view", order=45))
        navigation.register(NavEntry("系统", "接口密钥", "measures:keys", "key.manage", order=40))
