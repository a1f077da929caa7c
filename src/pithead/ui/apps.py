from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "pithead.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from pithead.ui.forms import speak_plainly

        speak_plainly()
