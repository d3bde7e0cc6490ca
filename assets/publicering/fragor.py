"""The questions that a kartläggning must answer, and which cells answer them. Data only: asking is in ``nytta``.

The duty to map and follow up is in Socialstyrelsen's föreskrifter (SOSFS 2014:4, now HSLF-FS 2022:39), the indicators
are those that audits have asked for. The questions are this project's reading of them, not anybody's list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from warehouse.contracts.codes import TOTAL

Grad = Literal["helt", "delvis", "inte", "saknas"]
"""Answered for the year in numbers; in part (see ``nytta``); not; or nothing is delivered that could tell."""


@dataclass(frozen=True, slots=True)
class Monster:
    """Cells that are needed: a measure's for one kön. Dimensions that are not named are totals."""

    tabell: str
    matt: str
    kon: str = TOTAL
    koder: Mapping[str, str] = field(default_factory=dict)
    delning: str | None = None
    """A dimension over which all codes are asked for: its finest codes, unless ``grupper``."""
    grupper: bool = False


@dataclass(frozen=True, slots=True)
class Vag:
    """A way to answer: every one of its patterns must be told. ``hel``: this is all that was asked."""

    monster: tuple[Monster, ...]
    hel: bool = True
    hur: str = ""
    """What a reader gets instead of all, in Swedish."""


@dataclass(frozen=True, slots=True)
class Fraga:
    """A question, and the ways to answer it, the best first."""

    id: str
    text: str
    vagar: tuple[Vag, ...]


def _alla(*monster: Monster) -> Vag:
    return Vag(monster)


def _bara(hur: str, *monster: Monster) -> Vag:
    return Vag(monster, hel=False, hur=hur)


_VUXEN = {"roll": "valdsutsatt_vuxen"}


def _personer(kon: str) -> tuple[Vag, ...]:
    return (
        _alla(Monster("arenden", "antal_personer", kon)),
        _alla(Monster("arenden", "antal_personer", kon, _VUXEN)),
        _bara("bara antalet ärenden", Monster("arenden", "antal_arenden", kon)),
        _bara("bara kvinnor och män tillsammans", Monster("arenden", "antal_personer")),
    )


def _insatser(kon: str) -> tuple[Vag, ...]:
    return (
        _alla(Monster("insatser", "antal_insatser", kon, delning="insatstyp")),
        _alla(Monster("insatser", "antal_personer", kon, delning="insatstyp")),
        _bara(
            "bara insatserna tillsammans efter kön, och varje insats utan kön",
            Monster("insatser", "antal_insatser", kon),
            Monster("insatser", "antal_insatser", delning="insatstyp"),
        ),
        _bara("bara alla insatser tillsammans", Monster("insatser", "antal_insatser", kon)),
        _bara("bara varje insats utan kön", Monster("insatser", "antal_insatser", delning="insatstyp")),
    )


_TRYGG, _HALSA = {"utfallsmatt": "trygghet"}, {"utfallsmatt": "halsa"}
_HEDER = {"hederskontext": "ja"}

