"""Deliveries that go wrong in every way we know, each with planted identifiers in it. Nothing is checked here."""

import io
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from sources.iop import write_form
from tests.leak.planted import EMAIL, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations

SLIP = {
    "kalla": "verksamhetssystem",
    "namnd": '"0114"',
    "avsandare": "Upplands Väsby kommun",
    "uttagsdatum": "2026-01-15",
    "omfang": "periodutdrag",
    "period": '"2025"',
    "syntetisk": "ja",
}
CASE = {
    "arende_id": "A1",
    "person_id": NUMBERS[0],
    "roll": "valdsutsatt_vuxen",
    "vuxen": "ja",
    "kon": "kvinna",
    "hederskontext": "nej",
    "startdatum": "2025-03-01",
}
INSATS = {
    "insats_id": "I1",
    "arende_id": NUMBERS[1],
    "insatstyp": "stodsamtal",
    "beslut": "bifall",
    "beslutsdatum": "2025-03-05",
    "verkstalld": "2025-03-06",
    "antal_tillfallen": "4",
    "utforare_id": "jour_1",
}
BAD_MAPPING = f"""\
namn: {NAME}
version: 1
{notations(NUMBERS[2])[1]}: {STREET}
tabeller:
  arende:
    kolumner:
      {NAME}: {notations(NUMBERS[0])[1]}
      person_id: [{EMAIL}]
    koder:
      kon:
        {notations(NUMBERS[0])[2]}: {NAME}
"""
BROKEN_MAPPING = f"namn: [{NAME}\n {notations(NUMBERS[0])[1]}: '{STREET}"


def csv(rows: list[dict[str, str]], extra: Mapping[str, str] | None = None) -> str:
    """A file with the columns of the first row, then some of our own."""
    names = [*rows[0], *(extra or {})]
    return "".join(
        ";".join(line) + "\r\n" for line in (names, *([*row.values(), *(extra or {}).values()] for row in rows))
    )


def _cases() -> str:
    """Good rows with each notation as the person's key, then every word in every column where it does not belong."""
    good = [
        CASE | {"arende_id": f"A{i}", "person_id": n} for i, n in enumerate(n for p in NUMBERS for n in notations(p))
    ]
    bad = [
        CASE | {"arende_id": f"B{i}{name}", name: word}
        for name in CASE
        if name not in ("arende_id", "person_id")
        for i, word in enumerate((notations(NUMBERS[0])[1], NAME, STREET, EMAIL, PHONE, SENTENCE))
    ]
    keys = [CASE | {"arende_id": f"C{i}", "person_id": w} for i, w in enumerate((SENTENCE, EMAIL, NAME, PHONE))]
    wrong_digit = CASE | {"arende_id": NUMBERS[3], "person_id": NUMBERS[0][:-1] + "3"}
    return csv([*good, *bad, *keys, wrong_digit])


