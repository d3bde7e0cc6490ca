"""The site of a report: every page alone and all together, whatever stands in it."""

import base64
import hashlib
import itertools
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from lxml import html

from assets.report.egen_text import tolka
from assets.report.modell import Avsnitt, Diagram, Fritext, Stycke, Tal, Text, TextBlock
from assets.report.webb import skriv
from assets.report.webb.fritext import trad
from assets.report.webb.sajt import nyckeltal
from assets.report.webb.sidor import bild
from assets.report.webb.svg import inbaddad
from tests.kartlaggning_tools import TABELL, sample
from tests.webb_tools import FILER, edition, insatser, litet, skrivet, tomt
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import KvinnofridError
from warehouse.released import Ref

Site = dict[str, html.HtmlElement]
PAGES = {"index", "rapport", "tabeller", "jamfor", "utgavor", "granskning"}
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' {{ 7*7 }} & åäö"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return skrivet(sample(), litet(), tmp_path_factory.mktemp("webb"))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def check(site: Site) -> None:
    """What holds for every site: structure, names, and that every way leads somewhere."""
    ids = {name: [e.get("id") for e in page.iter() if e.get("id")] for name, page in site.items()}
    for name, page in site.items():
        assert page.get("lang") == "sv", name
        assert len(page.findall(".//h1")) == 1 and words(page.find(".//title")), name
        assert len(set(ids[name])) == len(ids[name]), name
        levels = [int(e.tag[1]) for e in page.iter() if isinstance(e.tag, str) and re.fullmatch("h[1-6]", e.tag)]
        assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), (name, levels)
        assert len(page.xpath("//main")) == len(page.xpath("//header")) == len(page.xpath("//footer")) == 1, name
        assert page.xpath("//body/a[1]/@href") == ["#innehall"], name
        for table in page.iter("table"):
            assert words(table.find("caption")), name
            assert all(th.get("scope") for th in table.iter("th")), name
            assert all(row.find("th") is not None for row in table.iter("tr")), name
        for at in page.xpath("//@aria-labelledby | //@for"):
            assert at in ids[name], (name, at)
        assert not page.xpath("//@*[starts-with(name(), 'data-') or starts-with(name(), 'on') or name() = 'style']")
        assert not page.xpath("//link | //iframe | //object | //form | //script[@src]"), name
        for address in page.xpath("//a/@href"):
            leads(name, address, ids)


def leads(page: str, address: str, ids: dict[str, list[str]]) -> None:
    if address.startswith(("https://", "mailto:")):
        return
    file, _, anchor = address.partition("#")
    parts: list[str] = []
    for part in (PurePosixPath(page).parent / file).parts if file else PurePosixPath(page).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    there = "/".join(parts)
    if there.startswith("../"):
        assert there[3:].startswith(tuple(FILER.values())), (page, address)
        return
    assert there in ids, (page, address)
    assert not anchor or anchor in ids[there], (page, address)


def test_every_page_holds_together_and_every_way_leads_somewhere(site: Site) -> None:
    assert {f"{p}.html" for p in PAGES} | {"spar/insatser.html", "spar/utfall.html"} <= site.keys()
    check(site)


def test_nothing_but_its_own_style_and_script_may_run(site: Site) -> None:
    for name, page in site.items():
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy and "http" not in policy, name
        for element, rule in ((page.find(".//style"), "style-src"), (page.find(".//script"), "script-src")):
            digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
            assert f"{rule} 'sha256-{digest}'" in policy, name
            assert "url(" not in element.text and "@import" not in element.text and "fetch" not in element.text, name


def test_every_number_leads_to_a_row_that_says_the_same(site: Site) -> None:
    told = 0
    for name, page in site.items():
        for link in page.xpath("//a[@class='tal']"):
            file, _, anchor = link.get("href").partition("#")
            there = site[file.removeprefix("../") or name]
            (row,) = there.xpath(f"//tr[@id='{anchor}']")
            shown = (
                words(row[-2] if "spar/" in file or name.startswith("spar/") else row[-1])
                .split(" täljare")[0]
                .removesuffix(" %")
            )
            assert words(link).removesuffix(" %").split(",")[0] in {shown, shown.split(",")[0]}, (name, anchor)
            told += 1
    assert told > 40


