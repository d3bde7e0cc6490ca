"""BRÅ's files with planted identifiers in every place that a file has: nothing of them reaches what a run writes."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlsxwriter

from assets.receiving import receive
from assets.workspace import Workspace
from sources.bra import client as bra_client
from sources.polite import Polite, Unavailable
from tests.leak.planted import EMAIL, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations
from tests.leak.search import Hit, search_bytes, search_databases, search_tree
from tests.replay import Replay, Reply
from tests.unit.bra_pages import page

WHAT = (notations(NUMBERS[0])[1], NUMBERS[1], NAME, STREET, EMAIL, PHONE)
ROOM = {"bra_brott": '"2025"', "bra_handlagda": '"2025"', "bra_indikator": '"2025"'}

OWN = ("kommun", "kommunkod", "period", "periodtyp", "brott_id", "antal", "per_100000_inv")
OWN_ROW = ("Boden", "2582", "2025", "År", "5036", "2995", "10569")
HARVEST = ("Periodtyp", "Periodetikett", "Periodnyckel", "Preliminär", "Kommun", "Region_ID", "Brott", "Brott_ID",
           "Antal", "Per100000", "Status_Antal", "Status_Per100000")  # fmt: skip
HARVEST_ROW = ("Helår", "2025", "2025", "False", "Boden", "8441", "Totalt", "5036", "2995.0", "10569.0", "", "")
YEARLY = ("Kommun", "Antal", "Per 100 000 inv.")
YEARLY_ROW = ("Ale", "2537", "7810")
HANDLED = ("Kategori", "Underkategori", "Handlagda brott", "Utredda brott", "Direktavskrivna brott",
           "Lagföringsprocent", "Personuppklaringsprocent")  # fmt: skip
HANDLED_ROW = ("Misshandel", "Mot kvinna 18 år eller äldre", "9", "8", "1", "14", "11")
PAGE = page(
    {("8441", "5036", "2900"): ("2995", "10569"), ("8441", "11130", "2900"): ("263", "928")},
    {"2900": ("År", "2025")},
    {"8441": "Bodens kommun"},
)
BOOK = [
    ["Anmäld misshandel mot kvinna, inomhus"],
    ["Region", "2025", "2025"],
    ["", "Antal", "Antal per 100 000"],
    ["Boden", "54", "191"],
    ["Ale", "7", "22,5"],
]


def table(header: tuple[str, ...], row: tuple[str, ...], separator: str) -> Iterator[str]:
    """A good row; every word in every cell, one at a time; every word as a header; a row of nothing but words."""
    rows = [header, row]
    for place in range(len(row)):
        rows += [(*row[:place], word, *row[place + 1 :]) for word in (*WHAT, "missing")]
    rows.append(tuple(WORDS[place] for place in range(len(row))))
    yield "\n".join(separator.join(cells) for cells in rows) + "\n"
    yield "\n".join(separator.join(cells) for cells in ((*header, NAME), (*row, SENTENCE)))
    yield "\n".join(separator.join(cells) for cells in ((NAME, *header[1:]), row))
    yield separator.join(header) + f'\n"{SENTENCE}{separator}'


def pages() -> Iterator[str]:
    """Every word in every place of the page: ids, headings, figures, attributes, beside the table."""
    for word in WHAT:
        for place in ("263</td>", "2900", "8441", "11130", "Bodens kommun", "2025", "Ett brott", "Antal", "antal_100"):
            yield PAGE.replace(place, f"{word}</td>" if place.endswith(">") else word)
        yield PAGE.replace("<BODY", f"<!-- {word} --><BODY title='{word}'")
        yield PAGE.replace('headers="2900 280 11130', f'headers="{word} 2900 280 11130')
    yield PAGE[: len(PAGE) // 2] + SENTENCE
    yield f"<html>{SENTENCE}</html>"


def books() -> Iterator[bytes]:
    """Every word as a sheet's name, in every cell, one at a time."""
    places = [(y, x) for y, row in enumerate(BOOK) for x in range(len(row))]
    for name, changes in [
        *((word, {}) for word in WHAT),
        *(("5", {place: WHAT[i % len(WHAT)]}) for i, place in enumerate(places)),
        (NAME, {(0, 0): SENTENCE}),
    ]:
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
            made.add_worksheet("Om filen").write(0, 0, SENTENCE)
            sheet = made.add_worksheet(name[:31])
            for y, row in enumerate(BOOK):
                for x, cell in enumerate(row):
                    sheet.write(y, x, changes.get((y, x), cell))
        yield content.getvalue()


