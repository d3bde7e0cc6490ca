"""What the docs tell of how counts hang together, read from ``docs/tabeller.md`` and ``docs/metod.md``.

Written by hand, and not from the code that counts or protects. A line is ``tables: left = right`` (``<=`` for at most),
where all terms stand in the same cell of that table, but for dimensions in brackets; or, without tables before a
colon, ``table.measure[dimension=code] = ...``, where dimensions not named are totals and ``*`` means every code.
Kön is the same in all terms unless it is said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

LOCAL = "lokal_"
"""How the names of a kommun's own tables begin: of their codes nothing is known."""

INCOMPLETE = {
    ("*", "verksamhetsomrade"),
    ("*", "enhet"),
    ("*", "niva"),
    ("*", "mal_bedomt_av"),
    ("eige", "utovarens_kon"),
    ("eige", "relation"),
}
"""Dimensions in which someone may lack a code and stand in the total alone. (table, dimension)"""

ALSO_PARTS = {
    ("arenden", "antal_personer", "aldersgrupp"),
    ("barn", "antal_barn_eget_arende", "barnalder"),
}
"""Distinct persons that add up all the same: the docs give each person one age. (table, measure, dimension)"""

SEVERAL_SEXES = {("barn_id", "eige")}
"""Children who may stand once in each sex. (what is distinct, table)"""

OPEN: tuple[tuple[str, str, str, str], ...] = (
    ("kolada", "antal_vuxna", "", ""),
    ("behov_utbud", "", "kalla_matt", "brott"),
    ("behov_utbud", "", "kalla_matt", "forekomst"),
    *(
        ("iop", f"antal_{post}", "", "")
        for post in (
            "utatriktade_aktiviteter",
            "utatriktade_deltagare",
            "volontarer",
            "volontartimmar",
            "fast_anstallda",
            "otillrackliga_insatser",
        )
    ),
)
"""What is public at its source, or counts nobody who has sought help. (table, measure or all, dimension, code)"""

NOT_PERSONS = {"dag", "krona", "tillfalle"}
"""Units of sums that are no number of persons, cases or insatser: small is then something else."""

_OUTCOMES = ("utfall", "utfall_insatstyp")
_VIOLENCE = ("utfall_vald", "utfall_vald_samlat", "utfall_vald_insatstyp", "utfall_utovare", "utfall_utovare_samlat")
_MANY = ("utfall_vald_samlat", "utfall_vald_insatstyp", "utfall_utovare_samlat")
TRAITS = (
    ("heder", "antal_heder", "antal_bedomda"),
    ("vald", "antal_valdstyp", "antal_med_valdstyp"),
    ("vald", "antal_svarighetsgrad", "antal_med_svarighetsgrad"),
    ("aterkommande", "antal_ater_12", "antal_kohort"),
    ("aterkommande", "antal_ater_24", "antal_kohort"),
    ("maluppfyllelse", "antal_mal_natt", "antal_mal_bedomda"),
    ("maluppfyllelse", "antal_plan_natt", "antal_plan_bedomda"),
    *((t, f"antal_{d}", "antal_par") for t in _OUTCOMES for d in ("forbattrade", "oforandrade", "forsamrade")),
    *((t, f"{when}_{step}", "antal_par") for t in _OUTCOMES for when in ("fore", "efter") for step in range(1, 6)),
    *(("utfall_poang", f"antal_{d}", "antal_par") for d in ("hogre", "oforandrade", "lagre")),
    *((t, f"antal_{d}", "antal_vald_fore") for t in _VIOLENCE for d in ("upphort", "kvarstar")),
    *((t, f"antal_{d}", "antal_vald_fore") for t in _MANY for d in ("minskat", "okat")),
    *((t, "antal_tillkommit", "antal_ej_vald_fore") for t in _VIOLENCE),
)
"""Sensitive traits: (table, those who have it, those who were asked). All of a group, or nearly all, tells of each."""

_PAIRS = (
    "utfall,utfall_insatstyp,utfall_poang,utfall_vald,utfall_vald_samlat,utfall_vald_insatstyp,utfall_utovare,"
    "utfall_utovare_samlat"
)
_BASES = (
    "bortfall,bortfall_enhet,bortfall_insats,bortfall_fas: antal_forvantade = antal_besvarade + antal_okant"
    " + antal_saknas"
)

