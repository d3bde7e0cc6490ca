"""The cover of the forms with person records: what a följesedel states, asked for in a sheet. Reads and describes it.

Shared by the workbook (``arbetsbok``) and the case form (``arendeblad``). No records here.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from sources._values import fold, iso_date
from sources.base import Unreadable
from sources.forms.sheets import Book, write_cover
from sources.readers import Grid
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault
from warehouse.contracts.reference import kommuner

COVER = "Försättsblad"
NOTHING = "Inget att redovisa"

_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "kommun": ("Kommun", "Kommunen vars nämnd är personuppgiftsansvarig."),
    "namnd": ("Kommunkod", "Fyra siffror, till exempel 0114."),
    "avsandare": ("Avsändare", "Förvaltning eller enhet som lämnar uppgifterna. Ingen persons namn behövs."),
    "uttagsdatum": ("Uttagsdatum", "Dagen som uppgifterna är sanna för, ÅÅÅÅ-MM-DD. Inte senare än i dag."),
    "omfang": (
        "Omfång",
        "Periodutdrag: det som hör till ett år, och ersätter det årets förra leverans. Helbild: allt ni har, och "
        "ersätter alla tidigare leveranser.",
    ),
    "period": ("Period", "Året, till exempel 2025, eller 2024-2025. Lämnas tomt för helbild."),
    "dnr": ("Diarienummer", "Om leveransen har ett eget diarienummer. Aldrig ett ärendes."),
    "rattslig_grund": ("Rättslig grund", "Om det ska stå på kvittot, till exempel ett lagrum."),
    "syntetisk": ("Påhittade uppgifter", "Ja om raderna är påhittade (övning, test). Annars Nej."),
    "version": ("Formulärversion", "Ändras inte."),
}
_NEEDED = ("namnd", "avsandare", "uttagsdatum", "omfang")
_YES_NO = ("Ja", "Nej")


def write(
    book: Book,
    version: str,
    stated: Mapping[str, str],
    tables: Mapping[str, str] | None = None,
    nothing: Collection[str] = (),
) -> None:
    """Writes the cover. ``stated`` has the answers known; ``tables`` (name to title) may be said to be empty."""
    choices = {"omfang": tuple(CODES["omfang"].values()), "syntetisk": _YES_NO}
    labels = {"omfang": CODES["omfang"], "syntetisk": {"ja": "Ja", "nej": "Nej"}}
    answers = dict(stated) | {"version": version}
    if stated.get("namnd"):
        answers.setdefault("kommun", kommuner()[stated["namnd"]])
    lines = [
        (title, labels.get(key, {}).get(answers.get(key, ""), answers.get(key, "")), tip, choices.get(key))
        for key, (title, tip) in _QUESTIONS.items()
    ]
    tip = f"Lämna tomt. Har ni räknat och kommit fram till att det inte finns något: välj {NOTHING}."
    lines += [
        (_sheet_question(title), NOTHING if name in nothing else "", tip, (NOTHING,))
        for name, title in (tables or {}).items()
    ]
    write_cover(book, COVER, lines, locked=[_QUESTIONS["version"][0]])


def read(
    grid: Grid, version: str, slip: Mapping[str, Any], tables: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], frozenset[str]]:
    """What the cover states, in the words of a följesedel, and the tables said to have nothing.

    Raises:
        Unreadable: with everything that is wrong with the cover, by row.
    """
    titles = {fold(title): key for key, (title, _) in _QUESTIONS.items()}
    titles |= {fold(_sheet_question(title)): f"_{name}" for name, title in (tables or {}).items()}
    found: dict[str, tuple[int, str]] = {}
    faults: list[Fault] = []
    for rad, row in enumerate(grid, start=1):
        key = titles.get(fold(row[0])) if row else None
        if key is None:
            continue
        if key in found:
            faults.append(Fault("forsattsblad_fel", rad, key.strip("_"), COVER, bokstav="A"))
        found.setdefault(key, (rad, row[1].strip() if len(row) > 1 else ""))
    if "version" not in found:
        raise Unreadable(Fault("formularversion", blad=COVER))
    answers = {key: text for key, (_, text) in found.items() if text}
    if fold(answers.get("version", "")) != fold(version):
        raise Unreadable(Fault("formularversion", found["version"][0], "version", COVER, bokstav="B"))
    stated, wrong = _stated(answers)
    faults += [_at(found, "forsattsblad_tomt", key) for key in _NEEDED if key not in answers and not slip.get(key)]
    faults += [_at(found, rule, key) for key, rule in wrong]
    nothing = frozenset(key[1:] for key in answers if key.startswith("_"))
    faults += [_at(found, "forsattsblad_fel", f"_{n}") for n in nothing if fold(answers[f"_{n}"]) != fold(NOTHING)]
    if faults:
        raise Unreadable(*faults, facts={k: v for k, v in stated.items() if k not in {key for key, _ in wrong}})
    return stated, nothing


def _stated(answers: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The answers in the words of a följesedel; which of them cannot be used, and by which rule."""
    out: dict[str, Any] = {key: text for key, text in answers.items() if key in _QUESTIONS}
    out.pop("version", None)
    name, wrong = out.pop("kommun", None), []
    if "namnd" in out:
        out["namnd"] = out["namnd"].zfill(4)  # Excel takes the leading zero from a number
        known = kommuner().get(out["namnd"])
        if known is None:
            wrong.append(("namnd", "okand_kommun"))
        elif name is not None and name.casefold().removesuffix(" kommun") != known.casefold():
            wrong.append(("kommun", "forsattsblad_fel"))  # name and code say different kommuner
    if "uttagsdatum" in out:
        out["uttagsdatum"] = iso_date(out["uttagsdatum"], "auto")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", out["uttagsdatum"]):
            wrong.append(("uttagsdatum", "forsattsblad_fel"))
    choices = {"omfang": CODES["omfang"], "syntetisk": {"ja": "Ja", "nej": "Nej"}}
    for key, codes in choices.items():
        if key in out:
            known_codes = {fold(word): code for code, label in codes.items() for word in (code, label)}
            code = known_codes.get(fold(out[key]))
            if code is None:
                wrong.append((key, "forsattsblad_fel"))
            out[key] = code
    if out.get("omfang") == "helbild" and "period" in out:
        wrong.append(("period", "forsattsblad_fel"))
    if out.get("omfang") == "periodutdrag" and not re.fullmatch(r"\d{4}(-\d{4})?", out.get("period", "")):
        wrong.append(("period", "forsattsblad_fel"))
    return out, wrong


def _at(found: Mapping[str, tuple[int, str]], rule: str, key: str) -> Fault:
    rad = found[key][0] if key in found else None
    return Fault(rule, rad, key.strip("_"), COVER, bokstav="B" if rad else None)


def _sheet_question(title: str) -> str:
    return f"Bladet {title}"
