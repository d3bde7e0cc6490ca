"""The IOP report's path: identifiers planted anywhere in the form reach nothing that a run writes.

But for the encrypted original, and the marked copy that goes back to the sender. A person's name where the jour's name
belongs cannot be told from one; that cell gets what a machine can know.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from itertools import cycle

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from assets.receiving import receive
from assets.workspace import Workspace
from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS
from tests.leak.planted import EMAIL, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations
from tests.leak.search import Hit, search_bytes, search_databases, search_tree
from tests.report_tools import altered, saved, written

COVER, FIGURES = "Försättsblad", "Uppgifter"
FOUND = (notations(NUMBERS[0])[1], NUMBERS[1], EMAIL, PHONE, SENTENCE, STREET)


def forms() -> Iterator[tuple[str, bytes]]:
    """Names and contents of reports, each with planted words in one kind of place."""

    def report(year: int) -> bytes:
        return written(kommun="0114", ar=year, jour="Jouren Prov", figures=EXAMPLE_FIGURES, reasons=EXAMPLE_REASONS)

    def fresh(year: int) -> Workbook:
        return openpyxl.load_workbook(io.BytesIO(report(year)))

    years = iter(range(1990, 2026))
    words = cycle(WORDS)
    for rows in (range(2, 30), range(2, 16), range(16, 30)):  # all rows, and halves that leave the rest to be read
        for columns in ("BCDE", "F", "BCDEF"):
            cells = {(FIGURES, f"{column}{row}"): next(words) for row in rows for column in columns}
            yield f"svar-{rows.start}-{rows.stop}-{columns}.xlsx", altered(report(next(years)), cells)
    for cell in ("B2", "B3", "B4", "B5", "B6", "B7"):
        for place, word in enumerate(FOUND if cell == "B5" else (*FOUND, NAME)):
            yield f"omslag-{cell}-{place}.xlsx", altered(report(1990), {(COVER, cell): word})
    for sheet, row, columns in ((FIGURES, 1, "ABCDEFG"), (COVER, 1, "AB")):
        book = fresh(1990)
        for column in columns:
            book[sheet][f"{column}{row}"] = next(words)
        yield f"rubriker-{sheet}.xlsx", saved(book)
    for sheet, rows in ((FIGURES, range(2, 30)), (COVER, range(2, 8))):
        book = fresh(1990)
        for row in rows:
            book[sheet][f"A{row}"] = next(words)
        yield f"ledtexter-{sheet}.xlsx", saved(book)
    yield "bredvid.xlsx", saved(_beside(fresh(next(years)), words))
    yield "runtom.xlsx", saved(_around(fresh(next(years))))
    book = fresh(1990)
    for sheet in (COVER, FIGURES):
        book[sheet].title = f"{NAME} {sheet}"
    yield "bladnamn.xlsx", saved(book)
    whole = saved(fresh(1990))
    yield "avkortad.xlsx", whole[: len(whole) // 2] + SENTENCE.encode()
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", SENTENCE)
    yield "makro.xlsx", out.getvalue()
    yield f"{NAME} {NUMBERS[0]}.xlsx", saved(_beside(fresh(next(years)), words))


def _beside(book: Workbook, words: Iterator[str]) -> Workbook:
    """Words in every cell that is not read, and a good report in those that are."""
    figures, cover = book[FIGURES], book[COVER]
    for row in (2, 7, 15, 17, 21, 23, 26):
        for column in "BCDEF":
            figures[f"{column}{row}"] = next(words)
    for row in (6, 10, 16, 27):
        for column in "BCD":
            figures[f"{column}{row}"] = next(words)
    for row in range(1, 60):
        figures[f"J{row}"] = next(words)
        if 1 < row < 30:
            figures[f"G{row}"] = next(words)
        if row > 30:
            figures[f"B{row}"] = next(words)
    for cell in ("C2", "C5", "E3", "A9", "A30", "B31"):
        cover[cell] = next(words)
    for sheet in ("Läs mig", "Exempel (påhittat)"):
        book[sheet]["H50"] = next(words)
    for name in (NAME, "Att rätta"):
        extra = book.create_sheet(name)
        for row in range(1, 20):
            extra[f"A{row}"], extra[f"B{row}"] = next(words), next(words)
    return book


def _around(book: Workbook) -> Workbook:
    """Words in what a workbook has beside its cells."""
    sheet = book[FIGURES]
    sheet["B3"].comment = Comment(SENTENCE, NAME)
    sheet["B4"].hyperlink = f"mailto:{EMAIL}"
    sheet.oddHeader.center.text = SENTENCE
    for rule in sheet.data_validations.dataValidation:
        rule.prompt = rule.error = SENTENCE[:250]
    book.properties.title = book.properties.creator = book.properties.description = SENTENCE
    book.defined_names["hemligt"] = DefinedName("hemligt", attr_text=f'"{NAME} {NUMBERS[0]}"')
    return book


def test_nothing_planted_in_a_report_is_written_but_to_its_original_and_its_marked_copy(
    make_workspace: Callable[..., Workspace],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    caplog.set_level(0)
    told: list[str] = []
    ws = make_workspace()
    ws.journal.tell = told.append
    planted = dict(forms())
    for name, content in planted.items():
        (ws.inbox / name).write_bytes(content)
    got = receive(ws, told.append)
    assert (len(got.results), got.stuck, list(ws.inbox.iterdir())) == (len(planted), [], [])

    rules = {fault.regel for result in got.results for fault in (*result.faults, *result.notes)}
    assert rules >= {
        "heltal", "iop_orsak", "alla_rader_fel", "iop_kommunkod", "iop_kommun", "iop_ar", "iop_jour", "iop_pahittad",
        "iop_version", "iop_ombyggd", "iop_makro", "iop_utanfor", "iop_extra_blad", "identitet_i_fel_kolumn",
    }  # fmt: skip
    assert {result.status for result in got.results} >= {"avvisad", "delvis_godkand", "godkand"}

    copies = list(ws.outbox.glob("leverans-*-att-ratta.xlsx"))
    # The search does see what lies in a workbook.
    assert len(copies) > 20
    assert search_bytes(copies[0].read_bytes(), "a copy") != set()
    assert list((ws.home / "archive").rglob("*.enc")) != []

    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert f"{name}: omvarld.iop_rapport" in read
    hits |= search_tree(ws.home, skip=tuple(copies))
    hits |= search_bytes("\n".join(str(copy) for copy in copies).encode(), "names of copies")
    out = capfd.readouterr()
    for words in (told, got, out.out, out.err, caplog.text, [str(w.message) for w in recwarn]):
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    assert hits == set[Hit]()
