"""What of the tabellplan may be published at all, and how its measures hang together. What is not named here is not.

A measure that could be worked out from others must say so (``del_av``, ``summor``, ``SAMBAND``): a relation that is not
declared is not protected. A test looks through counted tables for relations that nobody declared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from quality.disclosure.policy import Kind


@dataclass(frozen=True, slots=True)
class Matt:
    """A count that is published. ``del_av`` names the measure that it is some of, ``hogst`` one it never exceeds."""

    namn: str
    slag: Kind = "person"
    del_av: str | None = None
    hogst: str | None = None
    vikt: float = 1.0
    """How much it is missed where it is hidden."""


@dataclass(frozen=True, slots=True)
class Harlett:
    """A share, mean or median: shown only where every count that it rests on is. ``delar`` are such measures."""

    namn: str
    delar: tuple[str, ...]
    slag: Literal["andel", "medel", "median", "tal"] = "andel"
    bas: str | None = None
    """The count of those that it describes; by default the last of ``delar``."""

    @property
    def antal(self) -> str:
        """The base's measure."""
        return self.bas or self.delar[-1]


@dataclass(frozen=True, slots=True)
class Offentlig:
    """A table that is published: its counts, what is derived of them, and what adds up."""

    tabell: str
    matt: tuple[Matt, ...] = ()
    harledda: tuple[Harlett, ...] = ()
    summor: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(measure, the measures that it is the sum of), cell by cell."""
    delsummor: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    """(measure, another, a dimension of that one, codes): the sum of the other over the codes (all, where none are
    named) is the measure, where the dimension is left out."""
    egenskaper: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Dimensions that are sensitive traits, with the codes that tell nothing of anyone (no, unknown)."""
    oppen: bool = False
    """Public at its source: printed as it is."""
    rapporterad: bool = False
    """Figures that others reported: they need not add up, and are said to only where they do."""

    def measure(self, namn: str) -> Matt | None:
        """The count of that name, if it is published."""
        return next((m for m in self.matt if m.namn == namn), None)


@dataclass(frozen=True, slots=True)
class Ref:
    """The same measure for every kön and period: the table's total but for the named codes."""

    tabell: str
    matt: str
    koder: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Samband:
    """Counts of several tables, by what they are said to count.

    ``summa``: the whole is the sum of its parts. ``hogst``: it is never less than each. ``minst``: it is never more
    than their sum. ``rest``: what it has beyond its parts is a count of its own, though it stands nowhere.

    They follow from definitions, and hold as long as records do not contradict them; where they do, a reader who goes
    by them is wrong and learns nothing.
    """

    helhet: Ref
    delar: tuple[Ref, ...]
    slag: Literal["summa", "hogst", "minst", "rest"] = "summa"


def _utfall(
    pairs: tuple[str, ...], of: str = "antal_par", persons: str = "antal_personer_intervall"
) -> tuple[Matt, ...]:
    """Outcomes: how many cases, and how many persons (what intervals are made of)."""
    return tuple(
        m
        for name in pairs
        for m in (
            Matt(f"antal_{name}", "egenskap", del_av=of, vikt=2),
            Matt(f"personer_{name}", "egenskap", del_av=persons, hogst=f"antal_{name}"),
        )
    )


def _andelar(
    pairs: tuple[str, ...], of: str = "antal_par", persons: str = "antal_personer_intervall"
) -> tuple[Harlett, ...]:
    return tuple(
        h
        for name in pairs
        for h in (
            Harlett(f"andel_{name}", (f"antal_{name}", of)),
            Harlett(f"andel_{name}_lag", (f"personer_{name}", persons)),
            Harlett(f"andel_{name}_hog", (f"personer_{name}", persons)),
        )
    )


_BATTRE = ("forbattrade", "oforandrade", "forsamrade")
_PAR = (*(f"antal_{n}" for n in _BATTRE), "antal_par")
"""A mean of a short scale tells how many can have moved: it is shown where they are."""
_VALD = ("upphort", "minskat", "kvarstar", "okat")
_EJ_KAND = ("okant", "okand", "ej_bedomt", "saknas", "nej")

