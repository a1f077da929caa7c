import datetime as dt

from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "pithead.issues"
    label = "issues"
    verbose_name = "闭环"

    def ready(self) -> None:
        from pithead.issues.actions import forget_expired, tick
        from pithead.kernel.jobs import Job, register

        register(Job("issues.climb", "超期升级", dt.timedelta(minutes=5), lambda at: f"升级 {tick(at=at)} 次"))
        register(Job("issues.forget", "到期清除", dt.timedelta(days=1), lambda at: f"清除 {forget_expired(at=at)} 件"))