def test_the_report_alone_explains_its_numbers(site: Site) -> None:
    page = site["rapport.html"]
    assert {a.partition("#")[0] for a in page.xpath("//a[@class='tal']/@href")} == {""}
    row = words(page.xpath("//tr[@id='U7-insatser-3']")[0])
    assert row == "U7-insatser-3 Beviljade insatser, Skyddat boende. Kvinnor och flickor, 2025. 20"
    share = words(site["spar/utfall.html"].xpath("//tr[@id='c3']")[0])
    assert "75,0 %" in share and "täljare 30, nämnare 40" in share and "nedre gräns" in share


def test_a_trace_says_where_the_number_comes_from(site: Site) -> None:
    said = words(site["spar/insatser.html"].find(".//main"))
    for fact in (
        "SN 2026/17", "Beslutade under året", "insats_2025.csv", "ab" * 32, "visas inom sekretess",
        "kvinnofrid trace U7-insatser-0", "Bo Delegat", "uppgivet, inte styrkt", "Godkänd", "0.1.0+abc",
        "2026-03-02 kl. 10.30", "standard 1",
    ):  # fmt: skip
        assert fact.casefold() in said.casefold(), fact
    assert "Leveranser, kontroller och beslut finns" in words(site["spar/u5-insatser.html"])


def test_a_trace_gives_the_words_that_bring_the_number_into_own_text(site: Site) -> None:
    u, read = litet(), 0
    for name in ("spar/insatser.html", "spar/utfall.html"):
        for row in site[name].xpath("//table[contains(@class, 'spar')]/tbody/tr"):
            (said,) = row.xpath(".//code[@class='skriv']/text()")
            found = tolka(f"Det var {said}.", u)
            assert not found.fel, said
            numbers = [d for run in found.block[0].delar for d in run.delar if isinstance(d, Tal)]
            assert [f"c{n.ref.ordning}" for n in numbers] in ([], [row.get("id")]), said
            read += len(numbers)
    assert read > 3


def test_girls_and_boys_are_called_so(tmp_path: Path) -> None:
    u = litet()
    rows = [{**r, "roll": "barn"} for r in insatser()]
    page = skrivet(
        replace(sample(), avsnitt=()), replace(u, utgiven=replace(u.utgiven, rader={"insatser": rows})), tmp_path
    )
    told = {words(td) for td in page["spar/insatser.html"].xpath("//table[contains(@class, 'spar')]/tbody/tr/td")}
    assert {"Flickor", "Pojkar"} <= told
    assert not {"Kvinnor och flickor", "Män och pojkar"} & told


def test_key_figures_of_outcomes_say_what_they_are_of() -> None:
    def cell(at: int, matt: str, varde: float, **codes: str) -> dict[str, Any]:
        shown = {"period": "2025", "kon": "kvinna", "fran": None, "till": None, "status": "visas"}
        return {"ordning": at, "matt": matt, "varde": varde, **shown, **codes}

    asked = {"utfallsmatt": "trygghet"}
    goal = {"roll": "valdsutsatt_vuxen", "mal_utfall": "totalt", "mal_bedomt_av": "totalt"}
    rows = {
        "utfall": [
            cell(0, "andel_forbattrade", 0.786, **asked), cell(1, "antal_forbattrade", 191.0, **asked),
            cell(2, "antal_par", 243.0, **asked), cell(3, "andel_par", 0.2896, **asked),
        ],
        "maluppfyllelse": [
            cell(0, "andel_mal_natt", 0.849, **goal), cell(1, "antal_mal_bedomda", 430.0, **goal),
            cell(2, "antal_mal", 144.0, **goal | {"mal_utfall": "helt"}),
            cell(3, "antal_mal", 221.0, **goal | {"mal_utfall": "delvis"}),
        ],
    }  # fmt: skip
    u = litet()

    def said(rows: dict[str, list[dict[str, Any]]]) -> list[str]:
        made = nyckeltal(replace(u, utgiven=replace(u.utgiven, rader=rows)))
        return ["".join(d if isinstance(d, str) else d.text for d in base) for _, cells in made for _, _, base in cells]

    assert said(rows) == [
        "191 av 243 svar; svar före och efter finns i 29,0 % av de avslutade ärendena",
        "144 helt, 221 delvis av 430 bedömda",
    ]  # fmt: skip
    for hidden in (rows["utfall"][1], rows["utfall"][3], rows["maluppfyllelse"][3]):
        hidden |= {"varde": None, "status": "skyddas"}
    assert said(rows) == ["243 svar", "430 bedömda"]


