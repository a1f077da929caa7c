from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "pithead.kernel"
    label = "kernel"
    verbose_name = "底座"
