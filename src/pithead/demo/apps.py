from typing import Any

from django.apps import AppConfig

from pithead.cli import registry


class DemoConfig(AppConfig):
    name = "pithead.demo"
    label = "demo"
    verbose_name = "演示矿"

    def ready(self) -> None:
        registry.demo_loaders.register(_load)


def _load(**wishes: Any) -> Any:
    """The loader brings half the product with it: imported when somebody wants a demo."""
    from pithead.demo.load import load

    return load(**wishes)
