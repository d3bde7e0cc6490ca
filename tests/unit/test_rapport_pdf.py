"""The PDF: what it is told is not obeyed, nothing half is left behind, and those who listen get all of it."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from assets.report import pdf
from assets.report.diagram import Bild, rita
from assets.report.modell import (
    Avsnitt,
    Diagram,
    Faktarad,
    Fritext,
    Innehall,
    Rad,
    Rapport,
    Stycke,
    Tabell,
    Text,
    TextBlock,
)
from tests.kartlaggning_tools import TABELL, ref, ruta, sample
from tests.pdf_tools import Tagg, taggar, text
from warehouse.contracts.errors import UserError

NASTY = '#panic("x") $x^2$ @y *z* _q_ `raw` \\ <etikett> // ej // = Nej - "citat" #import "/etc/passwd"'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def bilder(rapport: Rapport) -> dict[str, Bild]:
    return {d.id: rita(d) for d in rapport.diagram}


def med(*innehall: Innehall, rubrik: str = "Prov") -> Rapport:
    return replace(sample(), avsnitt=(Avsnitt("prov", rubrik, 1, innehall),))


@pytest.fixture(scope="module")
def skriven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    till = tmp_path_factory.mktemp("pdf") / "rapport.pdf"
    pdf.skriv(sample(), bilder(sample()), till)
    return till


def _left(pdf_file: Path) -> float:
    """How far from the page's left edge its first picture stands, in mm."""
    at, kept = pikepdf.Matrix(), list[pikepdf.Matrix]()
    with pikepdf.open(pdf_file) as opened:
        for operands, operator in pikepdf.parse_content_stream(opened.pages[0]):
            if str(operator) == "q":
                kept.append(at)
            elif str(operator) == "Q":
                at = kept.pop()
            elif str(operator) == "cm":
                at = pikepdf.Matrix(*(float(o) for o in operands)) @ at
            elif str(operator) == "Do":
                return at.e / 72 * 25.4
    raise AssertionError("no picture")


@pytest.mark.parametrize(("wide", "high"), [(600, 300), (40, 400), (2000, 100)])
def test_a_logo_of_any_proportion_stands_at_the_texts_left_edge(tmp_path: Path, wide: int, high: int) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (wide, high), "red").save(logo)
    rapport = med(Stycke(("Text.",)))
    pdf.skriv(replace(rapport, framsida=replace(rapport.framsida, logotyp=str(logo))), {}, tmp_path / "r.pdf")
    assert _left(tmp_path / "r.pdf") == pytest.approx(28, abs=0.1)


@pytest.mark.parametrize("content", [b"", b"ingen bild", b"\x89PNG\r\n\x1a\n" + b"x" * 40, b"<svg"])
def test_a_logo_that_is_no_picture_is_named_and_nothing_is_written(tmp_path: Path, content: bytes) -> None:
    logo = tmp_path / "vapen.png"
    logo.write_bytes(content)
    rapport = med(Stycke(("Text.",)))
    rapport = replace(rapport, framsida=replace(rapport.framsida, logotyp=str(logo)))
    with pytest.raises(UserError, match=r"vapen\.png.*PNG eller SVG"):
        pdf.skriv(rapport, {}, tmp_path / "ut" / "rapport.pdf")
    assert not (tmp_path / "ut").exists()


def test_a_logo_that_is_not_there_is_named(tmp_path: Path) -> None:
    rapport = med(Stycke(("Text.",)))
    rapport = replace(rapport, framsida=replace(rapport.framsida, logotyp=str(tmp_path / "borta.svg")))
    with pytest.raises(UserError, match=r"borta\.svg kan inte läsas"):
        pdf.skriv(rapport, {}, tmp_path / "rapport.pdf")