def test_key_figures_show_what_can_be_shown_in_words_of_those_counted() -> None:
    def cells(at: int, matt: str, *told: tuple[str, float | None], **codes: str) -> list[dict[str, Any]]:
        return [
            {
                "ordning": at + n, "period": "2025", "kon": kon, "matt": matt, "varde": varde, "fran": None,
                "till": None, "status": "visas" if varde is not None else "skyddas", **codes,
            }
            for n, (kon, varde) in enumerate(told)
        ]  # fmt: skip

    adults = {"roll": "valdsutsatt_vuxen", "aldersgrupp": TOTAL, "verksamhetsomrade": TOTAL, "vag": TOTAL}
    rows = {
        "arenden": cells(0, "antal_personer", ("kvinna", 90.0), ("man", None), (TOTAL, None), utfall=TOTAL, **adults),
        "barn": cells(0, "antal_barn_eget_arende", ("kvinna", 9.0), ("man", 8.0), (TOTAL, 17.0)),
        "insatser": cells(0, "antal_insatser", ("kvinna", 70.0), ("man", 30.0), (TOTAL, None), insatstyp=TOTAL),
        "utfall": cells(0, "andel_forbattrade", ("kvinna", None), (TOTAL, None), utfallsmatt="trygghet"),
    }
    u = litet()
    made = nyckeltal(replace(u, utgiven=replace(u.utgiven, rader=rows)))
    assert [[word for word, _, _ in shown] for _, shown in made] == [
        ["Kvinnor"], ["Flickor", "Pojkar", "Totalt"], ["Kvinnor, flickor", "Män, pojkar"],
    ]  # fmt: skip
    assert all(cell.status == "visas" for _, shown in made for _, cell, _ in shown)


def test_the_contents_are_folded_and_a_wide_table_says_so(site: Site) -> None:
    (contents,) = site["rapport.html"].xpath("//nav[@class='innehallsforteckning']/details")
    assert words(contents.find("summary")) == "Innehåll" and contents.get("open") is None
    style = site["rapport.html"].findtext(".//style") or ""
    assert "Svep i sidled" in style and "animation-timeline: scroll(nearest inline)" in style


def test_the_pages_of_the_data_checks_are_told_of_in_words(site: Site) -> None:
    page = site["granskning.html"]
    assert "reports/granskning/index.html" in words(page.find(".//main"))
    assert not [a for a in page.xpath("//a/@href") if a.startswith("../..")]


def test_a_protected_cell_is_its_symbol_and_nothing_more(site: Site) -> None:
    for page in (site["tabeller.html"], site["rapport.html"]):
        row = page.xpath(f"//table[@id='{TABELL.id}']/tbody/tr[1]")[0]
        assert [words(td) for td in row.findall("td")] == ["1 234", "▪skyddad uppgift", "▪skyddad uppgift"]
        cells = [html.tostring(td, encoding="unicode").strip() for td in row.findall("td")[1:]]
        assert set(cells) == {'<td><span aria-hidden="true">▪</span><span class="uttalas">skyddad uppgift</span></td>'}
    (beside,) = (t for t in site["jamfor.html"].iter("table") if t.get("id") == "insatser-antal-insatser")
    first = [words(td) for td in beside.find("tbody")[0].findall("td")]
    assert first == ["987", "1 234", *["▪skyddad uppgift"] * 4]


def test_what_changed_is_two_printed_cells(site: Site) -> None:
    rows = [[words(c) for c in r] for r in site["jamfor.html"].xpath("//table[@id='andrat-insatser']/tbody/tr")]
    assert rows == [
        ["Beviljade insatser, Stödsamtal", "Kvinnor och flickor", "1 200", "1 234"],
        ["Beviljade insatser", "Kvinnor och flickor", "1 220", "1 254"],
    ]


def test_a_cell_that_became_protected_is_told_without_its_number(tmp_path: Path) -> None:
    u = litet()
    rows = insatser()
    rows[3] |= {"varde": None, "status": "skyddas"}
    rows.pop(4)
    u = replace(u, utgiven=replace(u.utgiven, rader={"insatser": rows}))
    report = replace(sample(), avsnitt=())
    page = skrivet(report, u, tmp_path)["jamfor.html"]
    told = {words(r[0]): [words(c) for c in r[1:]] for r in page.xpath("//table[@id='andrat-insatser']/tbody/tr")}
    women = ["Kvinnor och flickor", "20", "▪skyddad uppgift"]
    assert ["Män och pojkar", "10–19", ""] in told.values() or women in told.values()


