"""What may be asked about matters."""

from pithead.issues.queries.posts import people_at
from pithead.issues.queries.relations import relations_of, standing
from pithead.issues.queries.settings import Level, Setting, content_of, moment_after, read_setting, setting_of

__all__ = [
    "Level",
    "Setting",
    "content_of",
    "moment_after",
    "people_at",
    "read_setting",
    "relations_of",
    "setting_of",
    "standing",
]
