"""The field's words: headers as systems may write them, and which words may be shown of a file. Guesses, no rules.

No extract of a real system is known to us: the headers here are the contracts' own names and titles and the words that
Swedish social services use for the same things.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from sources import _values
from sources.mapping.model import ALDER
from sources.mapping.sections import MAPPED_TABLES
from warehouse.contracts.codes import CODES

HEADERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "arende_id": ("ärendenr", "ärendenummer", "aktnr", "aktnummer", "aktid", "ärendeid", "dossiernummer"),
        "person_id": ("personnr", "personnummer", "pnr", "klientid", "persnr", "klientens personnummer"),
        "barn_id": ("barnets personnummer", "barnets personnr", "barnid", "barn pnr"),
        "insats_id": ("insatsnr", "insatsnummer", "beslutsid", "beslutsnr", "beslutsnummer", "beslutid", "insatsid"),
        "aktualisering_id": ("aktualiseringsnr", "aktualiseringsid", "aktualiseringsnummer"),
        "roll": ("klientroll", "klientens roll", "rollkod", "roll i ärendet"),
        "kon": ("klientens kön", "könskod", "konkod", "barnets kön"),
        "vuxen": ("myndig", "över 18", "vuxen vid start"),
        ALDER: ("ålder", "ålder vid start", "ålder i år"),
        "aldersgrupp": ("åldersklass", "åldersintervall"),
        "hederskontext": ("heder", "hedersrelaterat", "hedersvåld", "hedersrelaterat våld"),
        "verksamhetsomrade": ("område", "verksamhet"),
        "enhet": ("team", "enhetskod"),
        "valdstyp": ("typ av våld", "våldets art", "våldsform", "form av våld"),
        "svarighetsgrad": ("grovhet", "våldets grovhet"),
        "relation_till_utovare": ("relation", "relation till utövare", "relation till våldsutövaren"),
        "utovarens_kon": ("våldsutövarens kön",),
        "skyddade_personuppgifter": ("skyddad", "skyddade uppgifter", "sekretessmarkering"),
        "startdatum": (
            "start",
            "ärende startat",
            "inlett",
            "öppnat",
            "startdag",
            "från och med",
            "fr o m",
            "ärende inlett",
        ),
        "slutdatum": ("slut", "avslutat", "ärende avslutat", "stängt", "slutdag", "till och med", "t o m", "upphörde"),
        "avslutsorsak": ("orsak till avslut", "skäl till avslut", "avslutskod", "avslutsskäl"),
        "utredning_inledd": ("utredning startad", "utredning start"),
        "utredning_avslutad": ("utredning slut", "utredning klar"),
        "insatstyp": ("insats", "insatskod", "typ av insats", "insatstypkod", "beslutstyp"),
        "beslut": ("beslutets utfall", "beslutskod", "bifall avslag", "utfall beslut"),
        "beslutsdatum": ("beslutat", "beslutat den", "datum för beslut", "beslutsdag"),
        "verkstalld": ("påbörjad", "verkställt", "verkställt den", "insatsen började", "verkställighetsdatum"),
        "utforare_id": ("utförarkod", "utförarens kod"),
        "antal_tillfallen": ("antal besök", "antal samtal", "tillfällen"),
        "kostnad_kr": ("kostnad i kronor", "belopp", "kronor"),
        "datum": ("aktualiserat", "inkom", "inkommet", "datum för aktualisering", "aktualiseringsdatum"),
        "vag": ("inkomstväg", "kontaktväg", "kom via", "aktualiseringssätt"),
        "matdatum": ("datum för mätning", "mätdag"),
    }
)
"""Column -> what its header may be, beside its own name and title."""

TELLING: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "aktualisering": frozenset({"aktualisering_id", "vag"}),
        "arende": frozenset({"roll", "startdatum", "hederskontext", "valdstyp"}),
        "barn": frozenset({"barn_id", "utsatt_eller_bevittnat"}),
        "insats": frozenset({"insats_id", "insatstyp", "beslut"}),
        "insats_avidentifierad": frozenset({"manad", "antal"}),
        "bedomning": frozenset({"syfte", "niva"}),
        "matning": frozenset({"fas", "matdatum", "trygghet"}),
        "brukarenkat": frozenset({"svar_nr", "betydelse", "bemotande"}),
        "enkat_utskick": frozenset({"tillfragade"}),
    }
)
"""Table -> columns that hardly any other table has."""

NOTHING: Final = ("NULL", "-", "N/A", "#N/A", "NaN", "(null)", "Ej ifyllt", "..")
"""What systems write for nothing."""

_MORE: Final = (
    "akt ansökan avser avslut avslutad beviljad avslagen boende datum den dossier egen eller ej enhet för från före "
    "grupp handling hemma hos hot i id inkom insats inte jourboende klient klientens kod kommun kontakt kränkning kön "
    "lokal mening målgrupp nivå nr nummer och om orsak period person personens personnr pnr samtalsstöd service skäl "
    "slag start startad status stöd system till tillhör tid typ uppdrag utövare utsatt ute verkställd via vid våld "
    "våldets våldsutsatt vuxna år ålder ärende ärendenr återgång övrigt"
)
_SHORT: Final = re.compile(r"[0-9A-ZÅÄÖ]{1,3}")
_DIGITS: Final = re.compile(r"\d{4}")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_STEM: Final = 6


@cache
def columns() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Header as compared -> (table, column) that it may be."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for table, contract in MAPPED_TABLES.items():
        for column in contract.delivered():
            names = [column.name, *HEADERS.get(column.name, ())]
            # An id's title is the thing itself ("Insats"), and so is often the header of its kind.
            names += [] if column.kind == "pseudonym" else [column.title]
            for name in names:
                found.setdefault(_values.head(name), {})[table, column.name] = None
        if any(c.name == "aldersgrupp" for c in contract.delivered()):
            for name in (ALDER, *HEADERS[ALDER]):
                found.setdefault(_values.head(name), {})[table, ALDER] = None
    return {name: tuple(places) for name, places in found.items()}


@cache
def known_words() -> frozenset[str]:
    """Words of the contracts, the code lists and the field, folded: what is shown of a file consists of these."""
    texts = [_MORE, *(h for names in HEADERS.values() for h in names)]
    texts += [f"{c.name.replace('_', ' ')} {c.title}" for t in MAPPED_TABLES.values() for c in t.delivered()]
    texts += [f"{code.replace('_', ' ')} {label}" for codes in CODES.values() for code, label in codes.items()]
    texts += [w for words in _values.SYNONYMS.values() for synonyms in words.values() for w in synonyms]
    return frozenset(_values.fold(word) for text in texts for word in _WORD.findall(text))


def may_be_shown(text: str) -> bool:
    """Whether a header or a code may be repeated: every word is the field's own, or a sign of at most three.

    The sign is in capitals or digits. Never more than 40 signs, never four digits in a row: no name, no number of a
    person and no address fits.
    """
    if not 0 < len(text) <= 40 or _DIGITS.search(text):
        return False
    if re.search(r"[^\w .,/()+-]", text):
        return False
    words = _WORD.findall(text)
    stems = [w for w in known_words() if len(w) >= _STEM]
    return bool(words) and all(_known(word, stems, alone=len(words) == 1) for word in words)


def _known(word: str, stems: list[str], *, alone: bool) -> bool:
    folded = _values.fold(word)
    if folded in known_words():
        return not folded.isdigit() or alone
    if alone and _SHORT.fullmatch(word):
        return True
    # Compounds (samtalskontakt), but in small letters after the first: names of people and places are words too.
    return any(folded.startswith(stem) for stem in stems)
