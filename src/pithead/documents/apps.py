from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "pithead.documents"
    label = "documents"
    verbose_name = "文书"
