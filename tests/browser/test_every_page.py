"""Every page, as somebody who may read it: nothing from other hosts, no error, accessible, readable at every size."""

import pytest

from tests.browser.harness import inaccessible, unreadable
from tests.sample import Sample
from tests.site import Page, addresses, pages

THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def readers() -> dict[str, str]:
    """Who reads which page: the same whenever the sample is made, and many requests to find out."""
    return {}


@pytest.fixture
def every_page(sample: Sample, readers: dict[str, str]) -> list[Page]:
    if not readers:
        readers |= {page.name: page.member for page in pages(sample)}
    assert len(readers) >= 10, "the walk found too few pages to mean anything"
    return [Page(one.name, one.path(sample), readers[one.name]) for one in addresses() if one.name in readers]


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_at_a_desk_is_accessible_and_readable(desk, every_page: list[Page], theme: str) -> None:
    visit(desk, every_page, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_on_a_phone_is_accessible_and_readable(phone, every_page: list[Page], theme: str) -> None:
    visit(phone, every_page, theme)


def test_every_page_on_a_phone_is_readable_in_chromium_86(old_phone, every_page: list[Page]) -> None:
    visit(old_phone, every_page, "light", accessible=False)


def test_every_page_at_a_desk_is_readable_in_chromium_86(old_desk, every_page: list[Page]) -> None:
    visit(old_desk, every_page, "light", accessible=False)


def test_every_page_is_readable_without_script(phone, every_page: list[Page]) -> None:
    tabs = {}
    for page in every_page:
        tab = tabs[page.member] = tabs.get(page.member) or phone(page.member, script=False)
        assert tab.goto(page.path).status == 200
        assert tab.locator("h1").first.is_visible(), page.path


def visit(opener, every_page: list[Page], theme: str, accessible: bool = True) -> None:
    faults, tabs = [], {}
    for page in every_page:
        if page.member not in tabs:
            tabs[page.member] = opener(page.member, theme=theme)
        tab = tabs[page.member]
        response = tab.goto(page.path)
        assert response.status == 200, f"{page.path}: {response.status}"
        faults += unreadable(tab)
        if accessible:
            faults += inaccessible(tab)
    assert not faults, "\n".join(faults)