def _book(sheets: Mapping[str, list[list[str]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def deliveries(scratch: Path) -> dict[str, tuple[bytes, str | None]]:
    """File name -> content and delivery note; ``scratch`` is a folder to work in."""
    sound = csv([CASE])
    case = _slip(tabell="arende")
    insats = _slip(tabell="insats")
    header = sound.partition("\r\n")[0]
    form = scratch / "blankett.xlsx"
    write_form(form, kommun="0114", ar=2025, jour="Jouren Prov")
    whole = form.read_bytes()
    form.unlink()
    wrong_cells = {"antal_tillfallen": PHONE, "utforare_id": EMAIL, "beslutsdatum": notations(NUMBERS[0])[1]}
    # Words that hold no identifier a machine can know, in columns that must not take them.
    wrong_cells |= {"insatstyp": NAME, "beslut": STREET}
    # The rows, then what was meant to be one.
    found: dict[str, tuple[bytes, str | None]] = {
        "arenden.csv": (_cases().encode("cp1252"), case),
        "insatser.csv": (
            csv([INSATS, *(INSATS | {"insats_id": f"J{n}", n: w} for n, w in wrong_cells.items())]).encode(),
            insats,
        ),
        "alla-rader-fel.csv": (csv([CASE | {"kon": w} for w in WORDS]).encode(), case),
        "fel-antal-falt.csv": (f"{sound}{SENTENCE};{SENTENCE}\r\n{';'.join(WORDS)}\r\n".encode(), case),
        "avkortad.csv": (f'{sound}"{SENTENCE};'.encode(), case),
        "avkortad-utf8.csv": (f"{sound}{SENTENCE};å".encode()[:-1], case),
        "utf16-utan-bom.csv": (f"{sound}{SENTENCE}".encode("utf-16-le"), case),
        "utf16.csv": (csv([CASE | {"kon": NAME}]).encode("utf-16"), case),
        "blandad-kodning.csv": (f"{sound}{SENTENCE}å".encode() + STREET.encode("cp1252"), case),
        "styrtecken.csv": (f"{sound}{SENTENCE}\x00\x01".encode(), case),
        "tom.csv": (b"", case),
        "bara-rubriker.csv": (f"{header}\r\n".encode(), case),
        "utan-rubriker.csv": (sound.partition("\r\n")[2].encode() * 3, case),
        "utan-rubriker-foljesedel.csv": (";".join(WORDS).encode() + b"\r\n" + ";".join(WORDS).encode(), None),
        "rubriker-av-personer.csv": (csv([CASE], {w: w for w in (NAME, NUMBERS[1], EMAIL, STREET)}).encode(), case),
        "dubbla-rubriker.csv": (csv([CASE | {NAME: "x"}], {NAME + " ": "y"}).encode(), case),
        "forbjuden-kolumn.csv": (
            csv([CASE], {"namn": NAME, "adress": STREET, "personnummer": NUMBERS[2]}).encode(),
            case,
        ),
        "okand-kolumn.csv": (csv([CASE], {"diverse": SENTENCE}).encode(), case),
        "pdf.csv": (b"%PDF-1.7 " + SENTENCE.encode(), case),
        "okant.bin": (SENTENCE.encode(), None),
        "trasig.xlsx": (whole[: len(whole) // 2] + SENTENCE.encode(), _slip(kalla="iop")),
        "inte-excel.xlsx": (SENTENCE.encode() * 2, _slip(kalla="iop")),
        "fel-blad.xlsx": (_book({NAME: [[SENTENCE], list(WORDS)]}), None),
        "fel-omslag.xlsx": (
            _book({"Omslag": [["Uppgift", "Svar"], [SENTENCE, NAME]], "Siffror": [list(WORDS)]}),
            _slip(kalla="iop"),
        ),
        "siffror.csv": (
            csv(
                [
                    dict(
                        zip(
                            _FIGURES,
                            ("0114", "2025", "insatser", "{}", "totalt", "antal", value, document),
                            strict=True,
                        )
                    )
                    for value, document in ((NUMBERS[0], "rapport"), ("4", notations(NUMBERS[0])[1]), (NAME, EMAIL))
                ]
            ).encode(),
            _slip(kalla="aggregat", tabell="aggregat"),
        ),
        # What is taken in but for its delivery note.
        "siffror-mappning.csv": (
            csv(
                [
                    dict(
                        zip(
                            _FIGURES, ("0114", "2025", "insatser", "{}", "totalt", "antal", "4", "rapport"), strict=True
                        )
                    )
                ]
            ).encode(),
            _slip(kalla="aggregat", tabell="aggregat", mappning=f"'{SENTENCE}'"),
        ),
        f"{NAME} {notations(NUMBERS[0])[1]}.csv": (csv([CASE | {"arende_id": "filnamn"}]).encode(), case),
        f"{notations(NUMBERS[1])[0]}_{EMAIL}.csv": (b"x", None),
        f"{notations(NUMBERS[1])[2]}.{NUMBERS[2]}": (b"y", None),
        "mappning-saknas.csv": (sound.encode(), case + f"mappning: {SENTENCE}\n"),
        "mappning-fel.csv": (sound.encode() + b"\r\n", case + "mappning: fel\n"),
        "mappning-trasig.csv": (sound.encode() + b"\r\n\r\n", case + "mappning: trasig\n"),
        "sedel-trasig.csv": (sound.encode() + b" ", f"kalla: [{NAME}\n{SENTENCE}: '"),
        "sedel-bara-text.csv": (sound.encode() + b"  ", SENTENCE),
        "sedel-okand-nyckel.csv": (sound.encode() + b"   ", f"{case}{NAME}: {NUMBERS[0]}\n"),
        "sedel-dubbel-nyckel.csv": (sound.encode() + b"\r", f"{case}'{SENTENCE}': 1\n'{SENTENCE}': 2\n"),
    }
    own = csv([CASE | {"arende_id": "sedel"}])
    for place, key in enumerate(
        (
            "kalla",
            "tabell",
            "namnd",
            "uttagsdatum",
            "omfang",
            "period",
            "syntetisk",
            "avsandare",
            "dnr",
            "rattslig_grund",
        )
    ):
        # A sender who writes whom it is about where the note asks for something else.
        content = own.encode() + b"\r\n" * place
        found[f"sedel-{key}.csv"] = (content, _slip(**{"tabell": "arende", key: f"'{SENTENCE}'"}))
    return found


_FIGURES = ("namnd", "ar", "tabell", "dimensioner", "kon", "matt", "varde", "kalldokument")


def _slip(**said: str) -> str:
    return "".join(f"{key}: {value}\n" for key, value in (SLIP | said).items())


def plant(inbox: Path) -> int:
    """Put all of them in the inbox; returns how many."""
    inbox.mkdir(parents=True, exist_ok=True)
    found = deliveries(inbox.parent)
    for name, (content, slip) in found.items():
        (inbox / name).write_bytes(content)
        if slip is not None:
            (inbox / f"{name}.foljesedel.yaml").write_text(slip, encoding="utf-8")
    return len(found)


def mappings(folder: Path) -> dict[str, Path]:
    """Mappings that cannot be used, with planted words in them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("fel", BAD_MAPPING), ("trasig", BROKEN_MAPPING)):
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return {name: folder / f"{name}.yaml" for name in ("fel", "trasig")}