def test_logos_that_can_be_read_have_a_text(tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="red"/></svg>'
    for name, content in (("v.png", PNG), ("v.svg", svg)):
        (tmp_path / name).write_bytes(content)
        rapport = med(Stycke(("Text.",)))
        rapport = replace(rapport, framsida=replace(rapport.framsida, logotyp=str(tmp_path / name)))
        pdf.skriv(rapport, {}, tmp_path / "rapport.pdf")
        with pikepdf.open(tmp_path / "rapport.pdf") as made:
            assert [f.alt for f in taggar(made).alla("Figure")] == ["Logotyp: Exempelköping"]


def test_what_cannot_be_set_leaves_the_earlier_file(tmp_path: Path) -> None:
    till = tmp_path / "rapport.pdf"
    till.write_bytes(b"den forra")
    whole = sample()
    broken = {name: replace(b, svg="<svg ofullbordad") for name, b in bilder(whole).items()}
    with pytest.raises(UserError, match="kunde inte sättas"):
        pdf.skriv(whole, broken, till)
    assert [p.name for p in tmp_path.iterdir()] == ["rapport.pdf"]
    assert till.read_bytes() == b"den forra"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("x")
    with pytest.raises(UserError, match="kan inte skrivas"):
        pdf.skriv(med(Stycke(("Text.",))), {}, tmp_path / "fil" / "rapport.pdf")


def test_words_are_never_taken_for_commands(tmp_path: Path) -> None:
    """Whoever writes the kommun's text, names a file or a table cannot reach the machine that sets the report."""
    own = Fritext(
        "analys.md",
        (
            TextBlock("rubrik", (Text((NASTY,)),)),
            TextBlock("stycke", (Text((NASTY,), fet=True, kursiv=True, lank='https://example.se/"#x"'),)),
            TextBlock("punkt", (Text((NASTY,)),)),
            TextBlock("punkt", (Text((NASTY,)),), niva=2),
            TextBlock("nummer", (Text((NASTY,)),)),
            TextBlock("citat", (Text((NASTY,)),)),
        ),
    )
    table = replace(
        TABELL, id='a"b#c <d>', rubrik=NASTY, regel=NASTY, ledord=(NASTY,), noter=(NASTY,),
        rader=(Rad((NASTY,), (ruta("1"), ruta("2"), ruta("3"))),),
    )  # fmt: skip
    words = (Stycke((NASTY,)), Stycke((NASTY,), "punkt"), Stycke((NASTY,), "viktigt"))
    facts = Faktarad("fakta", NASTY, (NASTY, "B"), ((NASTY, NASTY),))
    rapport = med(*words, table, facts, own, rubrik=NASTY)
    rapport = replace(
        rapport, framsida=replace(rapport.framsida, titel=NASTY, text=NASTY, kommun=NASTY), forklaringar={NASTY: NASTY}
    )
    till = tmp_path / "rapport.pdf"
    pdf.skriv(rapport, {}, till)
    plain = re.sub(r"[\s\u200b]+", "", "".join(text(till)))
    assert plain.count("#import") >= 15
    with pikepdf.open(till) as made:
        assert [h.titel for h in taggar(made).alla("H1")][-1] == NASTY
        assert str(made.docinfo.Title).startswith(NASTY)


def test_links_go_where_links_may_go_only(tmp_path: Path) -> None:
    runs = tuple(
        Text(("hit",), lank=to) for to in ("https://example.se/a", "javascript:alert(1)", "file:///etc/passwd")
    )
    pdf.skriv(med(Fritext("a.md", (TextBlock("stycke", runs),))), {}, tmp_path / "r.pdf")
    with pikepdf.open(tmp_path / "r.pdf") as made:
        links = [a for page in made.pages for a in page.obj.get("/Annots", [])]
        assert [str(a.A.URI) for a in links if "/A" in a and "/URI" in a.A] == ["https://example.se/a"]


def test_the_same_report_is_the_same_bytes(skriven: Path, tmp_path: Path) -> None:
    pdf.skriv(sample(), bilder(sample()), tmp_path / "igen.pdf")
    assert (tmp_path / "igen.pdf").read_bytes() == skriven.read_bytes()


def test_the_file_says_what_it_is(skriven: Path) -> None:
    with pikepdf.open(skriven) as made:
        assert made.check_pdf_syntax() == []
        assert made.Root.MarkInfo.Marked is True
        assert str(made.Root.Lang) == "sv-SE"
        assert made.Root.ViewerPreferences.DisplayDocTitle is True
        meta = made.open_metadata()
        assert meta["pdfuaid:part"] == "1"
        assert "Kartläggning av våld i nära relationer 2025" in meta["dc:title"]
        assert str(made.docinfo.CreationDate).startswith("D:20260302")
        assert str(made.docinfo.ModDate) == str(made.docinfo.CreationDate)
        assert all(str(page.obj.get("/Tabs")) == "/S" for page in made.pages)


def test_headings_come_in_order_and_are_bookmarks(skriven: Path) -> None:
    with pikepdf.open(skriven) as made:
        levels = [int(t.slag[1]) for t in taggar(made).alla() if re.fullmatch("H[1-6]", t.slag)]
        assert levels[0] == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))
        with made.open_outline() as outline:
            names = [item.title for item in outline.root]
    assert {"Sammanfattning", "Vilken hjälp fick de?", "Siffrorna i texten"} <= set(names)