PUBLICERAS: dict[str, Offentlig] = {
    o.tabell: o
    for o in (
        Offentlig(
            "arenden",
            (
                Matt("antal_arenden", vikt=3),
                Matt("antal_startade", del_av="antal_arenden"),
                Matt("antal_personer", hogst="antal_arenden", vikt=5),
                Matt("antal_utredningar_inledda"),
                Matt("antal_aktualiseringar", vikt=2),
            ),
        ),
        Offentlig(
            "aterkommande",
            (Matt("antal_kohort"), Matt("antal_ater_12", "egenskap", del_av="antal_kohort", vikt=2)),
            (
                Harlett("andel_ater_12", ("antal_ater_12", "antal_kohort")),
                Harlett("andel_ater_12_lag", ("antal_ater_12", "antal_kohort")),
                Harlett("andel_ater_12_hog", ("antal_ater_12", "antal_kohort")),
            ),
        ),
        Offentlig(
            "insatser",
            (
                Matt("antal_insatser", vikt=4),
                Matt("antal_personer", hogst="antal_insatser", vikt=3),
                Matt("antal_avslag", "egenskap"),
                Matt("antal_med_start", del_av="antal_insatser"),
                Matt("antal_inom_14", del_av="antal_med_start"),
                Matt("antal_avidentifierade"),
            ),
            (
                Harlett("andel_inom_14", ("antal_inom_14", "antal_med_start")),
                Harlett("median_vantetid", ("antal_inom_14", "antal_med_start"), "median"),
            ),
        ),
        Offentlig(
            "utfall",
            (
                Matt("antal_arenden"),
                Matt("antal_par", del_av="antal_arenden", vikt=3),
                Matt("antal_personer_intervall", hogst="antal_par"),
                *_utfall(_BATTRE),
            ),
            (
                Harlett("andel_par", ("antal_par", "antal_arenden")),
                *_andelar(_BATTRE),
                *(Harlett(f"medel_{when}", _PAR, "medel", "antal_par") for when in ("fore", "efter")),
            ),
            (
                ("antal_par", tuple(f"antal_{n}" for n in _BATTRE)),
                ("antal_personer_intervall", tuple(f"personer_{n}" for n in _BATTRE)),
            ),
        ),
        Offentlig(
            "utfall_vald_samlat",
            (
                Matt("antal_arenden"),
                Matt("antal_par", del_av="antal_arenden", vikt=3),
                Matt("antal_vald_fore", "egenskap", del_av="antal_par"),
                Matt("personer_vald_fore", "egenskap", hogst="antal_vald_fore"),
                *_utfall(_VALD, "antal_vald_fore", "personer_vald_fore"),
            ),
            (
                Harlett("andel_par", ("antal_par", "antal_arenden")),
                *_andelar(_VALD, "antal_vald_fore", "personer_vald_fore"),
            ),
            (
                ("antal_vald_fore", tuple(f"antal_{n}" for n in _VALD)),
                ("personer_vald_fore", tuple(f"personer_{n}" for n in _VALD)),
            ),
        ),
        Offentlig(
            "heder",
            (
                Matt("antal_arenden", "egenskap"),
                Matt("antal_personer", "egenskap", hogst="antal_arenden", vikt=3),
                Matt("antal_riktade_beviljade", "egenskap", vikt=2),
            ),
            egenskaper={"hederskontext": _EJ_KAND},
        ),
        Offentlig(
            "vald",
            (
                Matt("antal_arenden"),
                Matt("antal_med_valdstyp", del_av="antal_arenden"),
                Matt("antal_valdstyp", "egenskap", vikt=2),
                Matt("antal_med_svarighetsgrad", del_av="antal_arenden"),
                Matt("antal_svarighetsgrad", "egenskap"),
                Matt("antal_med_relation", del_av="antal_arenden"),
                Matt("antal_relation", "egenskap", vikt=2),
            ),
            (
                Harlett("andel_valdstyp", ("antal_valdstyp", "antal_med_valdstyp")),
                Harlett("andel_svarighetsgrad", ("antal_svarighetsgrad", "antal_med_svarighetsgrad")),
                Harlett("andel_relation", ("antal_relation", "antal_med_relation")),
            ),
            tuple((f"antal_med_{n}", (f"antal_{n}",)) for n in ("valdstyp", "svarighetsgrad", "relation")),
            egenskaper={"valdstyp": _EJ_KAND, "svarighetsgrad": _EJ_KAND, "relation": _EJ_KAND},
        ),
        Offentlig(
            "barn",
            (
                Matt("antal_barn_eget_arende", vikt=2),
                Matt("antal_barn", "egenskap", vikt=3),
                Matt("antal_svar", del_av="antal_barn"),
                Matt("antal_ja", "egenskap", del_av="antal_svar", vikt=2),
            ),
            (Harlett("andel_ja", ("antal_ja", "antal_svar")),),
            egenskaper={"utsatt_eller_bevittnat": _EJ_KAND},
        ),
        Offentlig(
            "valdsutovare",
            (
                Matt("antal_arenden", vikt=2),
                Matt("antal_personer", hogst="antal_arenden", vikt=2),
                Matt("antal_erbjudna", "egenskap"),
                Matt("antal_tackat_ja", "egenskap", del_av="antal_erbjudna"),
            ),
            (Harlett("andel_tackat_ja", ("antal_tackat_ja", "antal_erbjudna")),),
        ),
        Offentlig(
            "skyddat_boende",
            (
                Matt("antal_placeringar", vikt=3),
                Matt("antal_avslutade", del_av="antal_placeringar"),
                Matt("antal_personer", hogst="antal_placeringar", vikt=2),
                Matt("antal_dagar", "belopp", vikt=2),
                Matt("antal_medfoljande_barn"),
                Matt("antal_efterat", "egenskap"),
            ),
            (Harlett("median_dagar", ("antal_avslutade",), "median"),),
            (("antal_avslutade", ("antal_efterat",)),),
            egenskaper={"efterat": _EJ_KAND},
        ),
        Offentlig(
            "riskbedomning",
            (
                Matt("antal_arenden"),
                Matt("antal_bedomda", del_av="antal_arenden", vikt=3),
                Matt("antal_freda", del_av="antal_bedomda", vikt=2),
            ),
            (
                Harlett("andel_bedomda", ("antal_bedomda", "antal_arenden")),
                Harlett("andel_freda", ("antal_freda", "antal_arenden")),
            ),
        ),
        Offentlig(
            "maluppfyllelse",
            (
                Matt("antal_avslutade"),
                Matt("antal_mal", "egenskap", del_av="antal_avslutade", vikt=2),
                Matt("antal_mal_bedomda", del_av="antal_avslutade"),
                Matt("antal_mal_natt", "egenskap", del_av="antal_mal_bedomda", vikt=2),
            ),
            (Harlett("andel_mal_natt", ("antal_mal_natt", "antal_mal_bedomda")),),
            delsummor=(
                ("antal_mal_natt", "antal_mal", "mal_utfall", ("helt", "delvis")),
                ("antal_mal_bedomda", "antal_mal", "mal_utfall", ("helt", "delvis", "inte")),
            ),
            egenskaper={"mal_utfall": _EJ_KAND},
        ),
        Offentlig(
            "brukarenkat",
            (
                Matt("antal_enkater", "enkat_bas", vikt=3),
                Matt("antal_besvarat", "enkat_bas", del_av="antal_enkater"),
                Matt("antal_svar", "enkat_svar", vikt=2),
            ),
            (Harlett("andel_svar", ("antal_svar", "antal_besvarat")),),
            delsummor=(("antal_besvarat", "antal_svar", "svar", ()),),
            egenskaper={"svar": ()},
        ),
        Offentlig(
            "bortfall",
            (
                Matt("antal_forvantade"),
                Matt("antal_besvarade", del_av="antal_forvantade"),
            ),
            (Harlett("andel_besvarade", ("antal_besvarade", "antal_forvantade")),),
        ),
        Offentlig(
            "kolada",
            (
                Matt("antal_vuxna", "oppen"),
                Matt("antal_u30750_personer"),
                Matt("antal_u30751_personer"),
                Matt("antal_u30752_personer", "egenskap"),
            ),
            tuple(
                Harlett(f"per10000_u3075{n}_personer", (f"antal_u3075{n}_personer", "antal_vuxna"), "tal",
                        f"antal_u3075{n}_personer")
                for n in range(3)
            ),
        ),
        Offentlig("iop", tuple(Matt(n) for n in (
            "antal_kontakter", "antal_boende_vuxna", "antal_boende_barn", "antal_nekade_platsbrist",
        )), rapporterad=True),
        Offentlig("anmalda_brott", oppen=True),
        Offentlig("oj", oppen=True),
    )
}  # fmt: skip

