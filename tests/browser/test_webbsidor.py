"""The site in a real browser: what only it can tell. Needs what ``tests/browser/install.sh`` installs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from assets.report.diagram import rita
from assets.report.egna import Egna
from assets.report.innehall import bygg
from assets.report.webb import skriv
from tests.kartlaggning_tools import sample
from tests.webb_tools import BILD, FILER, litet, stort

pytestmark = pytest.mark.soak

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
PAGES = [
    *("index.html", "rapport.html", "tabeller.html", "jamfor.html", "utgavor.html", "granskning.html"),
    *("spar/insatser.html", "spar/utfall.html", "spar/u2-insatser.html"),
]
SMALL = [*PAGES[:6], "spar/insatser.html", "spar/utfall.html", "spar/u5-insatser.html"]
WIDE, PHONE, ZOOMED = (1280, 900), (375, 700), (320, 256)
"""The last is a window of 1280 by 1024 at 400 %."""


FOCUS = """(() => {
  const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
  const within = [box.left >= 0, box.top >= 0 && box.bottom <= innerHeight];
  return [style.outlineStyle, parseFloat(style.outlineWidth), ...within];
})()"""
"""How the focus is shown, and whether it is in sight."""
ARRIVED = """() => {
  const row = document.querySelector("tr:target");
  const top = row && row.checkVisibility() ? row.getBoundingClientRect().top : -1;
  return top >= 0 && top < innerHeight;
}"""


@dataclass
class Visit:
    """A page that is open, and what it tried to do that it should not."""

    page: Page
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    assert AXE.exists(), "axe-core is missing: run tests/browser/install.sh"
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: run tests/browser/install.sh"
    opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a kommun, with everything that a report has."""
    folder = tmp_path_factory.mktemp("rapport") / "webb"
    u = stort()
    report = bygg(u, Egna())
    skriv(report, u, {d.id: rita(d) for d in report.diagram}, folder, FILER)
    return folder


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one within secrecy, with a text of the kommun's own, corrected."""
    folder = tmp_path_factory.mktemp("sekretess") / "webb"
    report = sample(typ="sekretessbilaga")
    skriv(report, litet(), {d.id: BILD for d in report.diagram}, folder, FILER)
    return folder


def visit(browser: Browser, at: Path, size: tuple[int, int] = WIDE, anchor: str = "", **more: Any) -> Visit:
    """Open a page alone in a browser that has seen nothing; every fault and every request is noted."""
    context: BrowserContext = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    page = context.new_page()
    found = Visit(page)
    page.on("console", lambda m: found.wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: found.wrong.append(str(e)))
    page.on("request", lambda r: None if r.url.startswith("file:") else found.wrong.append(r.url))
    page.goto(at.as_uri() + anchor)
    return found


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, site: Path, name: str, size: tuple[int, int]) -> None:
    seen = visit(browser, site / name, size)
    assert _axe(seen.page) == []
    assert seen.wrong == []
    seen.page.context.close()


@pytest.mark.parametrize("name", SMALL)
def test_axe_finds_nothing_within_secrecy_either(browser: Browser, closed: Path, name: str) -> None:
    seen = visit(browser, closed / name)
    assert _axe(seen.page) == []
    assert seen.wrong == []
    seen.page.context.close()


def _axe(page: Page) -> list[tuple[str, str]]:
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("(tags) => axe.run({ runOnly: tags, resultTypes: ['violations'] })", RULES)
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]]


@pytest.mark.parametrize("name", PAGES)
def test_at_400_percent_text_is_read_without_scrolling_sideways(browser: Browser, site: Path, name: str) -> None:
    page = visit(browser, site / name, ZOOMED).page
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    beside = page.evaluate(
        "[...document.querySelectorAll('p, li, h1, h2, h3, dd, summary, caption')]"
        ".filter((e) => !e.closest('.tabell, .bild') && !e.classList.contains('hoppa')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.textContent.slice(0, 80))"
    )
    assert beside == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_printed_page_holds_its_tables_and_charts(browser: Browser, site: Path, name: str) -> None:
    page = visit(browser, site / name, (658, 900)).page  # A4 within its margins
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('table, svg')].filter((e) => e.checkVisibility()"
        " && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.textContent.slice(0, 80))"
    )
    assert cut == []
    assert not page.locator("header nav").is_visible() and page.locator("header .pahittad").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_without_script_everything_is_told(browser: Browser, site: Path, name: str) -> None:
    seen = visit(browser, site / name, java_script_enabled=False)
    page = seen.page
    tables = page.locator("main table")
    shut = page.locator("main details:not([open]) table").count()
    assert [t.is_visible() for t in tables.all()].count(True) == tables.count() - shut
    assert page.locator("#reglage").count() == 0 or not page.locator("#reglage").is_visible()
    assert page.locator("button:visible").count() == 0
    assert seen.wrong == []
    page.context.close()