def test_a_heading_that_skips_a_level_is_mended(tmp_path: Path) -> None:
    own = Fritext("a.md", tuple(TextBlock("rubrik", (Text((f"Nivå {n}",)),), niva=n) for n in (4, 1, 3)))
    deep = (Avsnitt("a", "Först", 2, (own,)), Avsnitt("b", "Sedan", 3, ()), Avsnitt("c", "Sist", 1, ()))
    pdf.skriv(replace(sample(), avsnitt=deep), {}, tmp_path / "r.pdf")
    with pikepdf.open(tmp_path / "r.pdf") as made:
        levels = [int(t.slag[1]) for t in taggar(made).alla() if re.fullmatch("H[1-6]", t.slag)]
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_every_chart_has_its_words(skriven: Path) -> None:
    with pikepdf.open(skriven) as made:
        assert [f.alt for f in taggar(made).alla("Figure")] == [d.alt for d in sample().diagram]


def test_tables_are_read_out_with_their_headings(skriven: Path) -> None:
    """Each cell stands where the document has it, names of rows are headings, symbols are words."""
    with pikepdf.open(skriven) as made:
        tables = list(taggar(made).alla("Table"))
    wanted = [sak for _, sak in sample().alla() if isinstance(sak, Tabell | Faktarad)]
    assert len(tables) == len(wanted)
    for tagged, meant in zip(tables, wanted, strict=True):
        assert [t.slag for t in tagged.under] == ["Caption", "THead", "TBody"]
        head, *more = list(tagged.under[1].alla("TR"))
        assert not more
        assert {(c.slag, c.scope) for c in head.under} == {("TH", "/Column")}
        body = list(tagged.under[2].alla("TR"))
        assert len(body) == len(meant.rader)
        if isinstance(meant, Tabell):
            for row, rad in zip(body, meant.rader, strict=True):
                names, cells = row.under[: len(rad.namn)], row.under[len(rad.namn) :]
                assert {(c.slag, c.scope) for c in names} == {("TH", "/Row")}
                assert [(c.slag, c.uttal) for c in cells[: len(rad.rutor)]] == [("TD", r.uttalas) for r in rad.rutor]


def test_all_that_is_drawn_is_tagged_or_set_aside(skriven: Path) -> None:
    with pikepdf.open(skriven) as made:
        for page in made.pages:
            depth = 0
            for operands, operator in pikepdf.parse_content_stream(page):
                kind = str(operator)
                if kind in ("BDC", "BMC"):
                    depth += 1
                    assert str(operands[0]) == "/Artifact" or "/MCID" in operands[1] or depth > 1
                elif kind == "EMC":
                    depth -= 1
                elif kind in ("Tj", "TJ", "f", "S", "B", "Do", "f*", "sh"):
                    assert depth > 0, kind


def test_fonts_are_within_the_file_and_can_be_read_as_text(skriven: Path) -> None:
    names = set()
    with pikepdf.open(skriven) as made:
        for obj in made.objects:
            if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/Font" and obj.get("/Subtype") == "/Type0":
                names.add(str(obj.BaseFont).split("+")[-1].split("-")[0])
                descriptor = obj.DescendantFonts[0].FontDescriptor
                assert {"/FontFile3", "/FontFile2"} & set(descriptor.keys())
                assert "/ToUnicode" in obj
    assert names <= {"LibertinusSerif", "NewCMMath"}


def test_numbers_in_the_text_lead_to_their_references(skriven: Path) -> None:
    *_, last = text(skriven)
    assert "Siffrorna i texten" in last
    assert last.count("1\u00a0254 (U7-insatser-6)") == 2
    assert "Referens: U7-insatser-<Ref.>" in " ".join(text(skriven))


def test_cover_and_every_page_say_whose_and_which(skriven: Path) -> None:
    first, *rest = text(skriven)
    for said in ("Exempelköping", "SN 2026/17", "15 april 2026, § 45", "PÅHITTADE UPPGIFTER", "2 mars 2026"):
        assert said in first
    assert all("SN 2026/17" in page and "Påhittade uppgifter" in page for page in rest)
    pages = len(rest) + 1
    assert all(f"sida {n} av {pages}" in page for n, page in enumerate(rest, start=2))


