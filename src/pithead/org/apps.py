from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "pithead.org"
    label = "org"
    verbose_name = "组织"
