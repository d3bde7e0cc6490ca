"""What a report tells as a whole: released numbers, each traced to its cell, and nothing of what is hidden.

Read from the files themselves: pages, PDF, Word, Excel, CSV and metadata, with all that no reader sees. Drawings and
everything else that is no text are covered by the test that what is hidden changes no byte.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from assets.report import diagram, excel, pdf, word
from assets.report.egna import Egna
from assets.report.gor import read
from assets.report.innehall import bygg
from assets.report.kontroll import avvikande, tal_i
from assets.report.modell import Rapport, Ruta, Stycke, Tal
from assets.tables.catalogue import TABLES
from pipelines.attack import by_rule, open_book
from quality.attacker import Printed
from tests import rakenskap
from tests.kartlaggning_tools import sample
from tests.utdata import Sagt, allt, hittade, innehall
from tests.utgivning_tools import (
    AR,
    CONTENT,
    FORRA,
    HEMLIGT,
    INPUT,
    KOMMUN,
    PATTERN,
    PUBLIC_ROWS,
    ROWS,
    RUN,
    STOMME,
    STOMMENS,
    SYSTEM,
    Skriven,
    celler,
    ge_ut,
    i_minnet,
    skriv,
    stomme,
    tva_ar,
)  # fmt: skip
from warehouse import released
from warehouse.database import Database
from warehouse.released import Ref

FEW = ("arenden", "insatser", "utfall")
INSIDE = {RUN, SYSTEM, PATTERN, INPUT, CONTENT, *(str(n) for n in ROWS.values())}
"""What stands in no output: the run, digests of what is counted, how many rows deliveries about persons had."""
HIDDEN = re.compile(rf"(?<![\d,.]){str(HEMLIGT)[:3]}[\u00a0\u202f .]?\d[\u00a0\u202f .]?\d{{3}}(?!\d)")


@pytest.fixture(scope="module")
def database(server: Any, template: str) -> Iterator[Database]:
    """Two years' editions, with true values of what is hidden that would be known anywhere."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    made: Database = server.create(name, template)
    ge_ut(made, *tva_ar(FEW))
    yield made
    made.dispose()
    server.drop(name)


@pytest.fixture(scope="module")
def sagt(skriven: Skriven) -> list[Sagt]:
    """All that its files say."""
    return list(allt(skriven.mapp))


@pytest.fixture(scope="module")
def skriven(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Skriven:
    """The year's report in all its forms."""
    return skriv(database, tmp_path_factory.mktemp("rapport"))


# --- every printed number is a released one ---------------------------------------------------------------------------

SHARE = frozenset(m.name for spec in TABLES.values() for m in spec.shown_measures if m.shape == "andel")


def ways_to_print(cell: Mapping[str, Any]) -> set[str]:
    """A released cell as the report may print it: in a table, in running text, as the end of an interval."""

    def said(value: float, decimals: int) -> str:
        return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",").replace("-", "−")

    if cell["status"] == "intervall":
        low, high = said(cell["fran"], 0), said(cell["till"], 0)
        return {f"{low}–{high}", f"{low} till {high}"}
    if cell["status"] != "visas":
        return set()
    if cell["matt"] in SHARE:
        percent = 100 * cell["varde"]
        return {f"{said(percent, 1)} %", f"{said(percent, 1)} procent", said(percent, 1), said(percent, 0)}
    return {said(cell["varde"], n) for n in ((0,) if float(cell["varde"]).is_integer() else ()) + (1, 2)}


def released_cells(database: Database) -> dict[Ref, dict[str, Any]]:
    with database.begin() as conn:
        rows = conn.execute(text("SELECT * FROM publicering.cell")).mappings()
        return {Ref(r["utgava"], r["tabell"], r["ordning"]): dict(r) for r in rows}


def test_every_number_in_the_document_is_what_its_cell_prints(database: Database, skriven: Skriven) -> None:
    cells = released_cells(database)
    numbers = list(tal_i(skriven.rapport))
    assert len(numbers) > 300
    assert {n.ref.utgava for n in numbers} == {1, 2}
    assert [(str(n.ref), n.text) for n in numbers if n.text not in ways_to_print(cells[n.ref])] == []
    assert avvikande(skriven.underlag, skriven.rapport) == []


