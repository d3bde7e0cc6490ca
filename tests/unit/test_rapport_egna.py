"""The kommun's own folder: what is refused, with file, line and remedy; what becomes text; numbers by reference."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from assets.report import wordmall
from assets.report.bakgrund import standard
from assets.report.egna import NAMN, Egna, las
from assets.report.innehall import bygg
from assets.report.innehall.ordning import AVSNITT
from assets.report.modell import Fritext, Tal, TextBlock
from assets.report.underlag import Underlag
from assets.report.word_xml import paragraph, run
from tests.kartlaggning_tools import png
from tests.rapport_tools import cell, underlag
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import UserError
from warehouse.released import Ref


@pytest.fixture
def u() -> Underlag:
    stod = {"insatstyp": "stodsamtal"}
    return underlag(
        cell("insatser", "antal_insatser", "kvinna", 1234, **stod),
        cell("insatser", "antal_insatser", "man", "skyddas", **stod),
        cell("insatser", "antal_insatser", TOTAL, (10, 19)),
        fore=[cell("insatser", "antal_insatser", "kvinna", 1100, **stod)],
    )


def skriv(folder: Path, namn: str, text: str | bytes) -> Path:
    path = folder / namn
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def fel(folder: Path, u: Underlag) -> str:
    with pytest.raises(UserError) as error:
        las(folder, u)
    return str(error.value)


def block(folder: Path, u: Underlag, namn: str = "analys") -> tuple[TextBlock, ...]:
    return las(folder, u).texter[namn].block


# --- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<b>fet</b>", "HTML"),
        ("<script>alert(1)</script>", "HTML"),
        ("text <!-- dold --> text", "HTML"),
        ("![karta](karta.png)", "bilder"),
        ("| a | b |\n|---|---|\n| c | d |", "tabeller"),
        ("```\nkod\n```", "kod"),
        ("    indragen", "fyra blanksteg"),
        ("`kod`", "kod"),
        ("a\n\n---\n\nb", "linje"),
        ("[x](javascript:alert)", "länken"),
        ("[x](data:text/html;base64,xx)", "länken"),
        ("[x](http://exempel.se)", "länken"),
        ("[x](https://anna:hemligt@exempel.se/)", "länken"),
        ("[x](../lokal/fil)", "länken"),
        ("[x](//exempel.se)", "länken"),
        ("text\u202egnildneskcab", "osynliga tecken"),
        ("text\u200bmer", "osynliga tecken"),
    ],
)
def test_what_cannot_stand_in_a_report_is_refused_with_its_line(
    tmp_path: Path, u: Underlag, text: str, why: str
) -> None:
    skriv(tmp_path, "analys.md", f"Första raden.\n\n{text}\n")
    said = fel(tmp_path, u)
    assert "analys.md, rad " in said
    assert why in said


@pytest.mark.parametrize(
    "secret", ["19900101-9802", "199001019802", "900101-9802", "anna.test@exempel.se", "070-123 45 67"]
)
def test_what_points_at_a_person_is_refused_and_never_shown(tmp_path: Path, u: Underlag, secret: str) -> None:
    skriv(tmp_path, "analys.md", f"Ett.\nTvå {secret} tre.\n")
    said = fel(tmp_path, u)
    assert "analys.md, rad 2: här står något som kan peka ut en person" in said
    assert secret not in said


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("U3-insatser-99", "referensen finns inte i utgåvan"),
        ("U9-insatser-0", "annan utgåva"),
        ("U3-hemlig_tabell-0", "finns inte"),
        ("insatser", "tabell, mått och kön"),
        ("insats antal_insatser kvinna", "Menade ni insatser? Tabeller som finns: insatser."),
        (
            "insatser antal_insats kvinna",
            "måttet antal_insats finns inte i tabellen insatser. Menade ni antal_insatser? "
            "Mått som finns: antal_insatser.",
        ),
        (
            "insatser antal_insatser kvinnor",
            "könet kvinnor finns inte i tabellen insatser. Menade ni kvinna? Kön som finns: kvinna, man, totalt.",
        ),
        (
            "insatser antal_insatser kvinna insattyp=stodsamtal",
            "Menade ni insatstyp? Uppdelningar som finns: insatstyp.",
        ),
        (
            "insatser antal_insatser kvinna insatstyp=kontaktperson",
            "koden för insatstyp kontaktperson finns inte i tabellen insatser. Koder som finns: stodsamtal.",
        ),
        (
            "insatser antal_insatser totalt insatstyp=stodsamtal",
            "finns inte tillsammans med resten av referensen. Koder som finns: totalt.",
        ),
        ("insatser antal_insatser kvinna", "lägg till insatstyp= i referensen. Koder som finns: stodsamtal."),
        (
            "insatser antal_insatser kvinna period=2023",
            "perioden 2023 finns inte i tabellen insatser. Perioder som finns: 2024, 2025.",
        ),
        ("U3-insatser-x", "referensen känns inte igen"),
        ("", "tabell, mått och kön"),
    ],
)
def test_a_reference_that_names_nothing_is_refused(tmp_path: Path, u: Underlag, ref: str, why: str) -> None:
    skriv(tmp_path, "analys.md", f"\n\nVi gav [[{ref}]] samtal.\n")
    said = fel(tmp_path, u)
    assert "analys.md, rad 3, tecken 8: " in said
    assert why in said


def test_each_bad_reference_of_a_line_is_told_apart_and_in_the_order_of_the_text(tmp_path: Path, u: Underlag) -> None:
    good = "[[insatser antal_insatser]]"
    skriv(tmp_path, "slutsatser.md", "[[fel]]")
    skriv(tmp_path, "2025/vald.md", "[[fel]]")
    lines = [
        "Rad ett.",
        "",
        f"- Vi gav {good}, **[[insatser x kvinna]]** och [[insatser antal_insatser y]], {good}, [[U3-insatser-99]].",
        "  [[insatser a]] och [[insatser a]]",
        "",
        *("", "[[insatser b]]") * 4,
    ]
    skriv(tmp_path, "analys.md", "\n".join(lines))
    told = [line.split(": ")[0] for line in fel(tmp_path, u).splitlines()[1:]]
    assert told == [
        "2025/vald.md, rad 1, tecken 1",
        f"analys.md, rad 3, tecken {lines[2].index('[[insatser x') + 1}, den andra referensen",
        f"analys.md, rad 3, tecken {lines[2].index('[[insatser antal_insatser y') + 1}, den tredje referensen",
        f"analys.md, rad 3, tecken {lines[2].index('[[U3') + 1}, den femte referensen",
        "analys.md, rad 4, tecken 3, den första referensen",
        "analys.md, rad 4, tecken 22, den andra referensen",
        *(f"analys.md, rad {n}, tecken 1" for n in (7, 9, 11, 13)),
        "slutsatser.md, rad 1, tecken 1",
    ]


@pytest.mark.parametrize("said", ["Anna", "19900101", "199001011234", "19900101-9802", "a" * 40, "anna.test", "<b>"])
def test_what_is_no_code_is_not_repeated(tmp_path: Path, u: Underlag, said: str) -> None:
    for ref in ("{} antal_insatser", "insatser {}", "insatser antal_insatser {}", "insatser antal_insatser kvinna {}=x",
                "insatser antal_insatser kvinna insatstyp={}", "insatser antal_insatser kvinna period={}"):  # fmt: skip
        skriv(tmp_path, "analys.md", f"[[{ref.format(said)}]]")
        assert said not in fel(tmp_path, u)


def test_of_many_names_those_that_are_most_alike_are_listed(tmp_path: Path) -> None:
    years = [str(y) for y in range(2001, 2020)]
    many = underlag(*(cell("insatser", "antal_insatser", "kvinna", 9, insatstyp=f"kod_{y}") for y in years))
    skriv(tmp_path, "analys.md", "[[insatser antal_insatser kvinna insatstyp=kod_2018x]]")
    said = fel(tmp_path, many)
    assert "Menade ni kod_2018? Koder som finns: " in said
    assert said.endswith(" och 7 till.")
    assert said.count("kod_") == 2 + 12


def test_all_faults_are_told_at_once(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "<b>x</b>\n\n`kod`\n")
    skriv(tmp_path, "slutsats.md", "text")
    skriv(tmp_path, "slutsatser.md", "r\xe4knat".encode("latin-1"))
    skriv(tmp_path, "handlingsplan.md", "ord " * 60_000)
    skriv(tmp_path, "logotyp.png", b"GIF89a")
    skriv(tmp_path, "bakgrund.yaml", "pastaenden:\n  - rubrik: Lag\n    text: Lagen säger så.\n    status: sett\n")
    said = fel(tmp_path, u)
    for part in (
        "analys.md, rad 1", "analys.md, rad 3", "slutsatser.md: filen är inte sparad som UTF-8",
        "slutsats.md: filen heter inte som något avsnitt; menades slutsatser.md?",
        "handlingsplan.md: filen är för stor", "logotyp.png: filen är ingen",
        "bakgrund.yaml, rad 2: kalla saknas", "bakgrund.yaml, rad 4: status",
    ):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(
    "svg",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='https://exempel.se/x.png'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><style>@import 'x.css'</style></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><rect style='fill:url(https://exempel.se/x)'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject/></svg>",
        *(
            f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{inside}</svg>"
            for inside in (
                "<style>@font-face{font-family:a;src:local(a)}</style>",
                "<style>path{fill:u\\72l(https://exempel.se/x)}</style>",
                "<style>path{mask:url( 'https://exempel.se/x')}</style>",
                "<style>path{mask:image-set('https://exempel.se/x' 1x)}</style>",
                "<style>path{mask:-webkit-image-set('x' 1x)}</style>",
                "<style><![CDATA[@import 'x';]]></style>",
                "<rect style='mask:image-set(&quot;x&quot; 1x)'/>",
                "<rect fill='u\\rl(x)'/>",
                "<rect><animate attributeName='href' to='https://exempel.se'/></rect>",
                "<rect><set attributeName='x' to='1'/></rect>",
                "<use href='https://exempel.se/x.svg#a'/>",
                "<use xlink:href='x.svg#a'/>",
                "<use href='data:image/svg+xml,x'/>",
                "<image href='#a'/>",
                "<filter><feImage href='#a'/></filter>",
                "<a href='#a'><rect/></a>",
                "<g xml:base='https://exempel.se/'/>",
                "<html xmlns='http://www.w3.org/1999/xhtml'/>",
                "<rect onclick='x()'/>",
                "<?xml-stylesheet href='x'?>",
                "<g id='a'><use href='#b'/></g><g id='b'><use href='#c'/></g><g id='c'/>",
            )
        ),
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
        "<?xml-stylesheet href='https://exempel.se/x.css'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        "<html/>",
        "<svg",
    ],
)
def test_a_logo_that_fetches_or_runs_something_is_refused(tmp_path: Path, u: Underlag, svg: str) -> None:
    skriv(tmp_path, "logotyp.svg", svg)
    assert "logotyp.svg: " in fel(tmp_path, u)


def test_a_logo_as_drawing_programs_save_it_is_taken(tmp_path: Path, u: Underlag) -> None:
    logo = (
        "<?xml version='1.0' encoding='UTF-8'?><!-- ritad --><svg xmlns='http://www.w3.org/2000/svg' "
        "xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape' "
        "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' inkscape:version='1.2 (x)' viewBox='0 0 9 9'>"
        "<title>Vapen (blått)</title><metadata><rdf:RDF rdf:about='x'/></metadata><style>.a{fill:rgb(1,2,3)}</style>"
        "<defs><linearGradient id='b'><stop offset='0' style='stop-color:#123'/></linearGradient></defs>"
        "<g transform='translate(1, 2) rotate(3)'><path id='p' class='a' d='M0 0h9' fill='url(#b)'/></g>"
        "<use xlink:href='#p' aria-label='ett (1)'/></svg>"
    )
    skriv(tmp_path, "logotyp.svg", logo)
    assert las(tmp_path, u).logotyp


def test_a_logo_in_another_encoding_hides_nothing(tmp_path: Path, u: Underlag) -> None:
    hidden = "<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>"
    (tmp_path / "logotyp.svg").write_bytes(hidden.encode("utf-16"))
    assert "logotyp.svg: " in fel(tmp_path, u)


@pytest.mark.parametrize("raw", [b"", b"\x89PNG\r\n\x1a\n", png()[:-12], png(100_000, 2), b"\0" * 1_000_001])
def test_a_logo_that_is_no_picture_of_a_fair_size_is_refused(tmp_path: Path, u: Underlag, raw: bytes) -> None:
    skriv(tmp_path, "logotyp.png", raw)
    assert "logotyp.png: " in fel(tmp_path, u)


def test_a_word_templates_faults_come_with_the_others(tmp_path: Path, u: Underlag) -> None:
    def with_text(text: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(wordmall.gor())) as packed:
            parts = {n: packed.read(n) for n in packed.namelist()}
        made = paragraph("Normal", run(text)).encode()
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:sectPr>", made + b"<w:sectPr>")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            for name, content in parts.items():
                packed.writestr(name, content)
        return out.getvalue()

    skriv(tmp_path, "analys.md", "<b>x</b>\n")
    skriv(tmp_path, "logotyp.png", b"GIF89a")
    skriv(tmp_path, "bakgrund.yaml", "okant: x\n")
    skriv(tmp_path, "2025/mall.docx", with_text("{{ tittel }} {{ namd }}"))
    with pytest.raises(UserError) as error:
        las(tmp_path, u, med_mall=True)
    lines = str(error.value).splitlines()[1:]
    assert [line.split(":")[0].split(",")[0] for line in lines] == [
        "2025/mall.docx", "2025/mall.docx", "2025/mall.docx", "analys.md", "bakgrund.yaml", "logotyp.png",
    ]  # fmt: skip
    assert "tittel" in lines[0] and "Menade ni titel?" in lines[0] and "namd" in lines[1]
    assert "docs/rapportmall.md" in lines[2]
    assert "mall.docx" not in fel(tmp_path, u)  # nobody asked for Word


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path, u: Underlag) -> None:
    assert "ingen mapp" in fel(skriv(tmp_path, "rapport", "x"), u)


def test_a_folder_with_a_files_name_is_never_read_as_a_text(tmp_path: Path, u: Underlag) -> None:
    (tmp_path / "analys.md").mkdir()
    found = las(tmp_path, u)
    assert not found.texter
    assert ("analys.md", 1, "mappen används inte") in found.varningar


# --- not refused ---------------------------------------------------------------------------------------------------


def test_no_folder_is_nothing(tmp_path: Path, u: Underlag) -> None:
    assert las(None, u) == las(tmp_path / "finns-inte", u) == las(tmp_path, u) == Egna()


def test_markdown_becomes_blocks(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "## Rubrik\n\nText **fet** och *kursiv*.\n\n- en\n  - under\n\n1. ett\n\n> sagt\n")
    found = [(b.slag, "".join(str(d) for t in b.delar for d in t.delar), b.niva) for b in block(tmp_path, u)]
    assert found == [
        ("rubrik", "Rubrik", 1), ("stycke", "Text fet och kursiv.", 1), ("punkt", "en", 1), ("punkt", "under", 2),
        ("nummer", "ett", 1), ("citat", "sagt", 1),
    ]  # fmt: skip
    bold = next(t for b in block(tmp_path, u) for t in b.delar if t.fet)
    assert bold.delar == ("fet",)


def test_links_to_the_web_and_to_a_mailbox_are_kept(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "Se [planen](https://exempel.se/plan), <mailto:kvinnofrid@exempel.se>.\n")
    assert [t.lank for b in block(tmp_path, u) for t in b.delar if t.lank] == [
        "https://exempel.se/plan", "mailto:kvinnofrid@exempel.se",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "number", "ref"),
    [
        ("U3-insatser-0", "1\xa0234", Ref(3, "insatser", 0)),
        ("insatser antal_insatser kvinna insatstyp=stodsamtal", "1\xa0234", Ref(3, "insatser", 0)),
        ("insatser antal_insatser", "10 till 19", Ref(3, "insatser", 2)),
        ("insatser antal_insatser kvinna insatstyp=stodsamtal period=2024", "1\xa0100", Ref(2, "insatser", 0)),
    ],
)
def test_a_reference_becomes_the_released_number(tmp_path: Path, u: Underlag, said: str, number: str, ref: Ref) -> None:
    skriv(tmp_path, "analys.md", f"Vi gav [[{said}]] samtal.\n")
    assert [d for t in block(tmp_path, u)[0].delar for d in t.delar if isinstance(d, Tal)] == [Tal(number, ref)]


def test_a_reference_to_a_protected_number_is_its_symbol(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "Vi gav [[insatser antal_insatser man insatstyp=stodsamtal]] samtal.\n")
    assert "".join(str(d) for t in block(tmp_path, u)[0].delar for d in t.delar) == "Vi gav ▪ samtal. "[:-1]


def test_digits_that_cannot_be_traced_are_warned_of_by_line_alone(tmp_path: Path, u: Underlag) -> None:
    skriv(
        tmp_path,
        "analys.md",
        "Vi gav 37 samtal.\n\nFrån 2024-01-01 enligt 5 kap. 11 § gäller HSLF-FS 2022:39.\nSedan 412.\n",
    )
    found = las(tmp_path, u).varningar
    assert [(file, line) for file, line, _ in found] == [("analys.md", 1), ("analys.md", 4)]
    assert not any("37" in what for _, _, what in found)


def test_each_number_is_pointed_out_by_its_place_and_never_by_what_it_is(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "Vi **gav** 37 samtal,\noch 2024 kom 412 till.\n\n**5 a** 5 a\n")
    assert [(line, what.split(":")[0]) for _, line, what in las(tmp_path, u).varningar] == [
        (1, "tecken 12"), (2, "tecken 14"), (4, "tecken 3"), (4, "tecken 9"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "small"),
    [("Vi placerade 3 kvinnor.", True), ("Det blev 2 nya placeringar.", True), ("Alla 9 barn fick plats.", True),
     ("Vi placerade 10 män.", True), ("2 procent kvinnor.", False), ("Vi har 12 kvinnor.", False),
     ("Vi har 1 300 personer.", False), ("Mål 3 är nått.", False)],
)  # fmt: skip
def test_a_small_number_of_people_is_warned_of_more_strongly(
    tmp_path: Path, u: Underlag, text: str, small: bool
) -> None:
    skriv(tmp_path, "analys.md", text)
    found = las(tmp_path, u).varningar
    assert len(found) == 1
    assert ("litet tal om enskilda" in found[0][2]) is small


@pytest.mark.parametrize(
    "text",
    ["Vi placerade tre män.", "Två kvinnor fick plats.", "TVÅ UNGA KVINNOR fick plats.", "Det var de **tre** männen.",
     "Vi gav stöd till tre\nkvinnor.", "tio\xa0barn", "två av barnen", "sex äldre personer", "Bara en kvinna sökte.",
     "endast ett barn", "bara en ung man", "inte en enda familj", "den enda mannen", "Den enda utsatta kvinnan."],
)  # fmt: skip
def test_a_small_number_of_people_in_words_is_warned_of(tmp_path: Path, u: Underlag, text: str) -> None:
    skriv(tmp_path, "analys.md", f"{text}\n")
    (said,) = las(tmp_path, u).varningar
    assert said[:2] == ("analys.md", 1)
    assert "litet tal om enskilda" in said[2]
    assert said[2].startswith("tecken ")


@pytest.mark.parametrize(
    "text",
    [
        "En kvinna ska aldrig behöva vänta.", "Ett barn i taget.", "tre hundra kvinnor", "två tusen barn",
        "Tre mål nåddes.", "sex mot barn", "sex med barn", "tre fjärdedelar kvinnor", "bara en del kvinnor",
        "tjugotre kvinnor", "tio procent män", "två års insatser", "tre månaders placering",
        "[[insatser antal_insatser]] kvinnor", "fem rum och tre kök", "tre mantlar",
    ],
)  # fmt: skip
def test_words_that_count_no_few_people_are_not(tmp_path: Path, u: Underlag, text: str) -> None:
    skriv(tmp_path, "analys.md", f"{text}\n")
    assert not las(tmp_path, u).varningar


def test_warnings_are_in_the_order_of_the_text(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "Vi gav 37 samtal till tre män och 412 råd,\ntvå barn och 38.\n")
    found = [(line, what.split(":")[0], "litet" in what) for _, line, what in las(tmp_path, u).varningar]
    assert found == [
        (1, "tecken 8", False), (1, "tecken 23", True), (1, "tecken 35", False), (2, "tecken 1", True),
        (2, "tecken 14", False),
    ]  # fmt: skip


def test_a_heading_that_repeats_the_sections_is_left_out(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "# Analys\n\nText.\n\n## Mer\n")
    made = bygg(u, las(tmp_path, u))
    own = next(s for a, s in made.alla() if a.id == "analys" and isinstance(s, Fritext))
    assert [(b.slag, b.niva) for b in own.block] == [("stycke", 1), ("rubrik", 1)]


def test_the_years_own_file_goes_before_the_kommuns(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "analys.md", "Allmänt.")
    skriv(tmp_path, "slutsatser.md", "Slutsats.")
    skriv(tmp_path, "2025/analys.md", "Om året.")
    skriv(tmp_path, "2024/analys.md", "Förra året.")
    found = las(tmp_path, u)
    assert {name: t.block[0].delar[0].delar for name, t in found.texter.items()} == {
        "analys": ("Om året.",), "slutsatser": ("Slutsats.",),
    }  # fmt: skip
    assert not found.varningar


def test_logo_template_and_own_background_are_found(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "logotyp.png", png())
    skriv(tmp_path, "mall.docx", b"PK")
    skriv(tmp_path, "bakgrund.yaml", "namnd: Familjenämnden\npastaenden:\n  - rubrik: Lag\n    text: Så säger lagen.\n"
          "    kalla: Lagen\n    status: kommunens\n")  # fmt: skip
    found = las(tmp_path, u)
    assert Path(found.logotyp).name == "logotyp.png"
    assert found.mall
    made = bygg(u, found)
    assert made.framsida.namnd == "Familjenämnden"
    assert "Så säger lagen. (Källa: Lagen" in "".join(getattr(s, "text", "") for _, s in made.alla())


def test_a_background_that_only_names_the_namnd_keeps_the_programs_own(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, "bakgrund.yaml", "namnd: Familjenämnden\n")
    made = bygg(u, las(tmp_path, u))
    assert made.framsida.namnd == "Familjenämnden"
    assert standard().pastaenden[0].text in "".join(getattr(s, "text", "") for _, s in made.alla())


@pytest.mark.parametrize("day", ["2024", "2024-13-01", "2024-02-30", "1 april 2024"])
def test_a_day_that_is_none_is_told_with_its_line(tmp_path: Path, u: Underlag, day: str) -> None:
    skriv(tmp_path, "bakgrund.yaml", "pastaenden:\n  - rubrik: Lag\n    text: Så säger lagen.\n    kalla: Lagen\n"
          f"    status: kommunens\n    fran: {day}\n")  # fmt: skip
    assert "bakgrund.yaml, rad 6: fran: skriv dagen som ÅÅÅÅ-MM-DD" in fel(tmp_path, u)


def test_what_came_later_than_the_year_is_left_out(tmp_path: Path, u: Underlag) -> None:
    for day, there in (("2025-12-31", True), ("2026-01-01", False)):
        skriv(tmp_path, "bakgrund.yaml", "pastaenden:\n  - rubrik: Lag\n    text: Så säger lagen.\n    kalla: Lagen\n"
              f"    status: kommunens\n    fran: {day}\n")  # fmt: skip
        made = bygg(u, las(tmp_path, u))
        assert ("Så säger lagen." in "".join(getattr(s, "text", "") for _, s in made.alla())) is there


def test_other_files_are_left_alone_with_a_word(tmp_path: Path, u: Underlag) -> None:
    skriv(tmp_path, ".DS_Store", b"x")
    skriv(tmp_path, "underlag.xlsx", b"PK")
    assert las(tmp_path, u).varningar == (("underlag.xlsx", 1, "filen används inte"),)


def test_the_guide_names_every_file_that_is_used() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "rapporten.md").read_text(encoding="utf-8")
    table = guide.split("| Fil |")[1].split("\n\n")[0]
    told = [name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert sorted(told) == sorted(NAMN)


def test_every_name_gets_its_text_into_the_report(tmp_path: Path, u: Underlag) -> None:
    for name in AVSNITT:
        skriv(tmp_path, f"{name}.md", f"Eget om {name}.")
    made = bygg(u, las(tmp_path, u))
    assert {a.id for a, s in made.alla() if isinstance(s, Fritext)} == set(AVSNITT)


def test_own_text_stands_in_its_section(tmp_path: Path, u: Underlag) -> None:
    for name in ("sammanfattning", "hjalp", "handlingsplan", "metod", "analys"):
        skriv(tmp_path, f"{name}.md", f"Eget om {name}.")
    made = bygg(u, las(tmp_path, u))
    where = {a.id for a, s in made.alla() if isinstance(s, Fritext)}
    assert where == {"sammanfattning", "hjalp", "handlingsplan", "metod", "analys"}
    said = next(a for a in made.avsnitt if a.id == "annu-inte")
    assert "handlingsplan" not in "".join(getattr(s, "text", "") for s in said.innehall)


def test_the_programs_own_background_has_a_source_for_everything() -> None:
    found = standard()
    assert len(found.pastaenden) >= 5
    assert all(p.kalla and p.status in ("läst", "räknat") for p in found.pastaenden)
