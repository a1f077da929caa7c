from django.apps import AppConfig

from pithead.ui.registry import NavEntry, SearchSource, navigation, search_sources


class DocumentsConfig(AppConfig):
    name = "pithead.documents"
    label = "documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from pithead.assess.registry import downloads
        from pithead.documents.lengths import lengths
        from pithead.documents.links import downloads_of
        from pithead.documents.searching import papers
        from pithead.practices.registry import checks

        navigation.register(NavEntry("组织", "文书与报表", "documents:index", "result.view", order=60))
        downloads.register(downloads_of)
        checks.register(lengths)
        search_sources.register(SearchSource("文书", "通报、结果表，最近一年的", papers, "result.view", order=82))
