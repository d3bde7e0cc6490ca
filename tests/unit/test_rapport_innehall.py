"""What the report says of an edition: only what is released, nothing of what is not there, and in good Swedish."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.report.eget import Egna
from assets.report.innehall import bygg
from assets.report.innehall.enkat import OKAND_SVARSFREKVENS
from assets.report.innehall.forandring import FOR_SMA, INOM_SLUMPEN, ord_for
from assets.report.innehall.ordning import AVSNITT
from assets.report.innehall.resultat import ORSAK
from assets.report.innehall.sammanfattning import MAN_DOLDA
from assets.report.kontroll import avvikande
from assets.report.modell import Diagram, Faktarad, Fritext, Rapport, Stycke, Tabell, Tal, Text, TextBlock
from assets.tables.catalogue import TABLES
from tests.rapport_tools import Cell, cell, underlag
from warehouse.contracts.codes import TOTAL

VUXEN = {"roll": "valdsutsatt_vuxen"}


def arenden(kvinna: object, man: object, totalt: object) -> tuple[Cell, ...]:
    told = (("kvinna", kvinna), ("man", man), (TOTAL, totalt))
    return tuple(cell("arenden", "antal_personer", k, v, **VUXEN) for k, v in told)


def text(rapport: Rapport, *avsnitt: str) -> str:
    """All running text, or that of the sections whose ids begin so."""
    return "\n".join(
        sak.text for a, sak in rapport.alla() if isinstance(sak, Stycke) and (not avsnitt or a.id.startswith(avsnitt))
    )


def gjord(*cells: Cell, **said: object) -> Rapport:
    return bygg(underlag(*cells, **said), Egna())  # type: ignore[arg-type]


# --- whose day it is ----------------------------------------------------------------------------------------------


def elsewhere(thing: object, zone: str) -> object:
    """The same moments, written as they are in another time zone."""
    if isinstance(thing, datetime):
        return thing.astimezone(ZoneInfo(zone))
    if isinstance(thing, dict):
        return {k: elsewhere(v, zone) for k, v in thing.items()}
    if isinstance(thing, tuple | list):
        return type(thing)(elsewhere(v, zone) for v in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{f.name: elsewhere(getattr(thing, f.name), zone) for f in fields(thing)})
    return thing


def test_every_day_is_swedens_wherever_the_machine_stands() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    u = underlag(
        *arenden(73, 12, 85),
        fore=arenden(70, 11, 81),
        expedierad=late,
        tillstand="atertagen",
        atertagen=late,
        orsak="fel period",
    )
    u = replace(u, harkomst=replace(u.harkomst, tillkomst={**u.harkomst.tillkomst, "skapad": late}))
    made = bygg(u, Egna())
    assert made.framsida.expedierad == date(2026, 3, 3)
    assert made.framsida.laege == "återtagen 2026-03-03: fel period"
    assert "gjordes 2026-03-03 och expedierades 2026-03-03" in text(made)
    for zone in ("Pacific/Pago_Pago", "UTC", "Europe/Stockholm", "Pacific/Auckland"):
        assert bygg(elsewhere(u, zone), Egna()) == made  # type: ignore[arg-type]


# --- what is not there ---------------------------------------------------------------------------------------------


def test_an_edition_without_a_known_table_still_gives_a_report() -> None:
    made = gjord()
    assert made.framsida.titel == "Kartläggning av våld i nära relationer 2025"
    assert "Det går inte att säga: utgåvan har inga uppgifter om hur det gick." in text(made, "sammanfattning-battre")
    assert not made.diagram


def test_a_table_that_the_program_no_longer_knows_is_left_out() -> None:
    u = underlag(*arenden(73, "skyddas", "skyddas"))
    strange = replace(u.utgiven, rader={**u.utgiven.rader, "gammal": [dict(u.utgiven.rader["arenden"][0])]})
    assert "73 kvinnor" in text(bygg(replace(u, utgiven=strange), Egna()), "sammanfattning")


def test_nothing_is_said_of_men_where_nothing_is_released_of_them() -> None:
    made = gjord(*arenden(73, "skyddas", "skyddas"))
    said = text(made, "sammanfattning", "vilka")
    assert "73 kvinnor" in said
    assert said.count(MAN_DOLDA) == 1
    assert not re.search(r"\b(?:män|man|pojk\w*)\b", said.replace(MAN_DOLDA, ""), re.IGNORECASE)


def test_a_number_of_men_alone_does_not_stand_for_all() -> None:
    made = gjord(*(cell("arenden", "antal_aktualiseringar", k, v) for k, v in
                   (("kvinna", "skyddas"), ("man", 6), (TOTAL, "skyddas"))))  # fmt: skip
    assert "6" not in text(made, "sammanfattning-hur-manga")
    rows = [rad for t in made.tabeller if t.tabell == "arenden" for rad in t.rader]
    assert [[r.text for r in rad.rutor] for rad in rows] == [["▪", "6", "▪"]]


def test_zero_is_told_as_zero_and_one_as_one() -> None:
    assert "hade 1 vuxen (1 kvinna och 0 män) ett pågående" in text(gjord(*arenden(1, 0, 1)), "vilka")
    assert "hade 0 vuxna ett pågående" in text(gjord(*arenden(0, 0, 0)), "vilka")


def test_a_span_is_spelled_out_and_keeps_its_reference() -> None:
    made = gjord(*arenden((10, 19), "skyddas", (10, 19)))
    assert "hade 10 till 19 vuxna (10 till 19 kvinnor) ett" in text(made, "vilka")
    assert not avvikande(underlag(*arenden((10, 19), "skyddas", (10, 19))), made)


def test_no_percent_where_nothing_was_measured() -> None:
    groups = ("kvinna", "man", TOTAL)
    cells = [cell("utfall", m, k, "skyddas", utfallsmatt="upplevd_trygghet") for k in groups
             for m in ("antal_par", "andel_forbattrade")]  # fmt: skip
    cells += [cell("utfall", "antal_arenden", k, 27, utfallsmatt="upplevd_trygghet") for k in groups]
    made = gjord(*cells)
    assert "Resultaten kan inte visas utan att enskilda kan kännas igen." in text(made, "sammanfattning-battre")
    assert "procent" not in text(made, "resultat", "sammanfattning")
    assert not made.diagram


def test_a_share_of_nobody_is_no_share() -> None:
    cells = [
        cell("maluppfyllelse", m, "man", 0, roll="valdsutsatt_vuxen") for m in ("antal_mal_natt", "antal_mal_bedomda")
    ]
    assert "bedömt i 0" not in text(gjord(*cells))


def test_no_percent_of_a_handful() -> None:
    def told(base: int) -> str:
        values = {"antal_bedomda": 3, "antal_arenden": base, "andel_bedomda": 0.5}
        return text(gjord(*(cell("riskbedomning", m, TOTAL, v) for m, v in values.items())), "risk")

    assert "hade 3 en bedömning" in told(6)
    assert "hade 3 (50,0 procent) en bedömning" in told(60)


def test_what_cannot_be_shown_is_said_once_and_by_name() -> None:
    cells = [cell("heder", "antal_personer", k, "skyddas", hederskontext="ja") for k in ("kvinna", "man", TOTAL)]
    made = gjord(*cells, cell("valdsutovare", "antal_personer", TOTAL, "skyddas"))
    said = text(made, "vet-inte")
    assert "våld i hederskontext" in said
    assert "våldsutövare" in said
    assert not {"heder", "utovare"} & {a.id for a in made.avsnitt}


def test_what_is_missing_but_not_protected_is_not_called_protected() -> None:
    made = gjord(cell("valdsutovare", "antal_personer", TOTAL, "saknas"))
    assert "Utgåvan har inga uppgifter om det här" in text(made, "vet-inte")
    assert "inget tal kan visas" not in text(made, "vet-inte")


def test_a_chapter_with_the_kommuns_own_text_stands_though_its_numbers_do_not() -> None:
    own = Fritext("heder.md", (TextBlock("stycke", (Text(("Vi har utbildat alla.",)),)),))
    made = bygg(underlag(*arenden(73, 8, 81)), Egna({"heder": own}))
    found = next(a for a in made.avsnitt if a.id == "heder")
    assert own in found.innehall
    assert "Inget tal om våld i hederskontext kan visas" in text(made, "heder")


def test_an_edition_that_no_longer_holds_says_so_on_the_cover_and_first_in_the_summary() -> None:
    made = gjord(*arenden(73, 8, 81), tillstand="ersatt", ersatt_av=9)
    assert made.framsida.laege == "ersatt av utgåva 9"
    first = made.avsnitt[0].innehall[0]
    assert isinstance(first, Stycke)
    assert first.slag == "viktigt"
    assert "gäller inte längre" in first.text


@pytest.mark.parametrize("typ", ["sekretessbilaga", "tertial"])
def test_what_is_not_open_says_so_and_counts_no_symbols(typ: str) -> None:
    made = gjord(*arenden(73, 8, 81), typ=typ)
    assert made.framsida.sekretess
    assert "▪" not in made.forklaringar
    assert "skyddas" not in text(made, "vet-inte", "sammanfattning")


# --- what is there ---------------------------------------------------------------------------------------------------


def test_pooled_years_are_used_where_the_year_is_hidden_and_said_clearly() -> None:
    cells = [cell("arenden", "antal_personer", k, v, p, **VUXEN) for p, v in (("", "skyddas"), ("2023_2025", 40))
             for k in ("kvinna", TOTAL)]  # fmt: skip
    assert "Under åren 2023–2025 tillsammans hade 40 vuxna (40 kvinnor)" in text(gjord(*cells), "vilka")


def test_tertials_are_told_from_the_latest() -> None:
    cells = [cell("arenden", "antal_personer", TOTAL, n, f"2025T{n}", **VUXEN) for n in (1, 2, 3)]
    assert "Under tertial 3 2025 hade 3 vuxna" in text(gjord(*cells, typ="tertial"), "vilka")


def test_change_is_told_with_both_numbers_and_a_word_only_beyond_chance() -> None:
    made = gjord(*arenden(1481, 15, "skyddas"), fore=arenden(1341, 8, "skyddas"))
    said = text(made, "sammanfattning-andrat").replace("\xa0", " ")
    assert "Fler våldsutsatta kvinnor med pågående ärende: 1 481 under 2025, 1 341 under 2024." in said
    assert (
        "För små tal för att säga om det är en förändring, 2024 och 2025: våldsutsatta män med pågående ärende "
        "(8 och 15)." in said
    )
    refs = {str(d.ref) for a, s in made.alla() if isinstance(s, Stycke) for d in s.delar if isinstance(d, Tal)}
    assert {"U2-arenden-0", "U3-arenden-0"} <= refs


@pytest.mark.parametrize(
    ("fore", "nu", "ord_"),
    [(0, 0, "lika många"), (3, 9, FOR_SMA), (8, 15, FOR_SMA), (29, 29, "lika många"), (29, 31, INOM_SLUMPEN),
     (30, 40, INOM_SLUMPEN), (0, 20, "fler"), (30, 60, "fler"), (900, 700, "färre"), (1000, 1050, INOM_SLUMPEN)],
)  # fmt: skip
def test_the_rule_of_change(fore: int, nu: int, ord_: str) -> None:
    assert ord_for(fore, nu) == ord_


def test_a_break_between_the_years_takes_the_word_away() -> None:
    notes = {"insatser": ("Serien bryts 2025-07-01: Ny socialtjänstlag: insatser kan ges utan behovsprövning.",)}
    cells = [cell("insatser", "antal_insatser", TOTAL, 900)]
    made = gjord(*cells, fore=[cell("insatser", "antal_insatser", TOTAL, 400)], noter=notes)
    said = text(made, "andringar-ar")
    assert "går inte att jämföra rakt av. Orsaken: ny socialtjänstlag. Insatser kan" in said
    assert "900 under 2025: fler" not in said


def test_a_correction_shows_both_numbers_but_never_one_that_is_hidden_now() -> None:
    made = gjord(*arenden(73, "skyddas", 81), ersatt=arenden(70, 8, 78), ersatter=1)
    table = next(t for t in made.tabeller if t.id.startswith("rattade-tal"))
    assert [[r.text for r in rad.rutor] for rad in table.rader] == [["70", "73"], ["78", "81"]]
    assert "En del tal visas i den ena utgåvan men inte i den andra." in text(made, "andringar-utgava")


def test_need_and_supply_stand_side_by_side_from_their_own_tables() -> None:
    jour = {"jour": "Exempeljouren", "post": "nekade_platsbrist"}
    made = gjord(*arenden(73, 8, 81), cell("insatser", "antal_insatser", TOTAL, 54),
                 cell("iop", "antal_nekade_platsbrist", "kvinna", 26, **jour))  # fmt: skip
    table = next(t for t in made.tabeller if t.tabell == "behov_utbud")
    assert {str(r.ref.tabell) for rad in table.rader for r in rad.rutor if r.ref} == {"arenden", "insatser", "iop"}
    assert "nekade 26 kvinnor plats" in text(made, "sammanfattning-racker")
    assert table.id not in {d.tabell for d in made.diagram}  # unlike units share no axis


def test_oj_tells_the_kommuns_answer_beside_the_shares() -> None:
    def of(indikator: str, omrade: str, matt: str, varde: float) -> Cell:
        return cell("oj", matt, TOTAL, varde, indikator=indikator, omrade=omrade)

    made = gjord(
        of("bedomningsmetod", "kommun", "antal_nej", 1), of("bedomningsmetod", "kommun", "antal_ja", 0),
        of("bedomningsmetod", "lan", "andel_ja", 0.5), of("bedomningsmetod", "riket", "andel_ja", 0.75),
        of(TOTAL, "kommun", "antal_ja", 12), of(TOTAL, "kommun", "antal_svar", 20),
    )  # fmt: skip
    table = next(t for t in made.tabeller if t.id == "kap-oj-2025")
    assert table.rader[0].namn == ("Använder standardiserad bedömningsmetod", "Nej")
    assert "svarat ja på 12 av de 20 indikatorer" in text(made, "oj")


def test_reported_crime_is_never_called_occurrence() -> None:
    found = next(islice(_crimes(), 1))
    made = gjord(cell("anmalda_brott", "antal_brott", found[1], 47, brott_id=found[0], omrade="kommun"))
    assert "Anmälda brott är inte samma sak som våld som förekommit" in text(made, "brott")


def _crimes():  # type: ignore[no-untyped-def]
    from assets.tables.behov_utbud import brott_av_narstaende

    return ((str(number), kon) for number, (_, kon) in brott_av_narstaende().items())


def test_invented_figures_are_said_on_the_cover_and_once_in_the_text() -> None:
    note = ("PÅHITTADE UPPGIFTER: tabellen bygger på syntetiska poster.",)
    made = gjord(*arenden(73, 8, 81), noter={"arenden": note})
    assert made.framsida.pahittad
    assert text(made).count("PÅHITTADE") == 1
    assert not any("PÅHITTADE" in n for t in made.tabeller for n in t.noter)


def test_the_same_edition_gives_the_same_report() -> None:
    assert gjord(*arenden(73, 8, 81)) == gjord(*arenden(73, 8, 81))


def test_those_whose_violence_is_of_unknown_degree_are_told_apart() -> None:
    def told(*unknown: Cell) -> str:
        known = cell("vald", "antal_med_svarighetsgrad", TOTAL, 1461)
        some = cell("vald", "antal_svarighetsgrad", TOTAL, 298, svarighetsgrad="mycket_grovt")
        base = cell("vald", "antal_med_valdstyp", TOTAL, 1446)
        return text(gjord(known, some, base, *unknown), "vald").replace("\xa0", " ")

    unknown = cell("vald", "antal_svarighetsgrad", TOTAL, 80, svarighetsgrad="okand")
    assert "i 298 av 1 461 ärenden; i 80 är svårighetsgraden okänd." in told(unknown)
    assert "Där räknas också ärenden där svårighetsgraden är okänd." in told(replace(unknown, varde="skyddas"))
    assert "okänd" not in told(replace(unknown, varde=0))
    assert "saknar svar" not in told(unknown)
    every = cell("vald", "antal_arenden", TOTAL, 1549)
    assert "svårighetsgraden okänd. Resten av årets 1 549 ärenden saknar svar." in told(unknown, every)
    kind = cell("vald", "antal_valdstyp", TOTAL, 1045, valdstyp="fysiskt")
    assert "I 1 446 av 1 549 ärenden är det känt" in told(unknown, every, kind)
    assert "saknar svar" not in told(unknown, replace(every, varde=1461))


def test_violence_that_lessened_is_told_as_kinds_and_of_how_many() -> None:
    values = {"antal_arenden": 839, "antal_par": 232, "antal_vald_fore": 222, "antal_upphort": 127,
              "antal_minskat": 62, "antal_kvarstar": 33, "antal_okat": 0}  # fmt: skip
    said = text(gjord(*(cell("utfall_vald_samlat", m, TOTAL, v) for m, v in values.items())), "resultat")
    assert "I 232 av 839 avslutade ärenden för våldsutsatta vuxna och barn finns svar om våld både före" in said
    assert "Av de andra: i 62 fanns färre slag av våld, i 33 lika många och i inget ärende fler." in said
    assert "Hur ofta och hur grovt våldet var framgår inte." in said


def test_goals_are_told_with_those_who_had_none_and_with_their_parts() -> None:
    def told(hidden: str = "") -> str:
        values = {"antal_avslutade": 799, "antal_mal": 533, "antal_mal_bedomda": 430, "antal_mal_natt": 365}
        parts = {"helt": 144, "delvis": 221, "inte": 65}
        cells = [cell("maluppfyllelse", m, "kvinna", v, **VUXEN) for m, v in values.items()]
        cells += [cell("maluppfyllelse", "antal_mal", "kvinna", "skyddas" if code == hidden else v, mal_utfall=code,
                       **VUXEN) for code, v in parts.items()]  # fmt: skip
        return text(gjord(*cells), "resultat")

    assert "Av 799 avslutade ärenden för våldsutsatta kvinnor (flickor räknas för sig) hade 533 ett mål." in told()
    assert "I 430 är det bedömt: nått helt i 144, delvis i 221, inte alls i 65." in told()
    assert "I 430 är det bedömt: nått helt eller delvis i 365." in told("helt")
    assert "144" not in told("helt")


def test_few_answers_are_said_to_be_too_few() -> None:
    cells = [cell("utfall", m, TOTAL, v, utfallsmatt="upplevd_trygghet") for m, v in
             (("antal_arenden", 1), ("antal_par", 1), ("antal_forbattrade", "saknas"))]  # fmt: skip
    said = text(gjord(*cells, typ="sekretessbilaga"), "resultat")
    assert "i 1 av 1 avslutat ärende för våldsutsatta vuxna och barn." in said
    assert "Färre än tio svar: resultatet visas inte." in said


def test_a_chart_of_one_sex_says_so_in_title_and_text() -> None:
    cells = [cell("arenden", "antal_personer", k, v if k == "kvinna" else "skyddas", aldersgrupp=a)
             for a, v in (("18_25", 11), ("26_40", 45), ("41_60", 16)) for k in ("kvinna", "man", TOTAL)]  # fmt: skip
    chart = gjord(*cells).diagram[0]
    assert "kvinnor" in chart.rubrik
    assert "26–40 år: kvinnor 45." in chart.alt


def test_laws_are_told_to_the_years_in_which_they_were_in_force() -> None:
    def said(ar: int) -> str:
        return text(gjord(*arenden(73, 8, 81), ar=ar), "bakgrund")

    assert "1 april 2024" not in said(2023)
    assert "1 april 2024" in said(2024)
    assert "1 juli 2025" not in said(2024)
    assert "Fram till den 1 november 2022 gällde SOSFS 2014:4" in said(2025)
    assert "läst i källan" not in said(2025)


def test_why_numbers_are_protected_is_told_where_some_are() -> None:
    assert "sekretess" in text(gjord(*arenden(73, "skyddas", "skyddas")), "bakgrund")
    assert "sekretess" not in text(gjord(*arenden(73, 8, 81)), "bakgrund")
    assert "sekretess" not in text(gjord(*arenden(73, 8, 81), typ="sekretessbilaga"), "bakgrund")


def test_signs_that_help_does_not_suffice_stand_first() -> None:
    jour = {"jour": "Exempeljouren", "post": "nekade_platsbrist"}
    said = text(gjord(
        cell("iop", "antal_nekade_platsbrist", "kvinna", 26, **jour), cell("insatser", "antal_avslag", "kvinna", 74),
        cell("insatser", "median_vantetid", "kvinna", 5),
    ), "sammanfattning-racker")  # fmt: skip
    assert said.startswith(
        "Tecken att följa i frågan om hjälpen räcker:\nExempeljouren nekade 26 kvinnor plats.\n"
        "Nämnden gav 74 avslag för kvinnor och flickor.\nHälften"
    )
    assert "inom 5 dagar för kvinnor och flickor." in said


def test_a_jours_refusals_of_the_year_before_stand_beside_where_the_series_holds() -> None:
    of = {"jour": "Exempeljouren", "post": "nekade_platsbrist"}

    def said(kon: str, fore: object, **more: object) -> str:
        matt = "antal_nekade_platsbrist"
        return text(gjord(cell("iop", matt, kon, 60, **of), fore=[cell("iop", matt, kon, fore, **of)], **more),
                    "sammanfattning-racker")  # fmt: skip

    assert "nekade 60 vuxna plats, 45 året före." in said(TOTAL, 45)
    assert "nekade 60 kvinnor plats, 45 kvinnor året före." in said("kvinna", 45)
    assert "nekade 60 vuxna plats." in said(TOTAL, "skyddas")
    broken = {"iop": ("Serien bryts 2025: Nytt formulär.",)}
    assert "nekade 60 vuxna plats." in said(TOTAL, 45, noter=broken)


def test_help_that_ran_is_told_before_what_was_newly_granted_and_the_two_are_never_side_by_side() -> None:
    cells = (
        *arenden(1481, 99, 1580),
        cell("kolada", "antal_u30751_personer", TOTAL, 1052),
        cell("insatser", "antal_insatser", TOTAL, 1230),
        cell("insatser", "antal_personer", TOTAL, 960),
    )
    made = gjord(*cells)
    said = text(made, "sammanfattning-hjalp").replace("\xa0", " ")
    assert said.index("hade 1 052 vuxna minst en insats") < said.index("beviljade 1 230 insatser genom nya beslut")
    assert "Nya beslut om insatser gällde 960 personer, barn och våldsutövare medräknade. Insatser som" in said
    told = text(made, "hjalp")
    assert "också när beslutet är från ett tidigare år och när de getts utan behovsprövning" in told
    assert "räknar olika saker" not in text(gjord(*cells[:-1]), "hjalp")
    beside = text(made, "sammanfattning-racker").replace("\xa0", " ")
    assert "1 580 våldsutsatta vuxna hade ett pågående ärende, och 1 052 hade minst en insats" in beside
    assert "960" not in beside
    assert "960" not in text(gjord(*arenden(1481, 99, 1580), cells[-1]), "sammanfattning-racker")


def test_koladas_rates_say_why_more_may_be_helped_than_came() -> None:
    both = [cell("kolada", f"per10000_{n}_personer", TOTAL, v) for n, v in (("u30750", 74.2), ("u30751", 82.1))]
    more = "behöver inte ha aktualiserats igen"
    said = text(gjord(*both, *arenden(73, 8, 81)), "vilka")
    assert "82,1 hade minst en insats som pågick under året (U30751)." in said
    assert more in said
    assert more not in text(gjord(both[1], *arenden(73, 8, 81)), "vilka")


def test_answers_to_the_questionnaire_stand_with_how_many_were_asked_or_that_it_is_not_known() -> None:
    came = [cell("brukarenkat", "antal_enkater", TOTAL, 292)]
    came += [cell("brukarenkat", "antal_svar", TOTAL, v, fraga="situation_nu", svar=c)
             for c, v in (("battre", 240), ("samre", 10))]  # fmt: skip
    made = gjord(*came)
    for part in ("enkat", "vet-inte", "sammanfattning-battre"):
        assert OKAND_SVARSFREKVENS in text(made, part)
    assert "Den anonyma brukarenkäten: situationen nu" in text(made, "sammanfattning-battre")
    asked = {"antal_tillfragade": 400, "antal_enkater_utskick": 292, "svarsfrekvens": 0.73}
    made = gjord(*came, *(cell("brukarenkat", m, TOTAL, v) for m, v in asked.items()))
    for part in ("enkat", "sammanfattning-battre"):
        assert "400 personer fick brukarenkäten, och 292 enkäter kom in (73,0 procent)." in text(made, part)
    assert OKAND_SVARSFREKVENS not in text(made)
    assert OKAND_SVARSFREKVENS not in text(gjord(*arenden(73, 8, 81)))
    made = gjord(*came, cell("brukarenkat", "antal_tillfragade", TOTAL, 400))
    assert "400 personer fick brukarenkäten, och hur många enkäter som kom in kan inte visas." in text(made, "enkat")


def test_what_is_true_of_pairs_alone_stands_at_the_pairs_and_who_judged_at_the_goals() -> None:
    cells = [cell("utfall", m, TOTAL, v, utfallsmatt="upplevd_trygghet")
             for m, v in (("antal_arenden", 839), ("antal_par", 243), ("antal_forbattrade", 191))]  # fmt: skip
    cells += [cell("maluppfyllelse", m, TOTAL, v, **VUXEN)
              for m, v in (("antal_mal_natt", 365), ("antal_mal_bedomda", 430))]  # fmt: skip
    said = text(gjord(*cells), "sammanfattning-battre")
    assert said.index("Av de 243") < said.index(ORSAK) < said.index("nått helt eller delvis i 365")
    assert "Målet bedöms av handläggaren, av personen själv eller av båda tillsammans." in said
    judged = [cell("maluppfyllelse", "antal_mal_bedomda", TOTAL, v, mal_bedomt_av=a, **VUXEN)
              for a, v in (("handlaggare", 247), ("klient", "skyddas"), ("gemensamt", 127), ("annan", 0))]  # fmt: skip
    said = text(gjord(*cells, *judged), "sammanfattning-battre")
    assert "Bedömningen gjordes av handläggaren ensam i 247 och av handläggaren och personen tillsammans i 127." in said


def test_those_who_came_back_are_told_of_the_year_before_where_it_is_too_early() -> None:
    def women(closed: object, again: object) -> list[Cell]:
        told = (("antal_kohort", closed), ("antal_ater_12", again))
        return [cell("aterkommande", m, "kvinna", v, **VUXEN) for m, v in told]

    now, fore = women(799, "saknas"), women(681, 42)
    made = gjord(*now, fore=fore)
    said = (
        "Av 681 kvinnor vars ärende avslutades under 2024 fick 42 ett nytt ärende inom tolv månader, enligt utgåva 2."
    )
    assert said in text(made, "vilka")
    told = next(s for _, s in made.alla() if isinstance(s, Stycke) and said in s.text)
    assert [str(r) for r in told.refs] == ["U2-aterkommande-0", "U2-aterkommande-1"]
    assert "under 2024" not in text(gjord(*now, fore=women(681, "skyddas")), "vilka")
    assert "under 2024" not in text(gjord(*women(799, 50), fore=fore), "vilka")


def test_a_table_of_nothing_but_what_is_not_known_is_left_out() -> None:
    def tables(again: object, of: object = 0) -> set[str]:
        cells = [cell("aterkommande", "antal_kohort", k, 40, roll="barn") for k in ("kvinna", "man")]
        cells += [cell("aterkommande", "antal_ater_12", k, v, roll="barn") for k, v in (("kvinna", again), ("man", of))]
        return {t.id for t in gjord(*cells).tabeller}

    kept = "aterkommande-antal-ater-12-2025"
    assert kept not in tables("saknas")
    assert kept in tables("skyddas")
    assert kept in tables("saknas", 3)
    assert len(tables(0)) == len(tables("skyddas"))  # counted, and none
    noted = {"aterkommande": ("Rollerna läggs inte ihop.",)}
    alone = gjord(cell("aterkommande", "antal_ater_12", TOTAL, "saknas", roll="barn"), noter=noted)
    assert [t.noter for t in alone.tabeller] == [noted["aterkommande"]]


def test_coverage_is_told_of_the_cases_that_were_begun_and_of_those_that_were_closed() -> None:
    cells = [cell("bortfall", "andel_besvarade", k, 0.9, variabel=v)
             for v in ("arende_enhet", "arende_valdstyp", "arende_avslutsorsak", "arende_mal_bedomning")
             for k in ("kvinna", "man")]  # fmt: skip
    made = gjord(*cells)
    begun, ended = (next(t for t in made.tabeller if t.id.startswith(f"kap-bortfall-{w}")) for w in ("start", "avslut"))
    assert (begun.regel, len(begun.rader)) == ("Enhet: ärende. Period: startade under året.", 2)
    assert (ended.regel, len(ended.rader)) == ("Enhet: ärende. Period: avslutade under året.", 2)
    whole = next(t for t in made.tabeller if t.id == "bortfall-andel-besvarade-2025")
    assert whole.regel == (
        "Enhet: ärende. Period: startade under året; uppgifter om avslut och mål: avslutade under året."
    )
    found = next(s for _, s in made.alla() if isinstance(s, Faktarad) and s.id == "vad-raknas")
    assert found.rader[0][3] == "Startade under året; avslutade under året"


def test_counts_within_chance_stand_together_and_breaks_by_themselves() -> None:
    numbers = (("antal_startade", 872, 858), ("antal_aktualiseringar", 1382, 1393))
    cells = [cell("arenden", m, TOTAL, nu) for m, _, nu in numbers] + [cell("barn", "antal_barn", TOTAL, 12)]
    fore = [cell("arenden", m, TOTAL, f) for m, f, _ in numbers] + [cell("barn", "antal_barn", TOTAL, 12)]
    made = gjord(*cells, fore=fore)
    said = text(made, "andringar-ar").replace("\xa0", " ")
    assert (
        "Oförändrat inom slumpen, 2024 och 2025: startade ärenden (872 och 858); aktualiseringar (1 382 och 1 393)."
        in said
    )
    assert "Lika många, 2024 och 2025: barn i föräldrars ärenden (12 och 12)." in said
    table = next(t for t in made.tabeller if t.id == "jamforelse-2024-2025")
    assert table.regel.endswith("Talen för 2024 är de som står i utgåva 2.")


def test_the_largest_ages_are_named_before_whom_they_are_counted_of() -> None:
    cells = [cell("arenden", "antal_personer", TOTAL, v, aldersgrupp=a)
             for a, v in (("18_25", 357), ("26_40", 881), ("41_60", 353))]  # fmt: skip
    said = text(gjord(*cells), "sammanfattning-hur-manga")
    assert "De största av de åldersgrupper som kan visas är 26–40 år (881 personer), 18–25 år" in said
    assert "Här räknas alla med ett pågående ärende: våldsutsatta, barn och våldsutövare." in said


def test_the_jourer_stand_in_a_table_beside_the_year_before() -> None:
    of = {"jour": "Exempeljouren", "post": "kontakter"}
    made = gjord(cell("iop", "antal_kontakter", TOTAL, 370, **of),
                 fore=[cell("iop", "antal_kontakter", TOTAL, 340, **of)])  # fmt: skip
    table = next(t for t in made.tabeller if t.id == "kap-jourer-2025")
    assert table.kolumner == ("Totalt", "Totalt 2024")
    assert [r.text for r in table.rader[0].rutor] == ["370", "340"]
    assert "370" not in text(made, "jourer")


def test_counts_that_oj_never_has_are_no_missing_numbers() -> None:
    cells = [cell("oj", "antal_ja", TOTAL, v, indikator="bedomningsmetod", omrade=o)
             for o, v in (("kommun", 1), ("lan", "saknas"), ("riket", "saknas"))]  # fmt: skip
    made = gjord(*cells, *arenden(73, 8, "saknas"))
    assert "Utgåvan har 4 tal. 1 saknas" in text(made, "vet-inte")
    table = next(t for t in made.tabeller if t.id == "oj-antal-ja-2025")
    assert not table.okanda
    assert "För länet och riket finns bara andelar." in table.noter


def test_a_check_that_warns_is_told_once_and_in_words() -> None:
    u = underlag(*arenden(73, 8, 81))
    checks = [{"kontroll": f"arenden.{k}", "ar": 2025, "utfall": v} for k, v in
              (("regler", "varning"), ("ar_till_ar", "varning"), ("ar_till_ar", "godkand"))]  # fmt: skip
    made = bygg(replace(u, harkomst=replace(u.harkomst, kontroller=tuple(checks))), Egna())
    found = next(s for _, s in made.alla() if isinstance(s, Faktarad) and s.id == "kontroller")
    assert [row[1:] for row in found.rader] == [("Rimligt bredvid året före", "varning")]
    assert "varningen gäller tal som skiljer sig mycket från året före" in text(made, "datakvalitet")
    assert "kan läsa det med kommandot kvinnofrid audit" in text(made, "datakvalitet")
    alone = bygg(replace(u, harkomst=replace(u.harkomst, kontroller=tuple(checks[:1]))), Egna())
    found = next(s for _, s in alone.alla() if isinstance(s, Faktarad) and s.id == "kontroller")
    assert [row[1:] for row in found.rader] == [("Alla regler för tabellen", "varning")]
    assert "poster utan kod, eller tal som skiljer sig mycket" in text(alone, "datakvalitet")


# --- whatever the edition holds --------------------------------------------------------------------------------------

_CASES = tuple(name for name in TABLES if name not in ("anmalda_brott", "behov_utbud", "lokala_variabler"))
_OPEN = {"jour": ("Exempeljouren",), "indikator": ("bedomningsmetod",), "utfallsmatt": ("upplevd_trygghet",),
         "fraga": ("betydelse", "situation_nu", "tillfragad_om_vald")}  # fmt: skip


def _edition(pick: Random) -> list[Cell]:
    """Some tables, some measures, each dimension for itself; statuses and values as they come."""
    cells = []
    men = pick.random() < 0.5
    for name in pick.sample(_CASES, pick.randint(1, 5)):
        spec = TABLES[name]
        shown = [m for m in spec.shown_measures if not m.intern]
        splits = [{d.name: _OPEN.get(d.name, d.values)[0] for d in spec.dimensions if d.name != "kon" and not d.total
                   and (d.values or d.name in _OPEN)}]  # fmt: skip
        for d in spec.dimensions:
            if d.name != "kon" and not d.attribute:
                splits += [splits[0] | {d.name: code} for code in _OPEN.get(d.name, d.values)[:4]]
        sexes = pick.choice([("kvinna", "man", TOTAL), ("kvinna", "man", "annat_okant", TOTAL), (TOTAL,)])
        hidden = pick.choice([0.1, 0.4, 0.9])
        for measure in pick.sample(shown, pick.randint(1, len(shown))):
            for split in splits:
                cells += [
                    cell(name, measure.name, kon, _value(pick, measure.shape, men or kon != "man", hidden), **split)
                    for kon in sexes
                ]
    return cells


def _value(pick: Random, shape: str, shown: bool, hidden: float) -> object:
    if not shown or pick.random() < hidden:
        return pick.choice(["skyddas", "skyddas", "saknas", "ej_tillampligt"])
    if shape == "andel":
        return pick.choice([0.0, 0.5, 0.786, 1.0])
    return pick.choice([0, 1, 2, 12, 40, 1234, (10, 19)])


_MEN = re.compile(r"\b(?:män|mäns|man|pojkar|pojke)\b", re.IGNORECASE)
_STANDS = re.compile(
    r"20\d\d|U3-\w+-\d+|U3\b|U3075\d|10 000|\d+–\d+ år|\d+ år och äldre|[Uu]tgåva \d+|\d+ kap\. \d+ a §"
    r"|\[70–81\]|\(1–5\)|95-procentigt"
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_is_released_the_report_is_whole_and_says_nothing_else(seed: int) -> None:
    cells = _edition(Random(seed))
    u = underlag(*cells)
    made = bygg(u, Egna())
    assert not avvikande(u, made)
    ids = [a.id for a in made.avsnitt] + [s.id for _, s in made.alla() if isinstance(s, Tabell | Diagram | Faktarad)]
    assert len(ids) == len(set(ids))
    tables = {t.id: t for t in made.tabeller}
    for chart in made.diagram:
        shown = {r.ref for rad in tables[chart.tabell].rader for r in rad.rutor}
        assert {p.ruta.ref for p in chart.punkter} <= shown
        assert all(d.text in chart.alt for p in chart.punkter for d in p.ruta.delar if isinstance(d, Tal))
    assert {a.id for a in made.avsnitt if a.niva == 1} <= {*AVSNITT, "annu-inte"}
    men = any(c.kon == "man" and not isinstance(c.varde, str) for c in cells)
    for part, sak in made.alla():
        if not isinstance(sak, Stycke) or part.slag == "tabeller":
            continue
        if not men:
            assert not _MEN.search(sak.text.replace(MAN_DOLDA, "")), sak.text
        assert not re.search(r" {2,}| \.| ,|\(\)|\bNone\b", sak.text), sak.text
        if part.slag != "bilaga" and not part.id.startswith(("bakgrund", "vet-inte", "sammanfattning-vet-inte")):
            words = "".join(d for d in sak.delar if isinstance(d, str))
            assert not re.search(r"\d", _STANDS.sub("", words)), sak.text