EJ_PUBLICERADE = {
    "behov_utbud": "Ställer siffror ur flera tabeller bredvid varandra; rapporten gör det av de släppta tabellerna.",
    "eige": "Korsar utövarens kön, relation och våldstyp: bara för län och riket.",
    "lokala_variabler": "Egna variabler har ingen deklarerad känslighet.",
}
"""Why some tables are never published; the rest have only other measures of what is published, or finer crossings."""

EJ_NOTER: dict[str, tuple[str, ...]] = {
    "kolada": ("Koladas titel räknar vuxna",),
    "utfall": ("Resultatet gäller bara dem", "Svaren är steg"),
    "utfall_vald_samlat": ("Resultatet gäller bara dem",),
    "arenden": ("Väg blandar", "Väg, vad"),
    "skyddat_boende": ("Kostnaden räknas",),
    "riskbedomning": ("PATRIARK räknas", "Ett ärende kan ha flera bedömningar", "Alla metoder ger", "Att fler bedöms"),
    "valdsutovare": ("Samtal som börjat", "Samtalstillfällen räknas", "Registret har ingen"),
    "iop": ("Rader som börjar",),
    "barn": ("Förskola och skola",),
    "insatser": ("Genomförda insatser", "Tillfällen räknas"),
    "maluppfyllelse": ("Övergripande mål gäller", "Insatserna är de", "En person som har flera"),
    "brukarenkat": ("Året räknar alla", "Svarsfrekvensen är"),
}
"""How notes begin that speak of what is not published."""
EGNA_NOTER: dict[str, tuple[str, ...]] = {
    "arenden": ("Totalt räknar alla roller, också våldsutövare.",),
    **dict.fromkeys(("utfall", "utfall_vald_samlat"), ("Resultatet gäller bara dem som svarat både före och efter.",)),
}
"""Notes that only a published table needs."""