def test_every_protected_cell_that_is_printed_is_its_symbol(skriven: Skriven) -> None:
    hidden = [c for c in _cells(skriven.rapport) if c.status == "skyddas"]
    assert len(hidden) > 100
    assert {(c.text, c.varde) for c in hidden} == {("▪", None)}


def _cells(rapport: Rapport) -> Iterator[Ruta]:
    for tabell in rapport.tabeller:
        for rad in tabell.rader:
            yield from rad.rutor
    for chart in rapport.diagram:
        yield from (p.ruta for p in chart.punkter)


@pytest.mark.parametrize(
    "wrong",
    [
        Tal("4 711", Ref(2, "arenden", 0)),
        Tal("1", Ref(2, "arenden", 99_999)),
        Tal("1", Ref(77, "arenden", 0)),
        Tal("▪", Ref(2, "arenden", -1)),
    ],
)
def test_a_number_that_is_not_its_cells_is_found(skriven: Skriven, wrong: Tal) -> None:
    if wrong.ref.ordning == -1:
        hidden = next(c for c in _cells(skriven.rapport) if c.status == "skyddas" and c.ref)
        wrong = Tal("3", hidden.ref)  # type: ignore[arg-type]
    assert avvikande(skriven.underlag, with_words(skriven.rapport, "Det var ", wrong, ".")) == [wrong.ref]


def with_words(rapport: Rapport, *words: Any) -> Rapport:
    """The report with a sentence more in its first section."""
    first = rapport.avsnitt[0]
    return replace(
        rapport,
        avsnitt=(replace(first, innehall=(*first.innehall, Stycke(tuple(words)))), *rapport.avsnitt[1:]),
    )


def test_every_digit_in_the_words_is_of_a_known_kind(skriven: Skriven) -> None:
    assert rakenskap.oredovisade(skriven.rapport, skriven.underlag.utgiven.rader) == []


@pytest.mark.parametrize("words", ["Det var 4711 personer.", "Ökningen var 12,5 procent.", "3 män.", "Omkring 2 av 3."])
def test_a_number_in_the_words_without_a_reference_is_named(skriven: Skriven, words: str) -> None:
    found = rakenskap.oredovisade(with_words(skriven.rapport, words), skriven.underlag.utgiven.rader)
    assert {where for where, _ in found} == {skriven.rapport.avsnitt[0].id}
    assert {n for _, n in found} <= set(re.findall(r"[\d,]+", words.rstrip(".")))


def unexplained(database: Database, skriven: Skriven, sagt: Iterable[Sagt]) -> set[tuple[str, str, str]]:
    """Numbers that a reader meets in the files and that no released cell prints, but for known kinds."""
    cells = released_cells(database)
    values = [str(c[n]) for ref, c in cells.items() for n in ("ordning", "varde", "fran", "till")]
    printed = [way for c in cells.values() for way in ways_to_print(c)]
    known = rakenskap.kanda(skriven.rapport, skriven.underlag.utgiven.rader) | rakenskap.siffror(*values, *printed)
    return {
        (one.fil, one.plats, number)
        for one in sagt
        if one.synligt and one.text != KOMMUN and rakenskap.siffror(one.text) - known
        for number in rakenskap.oforklarade(one.text, known | (AXES if one.plats in PLACES_OF_AXES else set()))
    }


AXES = {str(step * n) for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500) for n in range(11)}
"""The marks of a scale: round numbers."""
PLACES_OF_AXES = ("<text>", "<tspan>", "<title>")


def test_every_number_that_a_reader_meets_is_released(database: Database, skriven: Skriven, sagt: list[Sagt]) -> None:
    assert sorted(unexplained(database, skriven, sagt)) == []


