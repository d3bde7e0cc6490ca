"""The columns of the case form: one row a case, with what is known before, during and after. Declared here, once.

Modelled on what is publicly known of SUV and SU-Kvinnofrid; their own variable lists and file formats are not known
here, and this is not them. No reading and no writing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from sources._values import head
from sources.forms.arbetsbok_form import AGE
from warehouse.contracts.base import Column
from warehouse.contracts.codes import CODES
from warehouse.contracts.register import REGISTER

MOST: Final = 9
"""Insatser and assessments that a row may hold, numbered from 1."""

CASE: Final = "arende"
CONTACT, SUPPORT, TICKED, ASSESSMENT, MEASURED = "aktualisering", "insats", "insats_ruta", "bedomning", "matning"
PHASES: Final = ("fore", "under", "efter")
_WORDS = {"fore": "Före", "under": "Under", "efter": "Efter"}
_COLUMNS = {contract.table(): {c.name: c for c in contract.delivered()} for contract in REGISTER}

_CASE = {
    "": (
        "arende_id", "person_id", "roll", "vuxen", "kon", "aldersgrupp", "alder", "verksamhetsomrade", "enhet",
        "skyddade_personuppgifter", "startdatum",
    ),
    "fore": ("hederskontext", "valdstyp", "svarighetsgrad", "relation_till_utovare", "utovarens_kon"),
    "under": ("utredning_inledd", "utredning_avslutad", "overgripande_mal_finns"),
    "efter": ("slutdatum", "avslutsorsak", "mal_bedomning", "mal_bedomt_av"),
}  # fmt: skip
"""Part of the form -> columns of the case."""
_CONTACT = ("datum", "vag", "utfall")
_ASSESSMENT = ("instrument", "instrumentversion", "syfte", "datum", "niva")
_SUPPORT = (
    "insatstyp", "beslut", "beslutsdatum", "verkstalld", "slutdatum", "utforare_id", "antal_tillfallen",
    "plan_mal_natt", "riktad_hedersutsatt", "anpassningsbehov", "anpassning_tillgodosedd", "kostnad_kr",
)  # fmt: skip
_TICKED = ("beslut", "beslutsdatum", "verkstalld")
_MEASURED = (
    "matdatum", "uppgiftslamnare", "instrument", "vald_fysiskt", "vald_psykiskt", "vald_sexuellt", "vald_ekonomiskt",
    "vald_materiellt", "vald_forsummelse", "trygghet", "halsa", "poang", "saknas_orsak",
)  # fmt: skip
_SHORT = {"insatstyp": "typ", "matdatum": "datum", "utforare_id": "utforare", "instrumentversion": "version"}
_TITLES = {"insatstyp": "typ", "matdatum": "mätdatum", "utforare_id": "utförare", "instrumentversion": "version"}

NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        CASE: ("arende_id", "person_id", "roll", "vuxen", "kon", "hederskontext", "startdatum"),
        CONTACT: _CONTACT,
        SUPPORT: ("insatstyp", "beslut"),
        TICKED: ("beslut",),
        ASSESSMENT: ("instrument", "syfte", "datum"),
        MEASURED: ("matdatum", "uppgiftslamnare"),
    }
)
"""Without these columns the record cannot be read at all; where a file has any of a record's columns it has these."""


@dataclass(frozen=True, slots=True)
class Wide:
    """A column of the form: what it is called, and which column of which record it fills."""

    name: str
    title: str
    record: str
    """``arende``, ``aktualisering``, ``insats``, ``insats_ruta`` (ticked by type), ``bedomning`` or ``matning``."""
    which: str
    """Which of several: the number of an insats or assessment, the phase of a measurement."""
    column: Column
    band: str
    code: str | None = None
    """For a column of its own for each code (1 or 0): the code."""

    @property
    def needed(self) -> bool:
        """Whether a record of its kind must have it."""
        return self.code is None and self.column.name in NEEDED[self.record]


@cache
def columns() -> tuple[Wide, ...]:
    """Every column that the form knows, in order."""
    return tuple(_columns())


def _columns() -> Iterator[Wide]:
    for band, names in _CASE.items():
        if band == "fore":
            yield from (_wide(CONTACT, "", n, band, "aktualisering") for n in _CONTACT)
        if band == "under":
            yield from _support()
        for name in names:
            yield _wide(CASE, "", name, band)
            if name == "valdstyp":
                yield from _boxes(CASE, _COLUMNS[CASE][name], "fore", "valdstyp", "våldstyp")
        if band == "fore":
            for number in range(1, MOST + 1):
                group = f"bedomning_{number}"
                yield from (_wide(ASSESSMENT, str(number), n, band, group) for n in _ASSESSMENT)
        if band in PHASES:
            yield from (_wide(MEASURED, band, n, band) for n in _MEASURED)


def _support() -> Iterator[Wide]:
    for number in range(1, MOST + 1):
        yield from (_wide(SUPPORT, str(number), n, "under", f"insats_{number}") for n in _SUPPORT)
    kind = _COLUMNS[SUPPORT]["insatstyp"]
    yield Wide("under_insatser", "Under: insatser", TICKED, "", kind, "under")
    yield from _boxes(TICKED, kind, "under", "insats", "insats")
    yield from (_wide(TICKED, "", n, "under", "insatser") for n in _TICKED)


def _wide(record: str, which: str, name: str, band: str, group: str = "") -> Wide:
    """A column by the contract's own name, with the part of the form before it."""
    column = AGE if name == AGE.name else _COLUMNS[SUPPORT if record == TICKED else record][name]
    short = _SHORT.get(name, name) if record != CASE else name
    title = column.title if record == CASE else _TITLES.get(name, column.title.lower())
    group_title = {"aktualisering": "aktualisering", "insatser": "insatser"}.get(group, group.replace("_", " "))
    group_title = group_title.replace("bedomning", "bedömning")
    full = ", ".join(part for part in (group_title, title) if part)
    return Wide(
        "_".join(part for part in (band, group, short) if part),
        f"{_WORDS[band]}: {full[:1].lower() + full[1:]}" if band else title,
        record,
        which,
        column,
        band,
    )


def _boxes(record: str, column: Column, band: str, word: str, title: str) -> Iterator[Wide]:
    for code, label in CODES[str(column.codes)].items():
        yield Wide(f"{band}_{word}_{code}", f"{_WORDS[band]}: {title}, {label.lower()}", record, "", column, band, code)


@cache
def known() -> Mapping[str, Wide]:
    """How a header may be written (as ``head`` writes it) -> its column.

    The name and the title; for a column of the case also the register's own name; for the first assessment also
    without its number.
    """
    out: dict[str, Wide] = {}
    for wide in columns():
        names = [wide.name, wide.title]
        if wide.record == CASE and wide.code is None:
            names.append(wide.column.name)
        if wide.record == ASSESSMENT and wide.which == "1":
            names += [wide.name.replace("_1_", "_"), wide.title.replace(" 1,", "")]
        for name in names:
            out.setdefault(head(name), wide)
    return MappingProxyType(out)