FRAGOR: tuple[Fraga, ...] = (
    Fraga("kvinnor", "Hur många kvinnor fick hjälp?", _personer("kvinna")),
    Fraga("man", "Hur många män fick hjälp?", _personer("man")),
    Fraga(
        "alder",
        "Hur gamla var de?",
        (
            _alla(Monster("arenden", "antal_personer", delning="aldersgrupp")),
            _bara("bara barn och vuxna", Monster("arenden", "antal_personer", delning="aldersgrupp", grupper=True)),
            _bara("bara antalet ärenden", Monster("arenden", "antal_arenden", delning="aldersgrupp", grupper=True)),
        ),
    ),
    Fraga("insatser_kvinnor", "Vilka insatser fick kvinnor, och hur många?", _insatser("kvinna")),
    Fraga("insatser_man", "Vilka insatser fick män, och hur många?", _insatser("man")),
    Fraga(
        "skyddat_boende",
        "Hur många placerades i skyddat boende, och hur länge?",
        (
            _alla(
                Monster("skyddat_boende", "antal_placeringar", "kvinna"),
                Monster("skyddat_boende", "antal_dagar", "kvinna"),
            ),
            _alla(Monster("skyddat_boende", "antal_placeringar"), Monster("skyddat_boende", "antal_dagar")),
            _bara("bara antalet placeringar", Monster("skyddat_boende", "antal_placeringar")),
            _bara("bara kvinnors placeringar", Monster("skyddat_boende", "antal_placeringar", "kvinna")),
            _bara(
                "bara beviljade insatser",
                Monster("insatser", "antal_insatser", "kvinna", {"insatstyp": "skyddat_boende"}),
            ),
        ),
    ),
    Fraga(
        "trygghet",
        "Blev de tryggare av hjälpen?",
        (
            *(
                _alla(
                    *(Monster("utfall", m, kon, _TRYGG) for m in ("antal_forbattrade", "antal_forsamrade", "antal_par"))
                )
                for kon in ("kvinna", TOTAL)
            ),
            *(
                _bara("bara hur många som blev tryggare", Monster("utfall", "antal_forbattrade", kon, _TRYGG))
                for kon in ("kvinna", TOTAL)
            ),
            *(
                _bara("bara om hälsan blev bättre", Monster("utfall", "antal_forbattrade", kon, _HALSA))
                for kon in ("kvinna", TOTAL)
            ),
            *(
                _bara(
                    "bara medelvärden före och efter",
                    *(Monster("utfall", m, kon, _TRYGG) for m in ("medel_fore", "medel_efter")),
                )
                for kon in ("kvinna", TOTAL)
            ),
        ),
    ),
    Fraga(
        "valdet",
        "Upphörde eller minskade våldet?",
        (
            *(
                _alla(
                    *(
                        Monster("utfall_vald_samlat", m, kon)
                        for m in ("antal_vald_fore", "antal_upphort", "antal_minskat")
                    )
                )
                for kon in ("kvinna", TOTAL)
            ),
            *(
                _bara("bara en del av utfallet", Monster("utfall_vald_samlat", m, kon))
                for m in ("antal_upphort", "antal_minskat")
                for kon in ("kvinna", TOTAL)
            ),
        ),
    ),
    Fraga(
        "barn",
        "Hur många barn berördes, och utreddes deras behov?",
        (
            _alla(Monster("barn", "antal_barn"), Monster("barn", "antal_ja", koder={"fraga": "utredning"})),
            _bara("bara hur många", Monster("barn", "antal_barn")),
            _bara("bara barn med eget ärende", Monster("barn", "antal_barn_eget_arende")),
        ),
    ),
    Fraga(
        "heder",
        "Hur många levde i en hederskontext, och fick de riktade insatser?",
        (
            *(
                _alla(
                    Monster("heder", "antal_personer", kon, _HEDER),
                    Monster("heder", "antal_riktade_beviljade", kon),
                )
                for kon in ("kvinna", TOTAL)
            ),
            *(_bara("bara hur många", Monster("heder", "antal_personer", kon, _HEDER)) for kon in ("kvinna", TOTAL)),
            *(_bara("bara insatserna", Monster("heder", "antal_riktade_beviljade", kon)) for kon in ("kvinna", TOTAL)),
        ),
    ),
    Fraga(
        "utovare",
        "Hur många våldsutövare nåddes, och tog de emot hjälp?",
        (
            _alla(Monster("valdsutovare", "antal_personer"), Monster("valdsutovare", "antal_tackat_ja")),
            _bara("bara hur många", Monster("valdsutovare", "antal_personer")),
            _bara("bara antalet ärenden", Monster("valdsutovare", "antal_arenden")),
            _bara(
                "bara insatsen samtal",
                Monster("insatser", "antal_insatser", koder={"insatstyp": "samtal_utovare"}),
            ),
        ),
    ),
    Fraga(
        "risk",
        "Bedömdes risken för mer våld?",
        tuple(
            _alla(Monster("riskbedomning", "antal_bedomda", kon), Monster("riskbedomning", "antal_arenden", kon))
            for kon in ("kvinna", TOTAL)
        )
        + tuple(_bara("bara hur många", Monster("riskbedomning", "antal_bedomda", kon)) for kon in ("kvinna", TOTAL)),
    ),
    Fraga(
        "mal",
        "Nådde de sina mål?",
        tuple(
            _alla(*(Monster("maluppfyllelse", m, kon, _VUXEN) for m in ("antal_mal_natt", "antal_mal_bedomda")))
            for kon in ("kvinna", TOTAL)
        )
        + tuple(
            _bara("bara hur många", Monster("maluppfyllelse", "antal_mal_natt", kon, _VUXEN))
            for kon in ("kvinna", TOTAL)
        ),
    ),
    Fraga(
        "ater",
        "Hur många kom tillbaka inom ett år?",
        tuple(
            _alla(*(Monster("aterkommande", m, kon, _VUXEN) for m in ("antal_ater_12", "antal_kohort")))
            for kon in ("kvinna", TOTAL)
        ),
    ),
    Fraga(
        "enkat",
        "Vad tyckte de själva om hjälpen?",
        tuple(
            _alla(
                *(
                    Monster("brukarenkat", "antal_svar", kon, {"fraga": f}, "svar")
                    for f in ("situation_nu", "bemotande")
                )
            )
            for kon in ("kvinna", TOTAL)
        )
        + tuple(
            _bara("bara en del av enkäten", Monster("brukarenkat", "antal_svar", kon, {"fraga": f}, "svar"))
            for f in ("situation_nu", "bemotande", "delaktighet", "betydelse")
            for kon in ("kvinna", TOTAL)
        ),
    ),
    Fraga(
        "bortfall",
        "Vad vet man inte, och hur mycket fattas?",
        (
            _alla(
                Monster("bortfall", "antal_forvantade", delning="variabel"),
                Monster("bortfall", "antal_besvarade", delning="variabel"),
            ),
            _bara("bara andelar", Monster("bortfall", "andel_besvarade", delning="variabel")),
        ),
    ),
)