def deliveries() -> Iterator[tuple[str, str, bytes]]:
    """Name, table and content of each."""
    for shape, header, row, separator in (
        ("egen", OWN, OWN_ROW, ","),
        ("skord", HARVEST, HARVEST_ROW, ","),
        ("arsfil", YEARLY, YEARLY_ROW, ";"),
    ):
        for i, text in enumerate(table(header, row, separator)):
            yield f"{shape}-{i}.csv", "bra_brott", text.encode()
    headerless = [";".join(YEARLY_ROW), *(f"{word};12;40" for word in WORDS), *(f"Boden;{w};4" for w in WHAT)]
    yield "utan-rubriker.csv", "bra_brott", "\n".join(headerless).encode()
    yield "databasfil.txt", "bra_brott", f"Region;Brott;Antal\n{NAME};{STREET};{NUMBERS[0]}".encode()
    for i, text in enumerate(pages()):
        yield f"sida-{i}.html", "bra_brott", text.encode()
    for i, text in enumerate(table(HANDLED, HANDLED_ROW, "\t")):
        yield f"handlagda-{i}.txt", "bra_handlagda", text.encode()
    for i, content in enumerate(books()):
        yield f"indikator-{i}.xlsx", "bra_indikator", content


def everything(ws: Workspace, *told: object) -> set[Hit]:
    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert {f"{name}: mottagning.karantan", f"{name}: omvarld.bra_brott"} <= read
    hits |= search_tree(ws.home)
    for words in told:
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    return hits


def test_nothing_of_a_person_in_bras_files_is_written(
    make_workspace: Callable[..., Workspace],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    told: list[str] = []
    ws = make_workspace()
    ws.journal.tell = told.append
    count = 0
    for count, (name, tabell, content) in enumerate(deliveries(), start=1):  # noqa: B007
        (ws.inbox / name).write_bytes(content)
        slip = f"kalla: bra\ntabell: {tabell}\nuttagsdatum: 2026-01-15\nperiod: {ROOM[tabell]}\n"
        (ws.inbox / f"{name}.foljesedel.yaml").write_text(slip, encoding="utf-8")
    got = receive(ws, told.append)
    assert (len(got.results), got.stuck) == (count, [])
    # The paths were walked: rows of every table held, others were set aside, and files refused, for many reasons.
    assert {r.tabell for r in got.results if r.rader_godkanda} >= {"bra_brott", "bra_handlagda", "bra_indikator"}
    rules = {fault.regel for r in got.results for fault in (*r.faults, *r.notes)}
    assert rules >= {
        *("bra_omrade", "bra_region", "bra_cell", "bra_period", "bra_status", "bra_etikett", "bra_blad", "bra_utan_id"),
        *("bra_ingen_tabell", "bra_inga_blad", "okand_kolumn", "avkortad_fil", "heltal", "tal", "okand_kod"),
    }
    assert list(ws.inbox.iterdir()) == []
    out = capfd.readouterr()
    hits = everything(ws, told, got, out.out, out.err, caplog.text)
    # Exempt: the sender's own workbook with its marks, which goes back to the sender and is removed on time.
    assert {hit for hit in hits if not re.fullmatch(r"file outbox/leverans-\d+-att-ratta\.xlsx", hit.place)} == set()


def test_the_search_finds_what_is_put_in_this_very_place(workspace: Workspace) -> None:
    assert everything(workspace) == set()
    (workspace.outbox / "leverans-1-fellista.csv").write_text(f"Boden;{NAME};7", encoding="utf-8")
    assert {hit.place for hit in everything(workspace)} == {"file outbox/leverans-1-fellista.csv"}


@pytest.mark.parametrize("what", ["start", "sok", "soktabell"])
def test_the_client_says_nothing_of_what_it_was_answered(
    what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    form = (
        f'arrayNivaett[0]="5036*{NAME}";arrayRegionNivaEtt[0]="8441*{STREET}";'
        f'arrayPeriod[0]="2900*2025*1*{EMAIL}*-1";arrayPeriod[1]="{NUMBERS[0]}*2024*1*2024*-1";'
    )

    def answer(asked: object) -> Reply:
        path = str(getattr(asked, "path", ""))
        if path.endswith(what):
            return Reply(f"Fel/Error {SENTENCE}".encode(), status=404 if what == "start" else 200)
        return Reply(form.encode() if path.endswith("urval") else SENTENCE.encode())

    with (
        Replay(answer) as server,
        Polite(server.url, per_second=10_000) as polite,
        pytest.raises(Unavailable) as caught,
    ):
        list(bra_client.fetch(polite, kommuner=["2582"], perioder=[2025], brott_ids=[5036]))
    out = capfd.readouterr()
    words = f"{caught.value} {caught.value.args!r} {caught.value.__context__!r} {out.out} {out.err} {caplog.text}"
    assert caught.value.__cause__ is None
    assert search_bytes(words.encode(), "words") | search_tree(tmp_path) == set()
