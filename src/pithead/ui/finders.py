"""Files out of node_modules, by allow-list: whole packages would drag tens of megabytes into the static files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NPM_FILES = {
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
}


class NpmStorage(FileSystemStorage):
    """Serves a listed file under our name for it."""

    def path(self, name: str) -> str:
        return super().path(NPM_FILES[name])


class NpmFinder(BaseFinder):
    """Nothing is listed before `npm ci` ran: pages work without these files."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self.root = Path(settings.NPM_ROOT)
        self.storage = NpmStorage(location=str(self.root))

    def check(self, **_kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        found = [str(self.root / NPM_FILES[path])] if path in NPM_FILES and self._is_there(path) else []
        return found if find_all else (found[0] if found else [])

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, NpmStorage]]:
        return ((name, self.storage) for name in NPM_FILES if self._is_there(name))

    def _is_there(self, name: str) -> bool:
        return (self.root / NPM_FILES[name]).is_file()