def test_what_is_secret_says_so_on_every_page(tmp_path: Path) -> None:
    closed = sample(typ="sekretessbilaga")
    pdf.skriv(closed, bilder(closed), tmp_path / "r.pdf")
    assert all(closed.framsida.sekretess in page for page in text(tmp_path / "r.pdf"))
    assert closed.framsida.sekretess in text(tmp_path / "r.pdf", upplast=True)[0]


@pytest.mark.parametrize("typ", ["oppen", "sekretessbilaga"])
def test_an_edition_that_is_over_says_so_on_every_page(typ: str, tmp_path: Path) -> None:
    r = sample(typ=typ)
    over = replace(r, framsida=replace(r.framsida, laege="återtagen 2026-05-01: fel i underlaget"))
    pdf.skriv(over, bilder(over), tmp_path / "r.pdf")
    pages = text(tmp_path / "r.pdf")
    assert all("UTGÅVAN GÄLLER INTE LÄNGRE: återtagen 2026-05-01" in page for page in pages)
    assert all(r.framsida.sekretess in page for page in pages)
    assert "GÄLLER INTE" in text(tmp_path / "r.pdf", upplast=True)[0]


def _stor(rows: int, columns: int) -> Tabell:
    name = "Samordnad individuell planering tillsammans med regionen och socialtjänstens öppenvård"
    body = tuple(
        Rad(
            (f"{name} nummer {n}", "Ja"),
            tuple(ruta(f"{100 * n + c},5 % (12 av 34)", ordning=n) for c in range(columns)),
        )
        for n in range(rows)
    )
    heads = tuple(f"Kolumnrubrik som är lång {c}" for c in range(columns))
    return replace(TABELL, id="stor", rubrik=name * 3, ledord=("Insats", "Svar"), kolumner=heads, rader=body)


def test_a_long_wide_table_goes_over_pages_with_its_headings(tmp_path: Path) -> None:
    pdf.skriv(med(_stor(40, 8)), {}, tmp_path / "r.pdf")
    pages = [re.sub(r"[\s\u200b-]+", "", page) for page in text(tmp_path / "r.pdf")]
    with_rows = [page for page in pages if re.search(r"nummer\d", page)]
    assert len(with_rows) > 1
    assert all("Insats" in page and "Ref." in page for page in with_rows)
    assert re.sub(r"[\s-]+", "", "3907,5 % (12 av 34)") in with_rows[-1]
    assert sum(page.count("(12av34)") for page in pages) == 40 * 8


def test_sections_and_tables_without_anything_are_said_to_be_empty(tmp_path: Path) -> None:
    bare = replace(TABELL, id="tom", rader=(), nollor=("Stödsamtal",))
    rapport = med(bare, replace(bare), Faktarad("inget", "Inget", ("A",), ()), rubrik="Tomt")
    rapport = replace(rapport, avsnitt=(*rapport.avsnitt, Avsnitt("x", "Utan innehåll", 2, ())), forklaringar={})
    pdf.skriv(rapport, {}, tmp_path / "r.pdf")
    said = " ".join(text(tmp_path / "r.pdf"))
    assert said.count("Det finns inga rader att visa.") == 3
    assert "Noll i alla kolumner: Stödsamtal." in said


def test_a_reference_of_another_table_is_printed_whole(tmp_path: Path) -> None:
    other = replace(ruta("5"), ref=ref("barn", 4))
    mixed = replace(TABELL, rader=(TABELL.rader[0], Rad(("Barn",), (other, other, other))))
    pdf.skriv(med(mixed), {}, tmp_path / "r.pdf")
    said = re.sub(r"[\s\u200b]+", "", "".join(text(tmp_path / "r.pdf")))
    assert "U7-barn-4" in said
    assert "U7-insatser-0" in said
    assert "<Ref.>" not in said


def test_a_chart_whose_table_is_not_there_points_nowhere(tmp_path: Path) -> None:
    chart: Diagram = replace(sample().diagram[0], tabell="finns-inte")
    pdf.skriv(med(chart), bilder(med(chart)), tmp_path / "r.pdf")
    assert "Siffrorna står i" not in " ".join(text(tmp_path / "r.pdf"))


def test_the_tags_helper_sees_what_is_missing() -> None:
    """The checks above would notice: an element without what it should have is seen as such."""
    tree = Tagg("rot", under=[Tagg("Figure"), Tagg("Table", under=[Tagg("TR")])])
    assert [f.alt for f in tree.alla("Figure")] == [""]
    assert len(list(tree.alla("TR"))) == 1