def test_a_number_opens_its_explanation_and_marks_it(browser: Browser, site: Path) -> None:
    for name in ("rapport.html", "index.html", "tabeller.html", "jamfor.html"):
        page = visit(browser, site / name).page
        link = page.locator("main a.tal").nth(3)
        said = link.inner_text().removesuffix("procent").removesuffix("%").strip()
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(ARRIVED)
        assert said in page.locator("tr:target").inner_text(), name
        page.context.close()


def test_the_keyboard_reaches_the_content_first_and_always_shows_where_it_is(browser: Browser, site: Path) -> None:
    page = visit(browser, site / "tabeller.html").page
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Hoppa till innehållet" and skip.bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    for _ in range(30):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS)
        assert seen[0] != "none" and seen[1] >= 2 and seen[2:] == [True, True], page.evaluate(
            "document.activeElement.outerHTML.slice(0, 200)"
        )
    page.context.close()


def test_a_table_can_be_stepped_over(browser: Browser, site: Path) -> None:
    page = visit(browser, site / "tabeller.html").page
    page.locator("a.hoppa.inne").first.focus()
    assert page.locator("a.hoppa.inne").first.bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('table') === document.querySelector('main table')"
    assert page.evaluate(inside) is False
    page.context.close()


def _column(page: Page, at: int) -> list[str]:
    return page.locator("main table").first.locator(f"tbody tr > :nth-child({at})").all_inner_texts()


def _numbers(texts: list[str]) -> list[float]:
    shown = [t.split("\n")[0].replace("\u00a0", "").replace(" ", "") for t in texts]
    return [float(t) for t in shown if t.isdigit()]


def test_sorting_by_keyboard_reads_shown_numbers_and_leaves_the_protected_last(browser: Browser, site: Path) -> None:
    page = visit(browser, site / "tabeller.html").page
    table = page.locator("main table").first
    heads = table.locator("thead th").all_inner_texts()
    at = next(n for n, h in enumerate(heads, 1) if h.startswith(("Män", "Pojkar")))
    given = _column(page, at)
    names = _column(page, 1)
    hidden = [n for n, g in zip(zip(names, _column(page, 2), strict=True), given, strict=True) if "skyddad" in g]
    assert hidden and _numbers(given)
    button = table.locator("thead th").nth(at - 1).locator("button")
    for wanted in ("descending", "ascending"):
        button.focus()
        page.keyboard.press("Enter")
        assert table.locator("thead th").nth(at - 1).get_attribute("aria-sort") == wanted
        now = _column(page, at)
        parts = [
            n
            for n, row in enumerate(table.locator("tbody tr").all())
            if "total" not in (row.get_attribute("class") or "")
        ]
        numbers = _numbers([now[n] for n in parts])
        assert numbers == sorted(numbers, reverse=wanted == "descending")
        protected = ["skyddad" in now[n] for n in parts]
        assert protected == sorted(protected)  # all last
        order = list(zip(_column(page, 1), _column(page, 2), strict=True))
        assert [o for o in order if o in hidden] == hidden  # in the order they were given
    button.focus()
    page.keyboard.press("Space")
    assert table.locator("[aria-sort]").count() == 0 and _column(page, at) == given
    assert "utgiven" in page.locator("#f-svar").inner_text()
    page.context.close()


def test_filters_narrow_by_word_table_and_sex_and_say_how_much_is_left(browser: Browser, site: Path) -> None:
    page = visit(browser, site / "tabeller.html").page
    status = page.locator("#f-svar")
    everything = status.inner_text()
    page.get_by_label("Sök ord").fill("stödsamtal")
    page.wait_for_function("(t) => document.getElementById('f-svar').textContent !== t", arg=everything)
    rows = page.locator("main section.utgiven tbody tr:visible")
    assert 0 < rows.count() < 60
    page.get_by_label("Tabell", exact=True).select_option("t-insatser")
    assert page.locator("section.utgiven:visible").count() == 1
    assert all("Stödsamtal" in r for r in rows.all_inner_texts())
    page.get_by_label("Kön", exact=True).select_option("kvinnor")
    heads = page.locator("section.utgiven thead th:visible:not(.text)").all_inner_texts()
    assert heads and all(h.startswith("Kvinn") for h in heads)
    page.get_by_label("Sök ord").fill("finns inte alls")
    page.locator("#f-inget").wait_for(state="visible")
    page.get_by_role("button", name="Visa allt").click()
    assert status.inner_text() == everything and not page.locator("#f-inget").is_visible()
    assert page.evaluate("document.activeElement.id") == "f-text"
    page.context.close()


def test_wide_tables_scroll_by_keyboard_on_a_phone_and_are_no_stop_where_they_fit(browser: Browser, site: Path) -> None:
    assert visit(browser, site / "utgavor.html").page.locator(".tabell[tabindex]").count() == 0
    assert visit(browser, site / "granskning.html").page.locator(".tabell[tabindex]").count() == 0
    page = visit(browser, site / "tabeller.html", PHONE).page
    stops = page.locator(".tabell[tabindex='0']")
    assert stops.count() > 0
    stops.first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    page.context.close()