def test_the_same_edition_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        skrivet(sample(), litet(), tmp_path / name)
    for path in (tmp_path / "a").rglob("*.html"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_an_edition_that_shows_nothing_still_makes_a_site(tmp_path: Path) -> None:
    site = skrivet(*tomt(), tmp_path)
    check(site)
    assert "Utgåvan har inga tabeller" in words(site["tabeller.html"])
    assert words(site["jamfor.html"]).count("inget att jämföra med") == 2
    assert "Inga leveranser" in words(site["granskning.html"])


def test_secrecy_and_invention_are_said_on_every_page(tmp_path: Path) -> None:
    for name, page in skrivet(sample(typ="sekretessbilaga"), litet(), tmp_path).items():
        (banner,) = page.xpath("//header/p[contains(@class, 'sekretess')]")
        assert "Inom sekretess" in words(banner) and words(page.find(".//title")).startswith("INOM SEKRETESS"), name
        assert "PÅHITTADE UPPGIFTER" in words(page.find(".//header")), name
        assert "INOM SEKRETESS" in page.find(".//style").text, name
    for name, page in skrivet(sample(pahittad=False), litet(), tmp_path / "oppen").items():
        said = words(page.find(".//header")) + page.find(".//style").text + words(page.find(".//title"))
        assert "PÅHITTADE" not in said and "SEKRETESS" not in said, name


def test_an_edition_that_no_longer_holds_says_so_first_on_every_page(tmp_path: Path) -> None:
    gone = edition(tillstand="atertagen", orsak="Fel i <leveransen>", atertagen=edition().expedierad)
    u = litet()
    u = replace(u, utgiven=replace(u.utgiven, edition=gone), alla=(gone,))
    report = replace(sample(), framsida=replace(sample().framsida, laege="återtagen 2026-03-02: Fel i <leveransen>"))
    site = skrivet(report, u, tmp_path)
    for name, page in site.items():
        assert "gäller inte längre: återtagen 2026-03-02: Fel i <leveransen>" in words(page.find(".//header")), name
        assert "Ingen utgåva gäller nu." in words(page.find(".//header")), name
    assert "Orsak: Fel i <leveransen>" in words(site["utgavor.html"])
    newer = skrivet(report, replace(u, alla=(gone, edition(9))), tmp_path / "ny")
    assert "Se vilken som gäller." in words(newer["index.html"].find(".//header"))


def hostile(thing: Any) -> Any:
    """Every text of the report that somebody may have written, made hostile. What the program chooses is left."""
    if isinstance(thing, str):
        return thing + HOSTILE
    if isinstance(thing, tuple):
        return tuple(hostile(t) for t in thing)
    if isinstance(thing, dict):
        return {
            k: hostile(v) if k not in ("tabell", "till_tabell", "kontroll", "sha256") else v for k, v in thing.items()
        }
    if is_dataclass(thing) and not isinstance(thing, (Ref, type)):
        kept = {"id", "slag", "tabell", "form", "status", "typ", "logotyp", "lank", "forklaringar"}
        return replace(thing, **{f.name: hostile(getattr(thing, f.name)) for f in fields(thing) if f.name not in kept})
    return thing


def test_hostile_texts_are_shown_and_never_run(tmp_path: Path) -> None:
    bad = ("javascript:alert(1)", "data:text/html,x", "http://example.se", "//example.se", " https://x", "")
    links = TextBlock("stycke", tuple(Text(("länk",), lank=f"{b}") for b in bad))
    report = sample()
    own = Avsnitt("egen", "Eget", 1, (Fritext("x.md", (links,)),))
    report = hostile(replace(report, avsnitt=(*report.avsnitt, own)))
    u = litet(report)
    u = replace(
        u, utgiven=replace(u.utgiven, edition=edition(dnr=HOSTILE, text=HOSTILE), noter={"insatser": [HOSTILE]})
    )
    site = skrivet(report, replace(u, alla=(edition(dnr=HOSTILE, text=HOSTILE),)), tmp_path)
    check(site)
    for name, page in site.items():
        assert len(page.findall(".//script")) == 1 and not page.xpath("//img"), name
        assert {a.partition(":")[0] for a in page.xpath("//a/@href") if ":" in a} <= {"https", "mailto"}, name
    assert HOSTILE in words(site["rapport.html"].find(".//h1"))
    assert not site["rapport.html"].xpath("//a[text()='länk']")


def test_links_of_the_kommun_tell_nobody_who_came(site: Site) -> None:
    links = site["rapport.html"].xpath("//a[starts-with(@href, 'https:')]")
    assert [(a.get("href"), a.get("rel")) for a in links] == [("https://example.se/plan", "noopener noreferrer")]


def test_a_number_that_is_no_cell_of_the_edition_is_not_printed(tmp_path: Path) -> None:
    made_up = Stycke(("Hela ", Tal("12", Ref(7, "insatser", 999)), "."))
    report = replace(sample(), avsnitt=(Avsnitt("a", "A", 1, (made_up,)),))
    with pytest.raises(LookupError, match="U7-insatser-999"):
        skriv(report, litet(), {}, tmp_path / "webb", {})
    assert not (tmp_path / "webb").exists()


def test_a_table_whose_name_leads_elsewhere_is_not_written(tmp_path: Path) -> None:
    u = litet()
    u = replace(u, utgiven=replace(u.utgiven, rader={**u.utgiven.rader, "../../ut": insatser()}))
    with pytest.raises(KvinnofridError, match="filnamn"):
        skriv(sample(), u, {}, tmp_path / "webb", {})
    assert not list(tmp_path.iterdir())


def test_a_table_that_stands_twice_has_an_anchor_each(tmp_path: Path) -> None:
    report = sample()
    report = replace(report, avsnitt=(*report.avsnitt, Avsnitt("igen", "Igen", 1, (TABELL,), "tabeller")))
    check(skrivet(report, litet(), tmp_path))


def test_forms_that_are_not_written_are_not_offered(tmp_path: Path) -> None:
    skriv(sample(), litet(), {}, tmp_path, {"PDF": "../rapport.pdf"})
    page = html.fromstring((tmp_path / "index.html").read_bytes())
    assert page.xpath("//p[@class='knappar']/a/@href") == ["rapport.html", "../rapport.pdf"]
    assert "CSV" not in words(html.fromstring((tmp_path / "tabeller.html").read_bytes()).find(".//main"))


def test_own_text_becomes_lists_within_lists_and_headings_without_jumps() -> None:
    def b(slag: Any, said: str, niva: int = 1) -> TextBlock:
        return TextBlock(slag, (Text((said,)),), niva)

    tree = trad(
        (b("rubrik", "A", 2), b("punkt", "1"), b("punkt", "1.1", 2), b("punkt", "1.2", 2), b("punkt", "2"),
         b("nummer", "x"), b("stycke", "slut"), b("rubrik", "B", 5), b("rubrik", "C", 2)),
        2,
    )  # fmt: skip
    assert [(n.slag, n.niva, len(n.barn)) for n in tree] == [
        ("rubrik", 3, 0), ("punkter", 1, 2), ("nummer", 1, 1), ("stycke", 1, 0), ("rubrik", 4, 0), ("rubrik", 3, 0),
    ]  # fmt: skip
    assert [p.delar[0].delar[0] for p in tree[1].barn[0].barn[0].barn] == ["1.1", "1.2"]


def test_a_chart_brings_nothing_that_runs_fetches_or_is_named_twice() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="10">'
        '<script>x</script><style>@import "http://x"</style><image href="http://x"/><clipPath id="c"/>'
        '<g clip-path="url(#c)" onclick="x" role="graphics-symbol" aria-label="3" style="fill: red; stroke: url(http://x)">'
        '<use xlink:href="#c"/><use href="http://x#c"/><text data-x="3">A</text></g><foreignObject/></svg>'
    )
    text = str(inbaddad(svg, "d1", 'Säger "detta" <i ord>'))
    root = html.fromstring(text)
    assert root.get("aria-label") == 'Säger "detta" <i ord>' and root.get("role") == "img"
    for gone in ("script", "http://x", "onclick", "graphics", "data-", "style", "foreign", "@import", 'aria-label="3"'):
        assert gone not in text, gone
    assert 'id="d1-c"' in text and "url(#d1-c)" in text and 'fill="red"' in text


def test_a_logo_is_held_in_the_page_or_left_out(tmp_path: Path) -> None:
    png = tmp_path / "logo.png"
    png.write_bytes(b"\x89PNG\r\n\x1a\nx")
    assert bild(str(png)).startswith("data:image/png;base64,")
    (tmp_path / "logo.html").write_text("<script>alert(1)</script>")
    assert bild(str(tmp_path / "logo.html")) == bild(str(tmp_path / "borta.png")) == bild("") == ""


def test_the_chart_stands_with_its_words_and_its_table(site: Site) -> None:
    page = site["rapport.html"]
    charts = [thing for _, thing in sample().alla() if isinstance(thing, Diagram)]
    for chart in charts:
        figure = page.get_element_by_id(chart.id)
        assert figure.find(".//svg").get("aria-label") == chart.alt and chart.alt in words(figure.find(".//details"))
        assert page.get_element_by_id(chart.tabell).tag == "table"
