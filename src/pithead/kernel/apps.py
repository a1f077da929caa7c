import datetime as dt

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "pithead.kernel"
    label = "kernel"
    verbose_name = "底座"

    def ready(self) -> None:
        from pithead.kernel import files
        from pithead.kernel.jobs import Job, register

        register(Job("kernel.sweep", "清理文件", dt.timedelta(days=1), lambda at: f"清理 {files.sweep(at)} 个"))
