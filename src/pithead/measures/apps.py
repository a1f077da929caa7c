import datetime as dt

from django.apps import AppConfig

from pithead.ui.registry import NavEntry, navigation


class MeasuresConfig(AppConfig):
    name = "pithead.measures"
    label = "measures"
    verbose_name = "指标"

    def ready(self) -> None:
        from pithead.kernel.jobs import Job, register
        from pithead.measures import measures  # noqa: F401  defines them
        from pithead.measures.actions import close_all_due
        from pithead.measures.queries.given import first_day
        from pithead.measures.queries.uploads import TABLES
        from pithead.measures.registry import beginnings

        TABLES.register()
        beginnings.append(first_day)
        every = dt.timedelta(hours=6)
        register(Job("measures.close", "指标按月关账", every, lambda at: f"关账 {close_all_due(at=at)} 个月"))
        navigation.register(NavEntry("考核", "指标", "measures:index", "figure.view", order=44))
        navigation.register(NavEntry("考核", "指标数据", "measures:given", "figure.view", order=45))
        navigation.register(NavEntry("系统", "接口密钥", "measures:keys", "key.manage", order=40))