LINKS = f"""
arenden: antal_startade <= antal_arenden
arenden: antal_avslutade <= antal_arenden
arenden.antal_personer[kon=totalt,roll=*] <= arenden.antal_arenden[kon=totalt,roll=*]
arenden.antal_arenden_omrade = arenden.antal_arenden
arenden.antal_aktualiseringar_vag = arenden.antal_aktualiseringar
arenden.antal_aktualiseringar_utfall = arenden.antal_aktualiseringar
arenden.antal_arenden[roll=valdsutsatt_vuxen] + arenden.antal_arenden[roll=barn] = heder.antal_arenden
arenden.antal_arenden[roll=valdsutsatt_vuxen] + arenden.antal_arenden[roll=barn] = vald.antal_arenden
arenden.antal_arenden[roll=valdsutsatt_vuxen] = riskbedomning.antal_arenden
arenden.antal_startade[roll=valdsutsatt_vuxen] = riskbedomning.antal_startade
arenden.antal_arenden[roll=valdsutovare] = valdsutovare.antal_arenden
arenden.antal_startade[roll=valdsutovare] = valdsutovare.antal_startade
arenden.antal_personer[roll=valdsutovare] = valdsutovare.antal_personer
arenden.antal_personer[roll=barn] = barn.antal_barn_eget_arende
arenden.antal_arenden[roll=*] = behov_utbud.antal[kalla_matt=arenden,vad=*roll,omrade=kommun]
arenden.antal_personer[roll=*] = behov_utbud.antal_personer[kalla_matt=arenden,vad=*roll,omrade=kommun]
arenden.antal_avslutade[roll=*] = maluppfyllelse.antal_avslutade[roll=*]
arenden.antal_avslutade[roll=valdsutsatt_vuxen] + arenden.antal_avslutade[roll=barn] \
= utfall.antal_arenden[utfallsmatt=*]
arenden.antal_avslutade[roll=valdsutsatt_vuxen] + arenden.antal_avslutade[roll=barn] \
= utfall_vald.antal_arenden[valdsslag=*]
arenden.antal_avslutade[roll=valdsutsatt_vuxen] + arenden.antal_avslutade[roll=barn] = utfall_vald_samlat.antal_arenden
arenden.antal_avslutade[roll=valdsutsatt_vuxen] + arenden.antal_avslutade[roll=barn] \
= utfall_poang.antal_arenden[instrument=*]
arenden.antal_avslutade[roll=valdsutsatt_vuxen] + arenden.antal_avslutade[roll=barn] \
= utfall_bortfall.antal_arenden[fraga=*,fas=*]
arenden.antal_avslutade[roll=valdsutovare] = utfall_utovare.antal_arenden[valdsslag=*]
arenden.antal_avslutade[roll=valdsutovare] = utfall_utovare_samlat.antal_arenden
arenden.antal_avslutade[roll=valdsutovare] = utfall_utovare_bortfall.antal_arenden[fas=*]
arenden.antal_startade[roll=valdsutsatt_vuxen] + arenden.antal_startade[roll=barn] = eige.antal_arenden
arenden.antal_startade = bortfall.antal_forvantade[variabel=arende_aldersgrupp]
arenden.antal_startade = bortfall.antal_forvantade[variabel=arende_verksamhetsomrade]
arenden.antal_startade = bortfall.antal_forvantade[variabel=arende_enhet]
arenden.antal_startade = bortfall.antal_forvantade[variabel=arende_valdstyp]
arenden.antal_startade = bortfall.antal_forvantade[variabel=arende_svarighetsgrad]
arenden.antal_startade = bortfall.antal_forvantade[variabel=arende_hederskontext]
arenden.antal_avslutade = bortfall.antal_forvantade[variabel=arende_avslutsorsak]
arenden.antal_avslutade = bortfall.antal_forvantade[variabel=arende_overgripande_mal_finns]
aterkommande: antal_ater_12 <= antal_ater_24
aterkommande: antal_ater_24 <= antal_kohort
insatser: antal_insatser = antal_med_start + antal_utan_start
insatser: antal_inom_14 <= antal_med_start
insatser: antal_med_tillfallen <= antal_avslutade
insatser.antal_personer[kon=totalt,insatstyp=*] <= insatser.antal_insatser[kon=totalt,insatstyp=*]
{_PAIRS}: antal_arenden = antal_med_fore + antal_utan_fore
{_PAIRS}: antal_arenden = antal_med_efter + antal_utan_efter
{_PAIRS}: antal_par + antal_ej_jamforbara <= antal_med_fore
{_PAIRS}: antal_par + antal_ej_jamforbara <= antal_med_efter
{_PAIRS}: antal_med_fore + antal_med_efter <= antal_arenden + antal_par + antal_ej_jamforbara
{_PAIRS}: antal_personer_intervall <= antal_par
utfall,utfall_insatstyp: antal_par = antal_forbattrade + antal_oforandrade + antal_forsamrade
utfall,utfall_insatstyp: antal_par = fore_1 + fore_2 + fore_3 + fore_4 + fore_5
utfall,utfall_insatstyp: antal_par = efter_1 + efter_2 + efter_3 + efter_4 + efter_5
utfall,utfall_insatstyp: antal_med_under = under_1 + under_2 + under_3 + under_4 + under_5
utfall,utfall_insatstyp,utfall_poang: antal_med_under <= antal_par
utfall,utfall_insatstyp: antal_personer_intervall = personer_forbattrade + personer_oforandrade + personer_forsamrade
utfall,utfall_insatstyp: personer_forbattrade <= antal_forbattrade
utfall,utfall_insatstyp,utfall_poang: personer_oforandrade <= antal_oforandrade
utfall,utfall_insatstyp: personer_forsamrade <= antal_forsamrade
utfall.antal_med_fore[utfallsmatt=*q] = utfall_bortfall.antal_arenden[fraga=*q,fas=fore,svarslage=har_svar]
utfall.antal_med_efter[utfallsmatt=*q] = utfall_bortfall.antal_arenden[fraga=*q,fas=efter,svarslage=har_svar]
utfall_poang: personer_hogre <= antal_hogre
utfall_poang: personer_lagre <= antal_lagre
utfall_poang: antal_par = antal_hogre + antal_oforandrade + antal_lagre
utfall_poang: antal_personer_intervall = personer_hogre + personer_oforandrade + personer_lagre
{",".join(_VIOLENCE)}: antal_par = antal_vald_fore + antal_ej_vald_fore
{",".join(_VIOLENCE)}: antal_ej_vald_fore = antal_tillkommit + antal_utan_bada
{",".join(_VIOLENCE)}: personer_vald_fore <= antal_personer_intervall
{",".join(_VIOLENCE)}: personer_vald_fore <= antal_vald_fore
{",".join(_VIOLENCE)}: personer_upphort <= antal_upphort
{",".join(_VIOLENCE)}: personer_kvarstar <= antal_kvarstar
{",".join(_MANY)}: personer_minskat <= antal_minskat
{",".join(_MANY)}: personer_okat <= antal_okat
utfall_vald,utfall_utovare: antal_vald_fore = antal_upphort + antal_kvarstar
utfall_vald,utfall_utovare: personer_vald_fore = personer_upphort + personer_kvarstar
{",".join(_MANY)}: antal_vald_fore = antal_upphort + antal_minskat \
+ antal_kvarstar + antal_okat
{",".join(_MANY)}: personer_vald_fore = personer_upphort \
+ personer_minskat + personer_kvarstar + personer_okat
utfall_bortfallna_svar.antal_kvar[fraga=*] + utfall_bortfallna_svar.antal_bortfallna[fraga=*] \
= utfall_bortfall.antal_arenden[fraga=*,fas=fore,svarslage=har_svar]
heder.antal_heder = heder.antal_arenden[hederskontext=ja]
heder.antal_bedomda = heder.antal_arenden[hederskontext=ja] + heder.antal_arenden[hederskontext=nej]
heder.antal_personer[kon=totalt,hederskontext=*] <= heder.antal_arenden[kon=totalt,hederskontext=*]
heder.antal_personer_riktade[kon=totalt,insatstyp=*] <= heder.antal_riktade_beviljade[kon=totalt,insatstyp=*]
heder.antal_riktade_beviljade[insatstyp=*] <= insatser.antal_insatser[insatstyp=*]
riskbedomning.antal_heder <= heder.antal_heder
vald: antal_arenden = antal_med_valdstyp + antal_utan_valdstyp
vald: antal_arenden = antal_med_svarighetsgrad + antal_utan_svarighetsgrad
vald: antal_arenden = antal_med_relation + antal_utan_relation
vald: antal_arenden = antal_med_utovarens_kon + antal_utan_utovarens_kon
vald.antal_valdstyp = vald.antal_med_valdstyp
vald.antal_svarighetsgrad = vald.antal_med_svarighetsgrad
vald.antal_relation = vald.antal_med_relation
vald.antal_utovarens_kon = vald.antal_med_utovarens_kon
barn.antal_barn[barnalder=*] = barn.antal_svar[fraga=*,barnalder=*] + barn.antal_utan_svar[fraga=*,barnalder=*]
barn: antal_ja <= antal_svar
barn: antal_i_boende = antal_skola_svar + antal_skola_utan_svar
barn: antal_skola_ordnad <= antal_skola_svar
barn.antal_i_boende[barnalder=*] <= barn.antal_barn[barnalder=*]
valdsutovare: antal_startade <= antal_arenden
valdsutovare.antal_personer[kon=totalt] <= valdsutovare.antal_arenden[kon=totalt]
valdsutovare: antal_tackat_ja <= antal_erbjudna
valdsutovare: antal_tackat_nej <= antal_erbjudna
valdsutovare: antal_erbjudna <= antal_tackat_ja + antal_tackat_nej
valdsutovare: antal_tillfallen_kant <= antal_avslutade_samtal
valdsutovare.antal_bedomda <= valdsutovare.antal_arenden
skyddat_boende: antal_paborjade <= antal_placeringar
skyddat_boende: antal_avslutade <= antal_placeringar
skyddat_boende: antal_kostnad_kand <= antal_avslutade
skyddat_boende.antal_personer[kon=totalt,roll=*] <= skyddat_boende.antal_placeringar[kon=totalt,roll=*]
skyddat_boende.antal_efterat[roll=*] = skyddat_boende.antal_avslutade[roll=*]
riskbedomning: antal_arenden = antal_bedomda + antal_utan_bedomning
riskbedomning: antal_bedomda = antal_metod + antal_endast_samtal
riskbedomning: antal_freda <= antal_metod
riskbedomning: antal_heder_patriark <= antal_heder
riskbedomning: antal_startade <= antal_arenden
riskbedomning: antal_heder <= antal_arenden
riskbedomning: antal_startade_bedomda <= antal_startade
riskbedomning: antal_startade_freda <= antal_startade_bedomda
riskbedomning: antal_startade_freda <= antal_freda
riskbedomning: antal_arenden_bedomda <= antal_bedomningar
riskbedomning: antal_bedomningar[niva=totalt] = antal_bedomningar[niva=lag] + antal_bedomningar[niva=medel] \
+ antal_bedomningar[niva=hog] + antal_bedomningar[niva=ej_bedomd] + antal_utan_niva[niva=totalt]
maluppfyllelse.antal_avslutade[roll=*] = maluppfyllelse.antal_mal[roll=*] + maluppfyllelse.antal_utan_mal[roll=*] \
+ maluppfyllelse.antal_mal_okant[roll=*]
maluppfyllelse.antal_mal_natt[roll=*] = maluppfyllelse.antal_mal[roll=*,mal_utfall=helt] \
+ maluppfyllelse.antal_mal[roll=*,mal_utfall=delvis]
maluppfyllelse.antal_mal_bedomda[roll=*] = maluppfyllelse.antal_mal_natt[roll=*] \
+ maluppfyllelse.antal_mal[roll=*,mal_utfall=inte]
maluppfyllelse: antal_mal_natt <= antal_mal_bedomda
maluppfyllelse: antal_mal_bedomda[mal_bedomt_av=totalt] = antal_mal_bedomda[mal_bedomt_av=handlaggare] \
+ antal_mal_bedomda[mal_bedomt_av=klient] + antal_mal_bedomda[mal_bedomt_av=gemensamt] \
+ antal_mal_bedomda[mal_bedomt_av=annan] + antal_utan_bedomare[mal_bedomt_av=totalt]
maluppfyllelse.antal_plan_natt[roll=*] = maluppfyllelse.antal_plan[roll=*,mal_utfall=helt] \
+ maluppfyllelse.antal_plan[roll=*,mal_utfall=delvis]
maluppfyllelse.antal_plan_bedomda[roll=*] = maluppfyllelse.antal_plan_natt[roll=*] \
+ maluppfyllelse.antal_plan[roll=*,mal_utfall=inte]
maluppfyllelse: antal_personer_natt <= antal_personer_bedomda
maluppfyllelse.antal_personer_bedomda[kon=totalt,roll=*] <= maluppfyllelse.antal_plan_bedomda[kon=totalt,roll=*]
brukarenkat.antal_enkater = brukarenkat.antal_besvarat[fraga=*] + brukarenkat.antal_obesvarat[fraga=*]
brukarenkat: antal_enkater_utskick <= antal_enkater
{_BASES}
bortfall_enhet.antal_forvantade[variabel=*] = bortfall.antal_forvantade[variabel=*]
bortfall_enhet.antal_besvarade[variabel=*] = bortfall.antal_besvarade[variabel=*]
bortfall_enhet.antal_okant[variabel=*] = bortfall.antal_okant[variabel=*]
bortfall_fas.antal_forvantade[fraga=*,fas=*] = bortfall_orsak.antal_matningar[fas=*]
bortfall_fas_enhet.antal_matningar[fas=*] = bortfall_orsak.antal_matningar[fas=*]
bortfall_fas_enhet.antal_med_svar[fas=*] = bortfall_orsak.antal_matningar[fas=*,svarslage=har_svar]
bortfall_fas_enhet: antal_med_svar <= antal_matningar
kolada.antal_u30750_personer[kon=totalt] <= kolada.antal_u30750_arenden[kon=totalt]
kolada.antal_u30751_personer[kon=totalt] <= kolada.antal_u30751_arenden[kon=totalt]
kolada.antal_u30752_personer[kon=totalt] <= kolada.antal_u30752_arenden[kon=totalt]
kolada: antal_u30752_arenden <= antal_u30752_bedomda
eige.antal_arenden = eige.antal_arenden_utovare
eige.antal_arenden = eige.antal_arenden_relation
eige.antal_personer[kon=totalt] <= eige.antal_arenden[kon=totalt]
eige.antal_arenden = eige.antal_utan_valdstyp + eige.antal_arenden_vald
eige: antal_arenden_med_barn_utovare <= antal_arenden_utovare
eige: antal_arenden_med_barn_relation <= antal_arenden_relation
iop: antal_kontakter_heder <= antal_kontakter
iop: antal_kontakter_under_18 <= antal_kontakter
iop: antal_enkat_hjalpta <= antal_enkat_svar
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A count in a relation. ``codes`` are fixed codes; ``free``: dimension to the name that is the same in all."""

    tabell: str
    matt: str
    codes: Mapping[str, str]
    free: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """``left`` together is (or is at most) ``right`` together. ``within``: dimensions not named are the same in all."""

    name: str
    kind: Literal["=", "<="]
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    within: bool

    @property
    def named(self) -> frozenset[str]:
        """The dimensions that some term names."""
        return frozenset(d for t in (*self.left, *self.right) for d in (*t.codes, *t.free))


_TERM = re.compile(r"(?:(\w+)\.)?(\w+)(?:\[([^\]]*)\])?$")


def _term(text: str, tabell: str) -> Term:
    found = _TERM.match(text.strip())
    if found is None:
        raise ValueError(f"not a term: {text}")
    codes, free = {}, {}
    for part in filter(None, (found[3] or "").split(",")):
        dimension, code = part.split("=")
        if code.startswith("*"):
            free[dimension] = code[1:] or dimension
        else:
            codes[dimension] = code
    return Term(found[1] or tabell, found[2], codes, free)


def links(text: str) -> tuple[Link, ...]:
    """Read the lines of ``LINKS`` or of others written the same way."""
    found = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        tables, _, said = line.rpartition(": ")
        kind: Literal["=", "<="] = "<=" if " <= " in said else "="
        left, right = (side.split(" + ") for side in said.split(f" {kind} "))
        for tabell in tables.split(","):
            sides = [tuple(_term(t, tabell.strip()) for t in side) for side in (left, right)]
            found.append(Link(said if not tables else f"{tabell}: {said}", kind, sides[0], sides[1], bool(tables)))
    return tuple(found)
