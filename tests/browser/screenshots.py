"""Pictures of every page for people to look at: both sizes, both themes. Run by `bin/screenshots FOLDER`, not by the tests."""

import os
from pathlib import Path

from tests.sample import Sample
from tests.site import pages


def test_take_them(desk, phone, sample: Sample) -> None:
    folder = Path(os.environ["PITHEAD_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages(sample):
        for size, opener in (("desk", desk), ("phone", phone)):
            for theme in ("light", "dark"):
                tab = opener(page.member, theme=theme)
                tab.goto(page.path)
                tab.screenshot(
                    path=folder / f"{page.name.replace(':', '-')}-{size}-{theme}.png", full_page=size == "phone"
                )
                tab.context.close()
