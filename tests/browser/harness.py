"""Driving a browser and listening to it: what a page asked of other hosts, complained about, or shows unreadably."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OLD = [*QUIET, "--headless", "--disable-dev-shm-usage"]
SIZES = {"desk": {"width": 1440, "height": 1000}, "phone": {"width": 390, "height": 844}}


@dataclass
class Ear:
    """Hears everything a page does wrong. Tests that provoke an error clear `complaints` afterwards."""

    host: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def listen_to(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc != self.host:
            self.foreign.append(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")


def inaccessible(page: Page) -> list[str]:
    """Serious and critical findings of axe-core, which is served by the tests' own server."""
    page.add_script_tag(url="/static/axe/axe.min.js")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url}: {rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:3]
    ]


READABLE = """() => {
  const faults = [], root = document.documentElement, heading = document.querySelector("h1");
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
    faults.push("wider than the screen: " + root.scrollWidth + " > " + root.clientWidth + ", e.g. " +
      wide.slice(0, 3).map(e => e.tagName + "." + e.className).join(" "));
  }
  if (!heading) faults.push("no h1");
  else {
    const box = heading.getBoundingClientRect(), style = getComputedStyle(heading);
    if (box.width < 10 || box.height < 10 || style.visibility !== "visible") faults.push("the h1 is not visible");
    if (parseFloat(style.fontSize) <= parseFloat(getComputedStyle(document.body).fontSize) - 1) faults.push("the h1 is small");
  }
  const sheets = [...document.styleSheets];
  if (!sheets.length || sheets.some(s => !s.cssRules.length)) faults.push("a style sheet is empty or missing");
  if (getComputedStyle(document.body).fontFamily.toLowerCase().startsWith("times")) faults.push("no font was applied");
  return faults;
}"""


def unreadable(page: Page) -> list[str]:
    """What keeps a person from reading the page at this size."""
    return [f"{page.url}: {fault}" for fault in page.evaluate(READABLE)]


# Chromium 86 lacks what playwright asks before it touches an element; these do with the keyboard and the page's own words.
def old_type(page: Page, selector: str, text: str) -> None:
    page.eval_on_selector(selector, "field => { field.focus(); field.select && field.select(); }")
    page.keyboard.insert_text(text)


def old_choose(page: Page, selector: str, value: str) -> None:
    page.eval_on_selector(
        selector,
        "(field, value) => { field.value = value; field.dispatchEvent(new Event('change', {bubbles: true})); }",
        value,
    )


def old_press(page: Page, selector: str) -> None:
    """Press a button or link and wait for the page it leads to."""
    with page.expect_navigation():
        page.eval_on_selector(selector, "button => button.click()")
