"""The forms with person records: identifiers planted anywhere in them reach nothing that a run writes.

But for the encrypted original, and the marked copy that goes back to the sender. Where a word that only a person can
tell for a name may stand (who sends it), the cell gets what a machine can know.
"""

from collections.abc import Callable, Iterator
from itertools import cycle

import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from tests.form_tools import DAY, Grids, book, case_form, grids, workbook
from tests.leak.planted import EMAIL, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations
from tests.leak.search import Hit, search_bytes, search_databases, search_tree

COVER, CASES = "Försättsblad", "Ärendeblad"
KNOWN = (notations(NUMBERS[0])[1], NUMBERS[1], EMAIL, PHONE, SENTENCE)
SLIP = """\
kalla: verksamhetssystem
tabell: arendeblad
namnd: "0114"
avsandare: Socialkontoret
uttagsdatum: 2026-01-15
omfang: periodutdrag
period: "2025"
"""


def answers(sheets: Grids) -> list[str]:
    """The sheets with records."""
    return [name for name in sheets if name not in {"Läs mig", COVER, "Exempel", "Listor"}]


def spoilt(fresh: Callable[[], Grids], kind: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents of forms, each with planted words in one kind of place."""
    words = cycle(WORDS)
    for start, step in ((1, 1), (1, 2)):  # all rows, or some that leave the rest to be read
        sheets = fresh()
        for name in answers(sheets):
            for row in sheets[name][start::step]:
                if any(row):
                    row[:] = [next(words) for _ in row]
        yield f"{kind}-rader-{start}-{step}.xlsx", book(sheets)
    for offset in range(3):  # one word in each row, so that the rest of it is judged too
        sheets = fresh()
        for name in answers(sheets):
            for number, row in enumerate(sheets[name][1:]):
                if any(row):
                    row[(number * 3 + offset) % len(row)] = next(words)
        yield f"{kind}-rutor-{offset}.xlsx", book(sheets)
    sheets = fresh()  # what no machine can know for an identifier, where it must not stand
    for name in answers(sheets):
        for number, row in enumerate(sheets[name][1::2]):
            if any(row):
                row[:] = [(NAME, STREET)[number % 2] for _ in row]
    yield f"{kind}-ord.xlsx", book(sheets)
    for row, word in zip((3, 5, 7, 8, 10), KNOWN, strict=True):
        sheets = fresh()
        sheets[COVER][row][1] = word
        yield f"{kind}-omslag-{row}.xlsx", book(sheets)
    sheets = fresh()
    for row in sheets[COVER]:
        row[0] = next(words)
    yield f"{kind}-ledtexter.xlsx", book(sheets)
    sheets = fresh()
    for name in answers(sheets):  # each sheet answers for itself: all of them in one workbook
        sheets[name][0] = [next(words) for _ in sheets[name][0]]
    yield f"{kind}-rubriker.xlsx", book(sheets)
    sheets = fresh()
    for name in answers(sheets):
        for number, row in enumerate(sheets[name]):  # columns that nobody knows, under headers that are values
            row += [f"{NAME} {number}" if not number else next(words), next(words)]
    yield f"{kind}-bredvid.xlsx", book(sheets)
    sheets = fresh()
    sheets[NAME] = [[next(words)] * 3]
    yield f"{kind}-bladnamn.xlsx", book(sheets)
    sheets = fresh()
    sheets["Att rätta"] = [["Leverans", NUMBERS[0]], list(WORDS)]
    sheets["Läs mig"] = sheets["Exempel"] = [[word] for word in WORDS]
    yield f"{kind}-runtom.xlsx", book(sheets)
    sheets = fresh()
    last = answers(sheets)[-1]
    yield f"{kind} {NAME} {NUMBERS[0]}.xlsx", book(sheets, [(last, 1, 2), (last, 2, 5)])


def as_csv(sheets: Grids) -> bytes:
    """The case form as CSV, a word in each of its rows."""
    words = cycle(word for word in WORDS if ";" not in word)
    rows = [list(row) for row in sheets[CASES] if any(row)]
    for number, row in enumerate(rows[1:]):
        row[number * 7 % len(row)] = next(words)
    return "\n".join(";".join(cell.replace(";", ",") for cell in row) for row in rows).encode("cp1252", "replace")


def test_nothing_planted_is_written_but_to_the_original_and_the_marked_copy(
    make_workspace: Callable[..., Workspace],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    caplog.set_level(0)
    told: list[str] = []
    ws = make_workspace(today=DAY)
    ws.journal.tell = told.append
    books = {"arbetsbok": grids(workbook()), "arendeblad": grids(case_form())}
    planted = {
        name: content
        for kind, sheets in books.items()
        for name, content in spoilt(
            lambda whole=sheets: {name: [list(row) for row in grid] for name, grid in whole.items()}, kind
        )
    }
    planted["arenden.csv"] = as_csv(books["arendeblad"])
    for name, content in planted.items():
        (ws.inbox / name).write_bytes(content)
    (ws.inbox / "arenden.csv.foljesedel.yaml").write_text(SLIP, encoding="utf-8")
    got = receive(ws, told.append)
    assert (got.stuck, list(ws.inbox.iterdir())) == ([], [])

    rules = {fault.regel for result in got.results for fault in (*result.faults, *result.notes)}
    # In one workbook every sheet was gone through, whatever was found in the sheets before it.
    sheets_with = {
        (result.fil, fault.regel, fault.blad) for result in got.results for fault in (*result.faults, *result.notes)
    }
    for regel, what in (("saknad_kolumn", "rubriker"), ("okand_kolumn", "bredvid")):
        told_of = {blad for fil, rule, blad in sheets_with if (fil, rule) == (f"arbetsbok-{what}.xlsx", regel)}
        assert told_of == set(answers(books["arbetsbok"]))
    assert rules >= {
        "identitet_i_fel_kolumn", "okand_kod", "datum_format", "heltal", "form", "ruta_0_1", "formelfel", "okant_blad",
        "forsattsblad_fel", "formularversion", "saknad_kolumn", "okand_kolumn", "identitet_i_foljesedel",
    }  # fmt: skip
    assert {result.status for result in got.results} >= {"avvisad", "delvis_godkand", "godkand"}
    assert search_bytes(planted["arenden.csv"], "the search sees what was planted") != set()
    assert list((ws.home / "archive").rglob("*.enc")) != []

    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert {f"{name}: register.{table}" for table in ("arende", "insats", "matning")} <= read
    copies = tuple(ws.outbox.glob("leverans-*-att-ratta.*"))
    hits |= search_tree(ws.home, skip=copies)
    hits |= search_bytes("\n".join(str(copy) for copy in copies).encode(), "names of copies")
    out = capfd.readouterr()
    for words in (told, got, out.out, out.err, caplog.text, [str(w.message) for w in recwarn]):
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    assert hits == set[Hit]()
