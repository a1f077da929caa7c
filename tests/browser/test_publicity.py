"""The notice of a month as it goes on the wall: printed whole, without the site around it, with a place for the seal."""

from playwright.sync_api import expect

from tests.sample import Sample


def test_the_notice_prints_whole_and_without_the_site(desk, sample: Sample) -> None:
    page = desk("worker", script=False)
    page.goto(f"/publicity/small/{sample.published.period}/")
    expect(page.locator(".seal")).to_be_hidden()
    page.emulate_media(media="print")
    for around in (".side", ".top", ".tabs"):
        expect(page.locator(f".shell > {around}")).to_be_hidden()
    expect(page.locator(".sheet-of-results").first).to_have_css("display", "block")  # a grid runs into what follows it
    for unit in ("综采一队", "煤一队", "通风队"):
        expect(page.get_by_role("cell", name=unit).first).to_be_visible()
    expect(page.get_by_text("由“优秀”调整为“良好”")).to_be_visible()
    expect(page.get_by_text("党委工作部 8101")).to_be_visible()
    expect(page.locator(".seal")).to_contain_text("青石峪煤矿（盖章）")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