def test_a_number_that_a_writer_makes_up_is_named(database: Database, skriven: Skriven, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(
        (skriven.mapp / "webb" / "index.html").read_text().replace("</main>", "<p>98\u00a0765 fall</p></main>")
    )
    assert unexplained(database, skriven, allt(tmp_path)) == {("index.html", "<p>", "98765")}


# --- what the files tell together -------------------------------------------------------------------------------------


def from_csv(files: Mapping[str, bytes]) -> list[Printed]:
    """The edition as the CSV files have it, in the attacker's form."""
    found = []
    for name, content in sorted(files.items()):
        if name.startswith("csv/") and name.endswith(".csv"):
            for row in csv.DictReader(io.StringIO(content.decode("utf-8"))):
                tabell = row["tabell"]
                codes = {d: row[d] for d in TABLES[tabell].view_columns}
                found.append(
                    Printed(
                        int(row["utgava"]), tabell, row["kommun"], int(row["ar"]), row["period"], codes, row["kon"],
                        row["matt"], row["status"], *(float(row[n]) if row[n] else None for n in ("varde",)),
                        *(int(row[n]) if row[n] else None for n in ("fran", "till")),
                    )
                )  # fmt: skip
    return found


def from_database(database: Database, *utgavor: int) -> list[Printed]:
    return [
        Printed(c["utgava"], c["tabell"], c["kommun"], c["ar"], c["period"], c["dimensioner"], c["kon"], c["matt"],
                c["status"], c["varde"], c["fran"], c["till"])
        for ref, c in sorted(released_cells(database).items()) if ref.utgava in utgavor
    ]  # fmt: skip


def test_the_csv_files_are_the_edition_and_nothing_else(database: Database, skriven: Skriven) -> None:
    key = lambda c: (c.tabell, c.coordinate)  # noqa: E731
    told, true = sorted(from_csv(skriven.filer), key=key), sorted(from_database(database, 2), key=key)
    assert len(told) == sum(len(rows) for rows in celler(AR, FEW).values())
    assert told == true


_LINK = re.compile(r'<a class="tal"[^>]*href="[^"#]*#(U\d+-[a-z_]+-\d+)"[^>]*>([^<]*)</a>')


def test_every_number_with_a_reference_on_the_pages_is_what_its_cell_prints(
    database: Database, skriven: Skriven
) -> None:
    cells = released_cells(database)
    links = [
        (Ref.of(ref), said)
        for name, content in skriven.filer.items()
        if name.endswith(".html")
        for ref, said in _LINK.findall(content.decode("utf-8"))
    ]
    assert len(links) > 300
    assert [(str(ref), said) for ref, said in links if said not in ways_to_print(cells[ref])] == []


def test_every_number_in_the_workbook_is_its_cells(database: Database, skriven: Skriven) -> None:
    cells, read_ = released_cells(database), 0
    for row in _listed(skriven):
        cell = cells[Ref.of(row["Referens"])]
        if isinstance(row["Värde"], (int, float)):
            assert cell["varde"] == pytest.approx(row["Värde"], rel=1e-14) or row["Värde"] == round(cell["varde"], 2)
            read_ += 1
        else:
            assert cell["status"] != "visas", row["Referens"]
    assert read_ > 200


def _listed(skriven: Skriven) -> Iterator[dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(skriven.filer["rapport.xlsx"]))
    rows = [[c.value for c in row] for row in book["Alla siffror"].iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[0] == "Referens")
    for row in rows[head + 1 :]:
        if row[0]:
            yield dict(zip(rows[head], row, strict=True))


def test_an_attacker_gets_no_further_with_the_files_than_with_the_edition(database: Database, skriven: Skriven) -> None:
    earlier = from_database(database, 1)
    found = [
        by_rule([*earlier, *cells], {1: "fem", 2: "fem"}, open_book(TABLES))
        for cells in (from_csv(skriven.filer), from_database(database, 2))
    ]
    assert found[0] == found[1]
    assert found[0].skyddade > 300
    # A part of an edition is attacked here: sums that other tables would show are left out, so nothing more is found.
    assert found[0].rent


# --- what is hidden ---------------------------------------------------------------------------------------------------


def test_nothing_that_stays_inside_stands_anywhere_in_the_files(sagt: list[Sagt]) -> None:
    assert hittade(sagt, INSIDE) == set()
    assert {(said.fil, said.plats) for said in sagt if HIDDEN.search(said.text)} == set()
    assert hittade(sagt, {str(PUBLIC_ROWS)})  # what a public source had is told: the search does find


def changed_zip(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)


def in_attribute(folder: Path, number: str) -> None:
    page = folder / "webb" / "utgavor.html"
    page.write_text(page.read_text().replace("<p", f'<p data-varde="{number}"', 1))


def in_comment(folder: Path, number: str) -> None:
    page = folder / "webb" / "index.html"
    page.write_text(page.read_text().replace("</body>", f"<!-- {number} --></body>"))


def in_script(folder: Path, number: str) -> None:
    page = folder / "webb" / "utgavor.html"
    page.write_text(page.read_text().replace("</body>", f"<script>var x=[{number}]</script></body>"))


def in_picture(folder: Path, number: str) -> None:
    page = folder / "webb" / "bild.svg"
    page.write_text(page.read_text().replace("<svg", f'<svg aria-label="{number}"', 1))


def in_data_url(folder: Path, number: str) -> None:
    page = folder / "webb" / "utgavor.html"
    page.write_text(page.read_text().replace("</body>", f'<img src="data:image/svg+xml,<svg>{number}</svg>"></body>'))


def in_hidden_sheet(folder: Path, number: str) -> None:
    book = openpyxl.load_workbook(folder / "rapport.xlsx")
    sheet = book.create_sheet("dolt")
    sheet.sheet_state = "veryHidden"
    sheet["A1"] = int(number)
    book.save(folder / "rapport.xlsx")


def in_defined_name(folder: Path, number: str) -> None:
    changed_zip(
        folder / "rapport.xlsx",
        "docProps/core.xml",
        lambda xml: xml.replace(b"</cp:core", f"{number}</cp:core".encode()),
    )


def in_word_properties(folder: Path, number: str) -> None:
    document = docx.Document(str(folder / "rapport.docx"))
    document.core_properties.comments = number
    document.save(str(folder / "rapport.docx"))


def in_word_alt_text(folder: Path, number: str) -> None:
    changed_zip(
        folder / "rapport.docx",
        "word/document.xml",
        lambda xml: xml.replace(b"<w:body>", f'<w:body><w:p><w:r><w:t descr="{number}"/></w:r></w:p>'.encode(), 1),
    )


def in_pdf(folder: Path, change: Callable[[pikepdf.Pdf], None]) -> None:
    path = folder / "rapport.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(path)


def in_pdf_metadata(folder: Path, number: str) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as about:
            about["dc:description"] = number

    in_pdf(folder, change)


def in_pdf_alt_text(folder: Path, number: str) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        next(o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o).Alt = pikepdf.String(number)

    in_pdf(folder, change)


def in_pdf_attachment(folder: Path, number: str) -> None:
    in_pdf(folder, lambda pdf: pdf.attachments.__setitem__("a.csv", pikepdf.AttachedFileSpec(pdf, number.encode())))


def after_pdf(folder: Path, number: str) -> None:
    with (folder / "rapport.pdf").open("ab") as file:
        file.write(number.encode())


def in_csv_metadata(folder: Path, number: str) -> None:
    path = folder / "csv" / "metadata.json"
    path.write_text(path.read_text().replace("{", f'{{"kvinnofrid:rader": {number}, ', 1))


def in_csv(folder: Path, number: str) -> None:
    path = folder / "csv" / "arenden.csv"
    path.write_text(path.read_text().replace(",skyddas,", f",skyddas ({number}),", 1))


def in_file_name(folder: Path, number: str) -> None:
    (folder / "csv" / f"{number}.csv").write_text("")


def in_zip_comment(folder: Path, number: str) -> None:
    with zipfile.ZipFile(folder / "rapport.docx", "a") as packed:
        packed.comment = number.encode()


def in_picture_file(folder: Path, number: str) -> None:
    def with_text(png: bytes) -> bytes:
        words = b"Comment\0" + number.encode()
        return png[:-12] + len(words).to_bytes(4, "big") + b"tEXt" + words + b"\0\0\0\0" + png[-12:]

    with zipfile.ZipFile(folder / "rapport.docx") as packed:
        name = next(n for n in packed.namelist() if n.endswith(".png"))
    changed_zip(folder / "rapport.docx", name, with_text)


LEAKS = [value for name, value in globals().items() if name.startswith(("in_", "after_")) and name != "in_pdf"]


@pytest.fixture(scope="module")
def small(skriven: Skriven, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of each kind, none of them large."""
    folder, rapport = tmp_path_factory.mktemp("liten"), sample()
    for name, content in skriven.filer.items():
        if name in ("webb/index.html", "webb/utgavor.html", "csv/arenden.csv", "csv/metadata.json"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    bilder = {d.id: diagram.rita(d) for d in rapport.diagram}
    pdf.skriv(rapport, bilder, folder / "rapport.pdf")
    word.skriv(rapport, bilder, folder / "rapport.docx")
    excel.skriv(rapport, folder / "rapport.xlsx")
    (folder / "webb" / "bild.svg").write_text(next(iter(bilder.values())).svg)
    return folder


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_a_hidden_number_is_found_wherever_a_writer_would_leave_it(
    small: Path, tmp_path: Path, leak: Callable[[Path, str], None]
) -> None:
    folder, number = tmp_path / "rapport", str(HEMLIGT + 17)
    shutil.copytree(small, folder)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    leak(folder, number)
    touched = [p for p in folder.rglob("*") if p.is_file() and before.get(p) != p.stat().st_mtime_ns]
    assert touched
    said = [s for p in touched for s in (Sagt("", "filnamn", p.name), *innehall(p.name, p.read_bytes()))]
    assert hittade(said, {number}) != set()
    old = [s for p in touched if p in before for s in innehall(p.name, (small / p.relative_to(folder)).read_bytes())]
    assert hittade(old, {number}) == set()


# --- what is hidden changes nothing -----------------------------------------------------------------------------------

CHANGES = (
    "UPDATE tabell.utgava_underlag SET varde = varde + 1000, personer = personer + 1000, skal = 'sekundar'"
    " WHERE skal = 'primar'",
    "UPDATE tabell.utgava SET system_sha256 = repeat('1', 64), monster_sha256 = repeat('2', 64), korning_id = 'annan'",
    "UPDATE revision.tabellversion SET indata_sha256 = repeat('3', 64), innehall_sha256 = repeat('4', 64),"
    " celler = celler + 1, korning_id = 'annan'",
    "UPDATE mottagning.leverans SET rader_lasta = rader_lasta + 7, rader_godkanda = rader_godkanda + 7,"
    " storlek = storlek + 99, rader_overlapp = 3 WHERE kalla <> 'bra'",
    "UPDATE mottagning.leverans SET sha256 = repeat('5', 64) WHERE kalla = 'iop'",
    "UPDATE revision.kontroll SET antal = antal + 5, korning_id = 'annan'",
    "UPDATE revision.granskning SET provade = provade + 1, system_sha256 = repeat('1', 64)",
    "DELETE FROM tabell.utgava_cell WHERE status = 'skyddas'",
)
"""All that may differ between two registers that gave the same edition."""


def test_what_is_hidden_changes_no_byte_of_any_file(
    server: Any, database: Database, skriven: Skriven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The installation's own login sees that the edition was changed, and writes nothing; a reader's cannot.
    monkeypatch.setattr(released, "intact", lambda _conn, _utgava: None)
    database.dispose()
    name = f"kf_{uuid.uuid4().hex[:12]}"
    other: Database = server.create(name, database.owner_url.rpartition("/")[2].partition("?")[0])
    try:
        with other.owner.begin() as conn:
            for change in CHANGES:
                table = re.search(r"(?:UPDATE|FROM) ([a-z_.]+)", change)
                conn.execute(text(f"ALTER TABLE {table[1] if table else ''} DISABLE TRIGGER USER"))
                assert conn.execute(text(change)).rowcount > 0, change
        again = skriv(other, tmp_path)
    finally:
        other.dispose()
        server.drop(name)
    assert again.filer.keys() == skriven.filer.keys()
    assert [n for n, content in skriven.filer.items() if again.filer[n] != content] == []


@pytest.mark.parametrize("schema", ["tabell", "register", "revision", "mottagning", "verksamhet", "omvarld"])
def test_the_report_reads_with_no_right_to_what_is_inside(database: Database, schema: str) -> None:
    tables = {"tabell": "cell", "register": "arende", "revision": "handelse", "mottagning": "leverans",
              "verksamhet": "aggregat", "omvarld": "bra_brott"}  # fmt: skip
    with database.begin() as conn:
        held = conn.begin_nested()
        with pytest.raises(ProgrammingError, match="permission denied"), released.as_public(conn):
            conn.execute(text(f"SELECT count(*) FROM {schema}.{tables[schema]}"))
        held.rollback()


def test_all_of_it_is_read_with_the_publics_rights(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    roles = []
    real = released.rows

    def watched(conn: Any, utgava: int) -> Any:
        roles.append(conn.execute(text("SELECT current_user")).scalar())
        return real(conn, utgava)

    monkeypatch.setattr(released, "rows", watched)
    with database.begin() as conn:
        read(conn, KOMMUN, AR, None, TABLES)
        after = conn.execute(text("SELECT current_user")).scalar()
    assert set(roles) == {"kvinnofrid_publik"}
    assert after != "kvinnofrid_publik"


# --- the same edition, the same report --------------------------------------------------------------------------------


def test_the_report_is_built_as_it_was() -> None:
    """Changed on purpose only: ``python -m tests.utgivning_tools`` writes it anew."""
    assert stomme(bygg(i_minnet(STOMMENS), Egna())) == json.loads(STOMME.read_text(encoding="utf-8"))


WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.utgivning_tools import skriv
from warehouse.database import Database
skriv(Database({url!r}, {url!r}), Path({ut!r}))
"""


@pytest.mark.soak
def test_other_processes_in_other_places_write_the_same_bytes(
    database: Database, skriven: Skriven, tmp_path: Path
) -> None:
    # At every hour one of the two places is on another day than Sweden.
    places = (("1", "Pacific/Pago_Pago", "C"), ("2", "Pacific/Auckland", "tr_TR.UTF-8"))
    for number, (seed, zone, language) in enumerate(places):
        place = tmp_path / str(number)
        place.mkdir()
        root = str(Path(__file__).parents[2])
        code = WRITE.format(root=root, url=database.owner_url, ut=str(place))
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PGTZ": zone, "LANG": language, "LC_ALL": language},
            cwd=place, check=True, timeout=300,
        )  # fmt: skip
        again = replace(skriven, mapp=place / "rapport").filer
        assert again.keys() == skriven.filer.keys()
        assert [n for n, content in skriven.filer.items() if again[n] != content] == []


@pytest.mark.soak
def test_the_whole_of_two_years_gives_nothing_away(server: Any, template: str, tmp_path: Path) -> None:
    """Every table, both years' reports: traced, accounted for and attacked together."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    whole: Database = server.create(name, template)
    try:
        ge_ut(whole, *tva_ar())
        made = skriv(whole, tmp_path / "ett")
        said = list(allt(made.mapp))
        cells = released_cells(whole)
        assert [str(n.ref) for n in tal_i(made.rapport) if n.text not in ways_to_print(cells[n.ref])] == []
        assert rakenskap.oredovisade(made.rapport, made.underlag.utgiven.rader) == []
        assert sorted(unexplained(whole, made, said)) == []
        assert hittade(said, INSIDE) == set()
        assert [(s.fil, s.plats) for s in said if HIDDEN.search(s.text)] == []
        earlier = skriv(whole, tmp_path / "tva", ar=FORRA)
        found = by_rule([*from_csv(earlier.filer), *from_csv(made.filer)], {1: "fem", 2: "fem"}, open_book(TABLES))
        true = by_rule(from_database(whole, 1, 2), {1: "fem", 2: "fem"}, open_book(TABLES))
        assert found == true
        assert found.rent
        assert found.granskade > 1000
    finally:
        whole.dispose()
        server.drop(name)