def noter(tabell: str, declared: Sequence[str]) -> list[str]:
    """A table's notes as they are published: those that speak of what is there."""
    left_out = EJ_NOTER.get(tabell, ())
    return [*EGNA_NOTER.get(tabell, ()), *(n for n in declared if not n.startswith(left_out))]


FORBJUDNA = (
    (frozenset({"kon", "utovarens_kon", "relation"}), "grupp", "Härleder sexuell läggning."),
    (frozenset({"hederskontext", "kon", "aldersgrupp"}), "kommun", "Pekar ut enskilda i de flesta kommuner."),
    (frozenset({"skyddade_personuppgifter"}), "riket", "Styr hanteringen och är aldrig en redovisningsgrund."),
)
"""Crossings that are not published below a level, and why."""


def noll_kan_doljas(tabell: str, matt: str) -> bool:
    """Whether a zero of the measure may be hidden: where a trait is told, nobody tells as much as somebody.

    A published rule: a reader takes a hidden cell of any other measure to be at least one.
    """
    offentlig = PUBLICERAS[tabell]
    found = offentlig.measure(matt)
    return found is not None and (found.slag in ("egenskap", "enkat_svar", "belopp") or bool(offentlig.egenskaper))


def nollor_dolda() -> frozenset[tuple[str, str]]:
    """Every (table, measure) whose zeros may be hidden."""
    return frozenset(
        (o.tabell, m.namn) for o in PUBLICERAS.values() for m in o.matt if noll_kan_doljas(o.tabell, m.namn)
    )
