from django.apps import AppConfig

from pithead.ui.registry import NavEntry, navigation


class DocumentsConfig(AppConfig):
    name = "pithead.documents"
    label = "documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from pithead.assess.registry import downloads
        from pithead.documents.links import downloads_of

        navigation.register(NavEntry("组织", "文书与报表", "documents:index", "result.view", order=60))
        downloads.register(downloads_of)
