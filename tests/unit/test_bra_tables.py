"""BRÅ's handled offences and its indicator workbook: faults first, then that no figure and no offence changes."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.base import Glimpse, Reading, Unreadable
from sources.bra import SOURCES
from sources.bra import handlagda as bra_handlagda
from sources.bra import indikator as bra_indikator
from sources.bra.words import known_label
from sources.recognition import recognise
from warehouse.contracts.base import typed
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import RULES
from warehouse.contracts.omvarld import BraHandlagda, BraIndikator
from warehouse.contracts.reference import bra_regioner, kommuner, lan, seriebrott

EXAMPLE = Path(__file__).parents[2] / "examples" / "bra_handlagda_brott_2023.txt"
HEADER = (
    "Kategori\tUnderkategori\tHandlagda brott\tUtredda brott\tDirektavskrivna brott\tLagföringsprocent\t"
    "Personuppklaringsprocent"
)
WOMAN = "Misshandel\tMot kvinna 18 år eller äldre"


def handled(*lines: str, header: bool = True, slip: dict[str, Any] | None = None) -> Reading:
    content = "\r\n".join([*([HEADER] if header else []), *lines, ""]).encode("cp1252")
    return bra_handlagda.read(content, {"period": "2023"} if slip is None else slip)


def records(reading: Reading) -> list[dict[str, Any]]:
    (part,) = reading.parts
    frame = part.table.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def faults(reading: Reading) -> tuple[Fault, ...]:
    return reading.parts[0].table.faults


# Handled offences


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"{WOMAN}, obekant med offret\t6 054\t4 366\t1 687\t14\t11", Fault("summa", 3, "handlagda")),
        (f"{WOMAN}, obekant med offret\t6 053\t4 366\t1 688\t14\t11", Fault("summa", 3, "handlagda")),
        (f"{WOMAN}, obekant med offret\t-\t4 366\t1 688\t14\t11", Fault("summa", 3, "handlagda")),
        (f"{WOMAN}, obekant med offret\t60540\t-\t-\t14\t11", Fault("summa", 3, "handlagda")),
        (f"{WOMAN}\t30 805\t26 924\t3 881\t14\t11", Fault("samma_nyckel_olika_nummer", 3, "handlagda")),
        (f"{WOMAN}\t..\t26 923\t3 881\t14\t14", Fault("samma_nyckel_olika_nummer", 3, "handlagda")),
        (
            "Misshandel\tMot kvinna, 18 år eller äldre\t7\t7\t-\t1\t1",
            Fault("samma_nyckel_olika_nummer", 3, "handlagda"),
        ),
        (f"{WOMAN}, obekant med offret\t6 054\t4 366\t1 688\t14", Fault("fel_antal_falt", 3)),
        (f"{WOMAN}, obekant med offret\t6 054\t4 366\t1 688\t14\t11\t9", Fault("fel_antal_falt", 3)),
        (f"{WOMAN}, obekant\tmed offret\t6 054\t4 366\t1 688\t14\t11", Fault("fel_antal_falt", 3)),
    ],
)
def test_a_bad_row_of_handled_offences_is_named_and_the_rest_is_read(line: str, fault: Fault) -> None:
    good = (f"{WOMAN}\t30 804\t26 923\t3 881\t15\t14", "Misshandel\tMot man 18 år eller äldre\t9\t8\t1\t-\t-")
    for header in (True, False):
        reading = handled(good[0], line, good[1], header=header)
        up = 0 if header else 1
        assert faults(reading) == (Fault(fault.regel, 3 - up, fault.kolumn),)
        assert [row["handlagda"] for row in records(reading)] == ["30804", "9"]
        assert list(reading.parts[0].table.rows) == [2 - up, 4 - up]


def test_a_row_without_a_label_is_told() -> None:
    reading = handled("\t\t5\t5\t-\t1\t1", f"{WOMAN}\t30 804\t26 923\t3 881\t15\t14")
    assert faults(reading) == (Fault("saknas", 2, "brott"),)


@pytest.mark.parametrize("slip", [{}, {"period": "2022-2023"}, {"period": "år 2023"}])
def test_the_year_of_handled_offences_must_be_said(slip: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as refused:
        handled(f"{WOMAN}\t1\t1\t-\t1\t1", slip=slip)
    assert refused.value.faults == (Fault("bra_ar_saknas", kolumn="period"),)


@pytest.mark.parametrize(
    ("content", "regel"),
    [
        (b"", "tom_fil"),
        (HEADER.encode("cp1252"), "bara_rubriker"),
        (HEADER.replace("Utredda", "Annat").encode("cp1252") + b"\na\tb\t1\t1\t1\t1\t1", "saknad_kolumn"),
        (HEADER.encode("cp1252") + b"\tHandlagda brott\n1\t1\t1\t1\t1\t1\t1\t1", "dubbel_kolumn"),
        (b"PK\x03\x04", "filformat"),
        (HEADER.encode("cp1252") + b'\n"Misshandel\t1', "avkortad_fil"),
    ],
)
def test_a_file_of_handled_offences_that_cannot_be_read_is_refused_whole(content: bytes, regel: str) -> None:
    with pytest.raises(Unreadable) as refused:
        bra_handlagda.read(content, {"period": "2023"})
    assert {f.regel for f in refused.value.faults} == {regel}
    assert RULES[regel].hel


def test_every_figure_of_the_example_is_read_as_pythons_own_csv_reads_it() -> None:
    reading = bra_handlagda.read(EXAMPLE.read_bytes(), {"period": "2023"})
    assert (faults(reading), reading.parts[0].warnings) == ((), ())
    found = records(reading)
    lines = list(csv.reader(io.StringIO(EXAMPLE.read_text("utf-8")), delimiter="\t"))[1:]
    assert len(found) == len(lines) == 91
    names = ("handlagda", "utredda", "direktavskrivna", "lagforingsprocent", "personuppklaringsprocent")
    for row, line in zip(found, lines, strict=True):
        expected = [(cell.replace(" ", "") or None) if cell != "-" else "0" for cell in line[2:]]
        assert [row[name] for name in names] == expected
    assert len({row["brott"] for row in found}) == len(found)
    by_label = {row["etikett"]: row for row in found}
    close = by_label["Misshandel, Mot kvinna 18 år eller äldre, närstående genom parrelation"]
    assert (close["kon"], close["plats"], close["relation"], close["handlagda"]) == (
        "kvinna",
        None,
        "parrelation",
        "14885",
    )
    frame = typed(BraHandlagda, reading.parts[0].table.frame)
    assert int(frame["handlagda"].isna().sum()) == sum(1 for line in lines if not line[2])


def test_marks_blanks_and_figures_without_their_blank() -> None:
    reading = handled(
        "Alla brott, totalt\t\t1517 058\t1517 058\t-\t15\t14",
        f"{WOMAN}\t-\t-\t-\t..\t0",
        "Misshandel\tMot man 18 år eller äldre\t..\t\t \t12,5\t",
    )
    assert reading.parts[0].warnings == (Fault("bra_etikett", 2),)  # all offences are none of those followed here
    first, second = records(reading)
    assert [first[n] for n in ("handlagda", "utredda", "direktavskrivna", "lagforingsprocent")] == ["0", "0", "0", None]
    assert [second[n] for n in ("handlagda", "utredda", "lagforingsprocent")] == [None, None, "12.5"]
    (row,) = records(handled(f"{WOMAN}\t1517 058\t1 517 057\t1\t15\t14"))
    assert row["handlagda"] == "1517058"


@pytest.mark.parametrize(
    "label",
    [
        "Mot flicka 0-6 år, bekant med offret inomhus",
        "Mot flicka 0–6 år, bekant med offret, inomhus",
        "mot flicka 0-6 år,bekant med offret,  inomhus ",
    ],
)
def test_a_comma_more_or_less_is_the_same_offence(label: str) -> None:
    (row,) = records(handled(f"Misshandel\t{label}\t1 451\t1 367\t84\t1\t1"))
    assert row["brott"] == "misshandel_mot_flicka_0_6_ar_bekant_med_offret_inomhus"
    assert (row["kon"], row["plats"], row["relation"]) == ("kvinna", "inomhus", "bekant")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Mot barn 0-6 år", ("totalt", None, None)),
        ("Mot pojke 7-14 år, obekant med offret, utomhus", ("man", "utomhus", "obekant")),
        ("Mot man 18 år eller äldre, annan sorts relation eller bekantskap", ("man", None, "annan")),
        ("Mot kvinna 18 år eller äldre, närstående genom släktskap/familj", ("kvinna", None, "slaktskap_familj")),
        ("Mot kvinna eller man, inomhus eller utomhus", ("totalt", None, None)),
    ],
)
def test_what_a_label_says(label: str, expected: tuple[str | None, ...]) -> None:
    (row,) = records(handled(f"Misshandel\t{label}\t1\t1\t-\t1\t1"))
    assert (row["kon"], row["plats"], row["relation"]) == expected


def test_a_kategori_on_its_first_row_only_goes_for_the_rows_below() -> None:
    found = records(handled("Ofredande\tMot kvinna\t2\t2\t-\t1\t1", "\tMot man\t1\t1\t-\t1\t1"))
    assert [row["brott"] for row in found] == ["ofredande_mot_kvinna", "ofredande_mot_man"]


@pytest.mark.parametrize(
    "text",
    [
        "Kajsa Karlsson",
        "Misshandel, 850101-1234",
        "Mot man 18 01 01 98 02",
        "a@b.se",
        "Mot man; kvinna",
        "12 34 56",
        "070",
    ],
)
def test_a_label_of_other_words_is_not_known(text: str) -> None:
    assert not known_label(text)
    assert handled(f"Misshandel\t{text}\t1\t1\t-\t1\t1").parts[0].warnings == (Fault("bra_etikett", 2),)


# The indicator workbook

Book = dict[str, list[list[Any]]]
TITLE = "Anmälda misshandelsbrott mot kvinnor 18 år och äldre, inomhus, bekant med offret, 2023–2024"
HEADS: list[list[Any]] = [["Region", "2023", None, "2024", None], [None, *["Antal", "Antal per 100 000"] * 2]]
INFO: list[list[Any]] = [["Om filen"], ["Här står hur siffrorna ska läsas."]]


def book(sheets: Book) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(y, x, cell)
    return content.getvalue()


def indicators(sheets: Book) -> Reading:
    return bra_indikator.read(book(sheets), {})


def sheet(*rows: list[Any], title: str = TITLE) -> list[list[Any]]:
    return [[title], *HEADS, *rows]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["Bode", 1, 2, 3, 4], Fault("bra_omrade", 5, "omrade", "5", bokstav="A")),
        ([None, 1, 2, 3, 4], Fault("saknas", 5, "omrade", "5", bokstav="A")),
        (["2582", 1, 2, 3, 4], Fault("bra_omrade", 5, "omrade", "5", bokstav="A")),
        (["Boden", "x", 2, 3, 4], Fault("heltal", 5, "antal", "5", bokstav="B")),
        (["Boden", 1, 2, "tre", 4], Fault("heltal", 5, "antal", "5", bokstav="D")),
        (["Boden", 1.5, 2, 3, 4], Fault("heltal", 5, "antal", "5", bokstav="B")),
        (["Boden", 1, "två", 3, 4], Fault("tal", 5, "per_100000_inv", "5", bokstav="C")),
        (["Boden", 1, 2, 3, "#VÄRDEFEL!"], Fault("tal", 5, "per_100000_inv", "5", bokstav="E")),
        (["Boden", -1, 2, 3, 4], Fault("utanfor_granser", 5, "antal", "5", bokstav="B")),
        (["Boden", 1, 2, 3, -4.5], Fault("utanfor_granser", 5, "per_100000_inv", "5", bokstav="E")),
    ],
)
def test_a_bad_cell_of_the_workbook_is_named_by_sheet_row_and_letter(row: list[Any], fault: Fault) -> None:
    reading = indicators({"1": INFO, "5": sheet(["Ale", 7, 22.5, 8, 25], row, ["Kiruna", 1, 4, 2, 9])})
    assert faults(reading) == (fault,)
    whole = [r for r in records(reading) if r["omrade"] in {"1440", "2584"}]
    assert [r["antal"] for r in whole] == ["7", "8", "1", "2"]


def test_the_same_area_twice_is_told() -> None:
    reading = indicators({"5": sheet(["Boden", 1, 2, None, None], ["Bodens kommun", 1, 2, None, None])})
    assert faults(reading) == (Fault("dubblett", 5, "omrade", "5", bokstav="A"),)


@pytest.mark.parametrize(
    "rows",
    [
        INFO,
        [[TITLE]],
        [[TITLE], ["Region", "Antal", "Antal per 100 000"], ["Boden", 1, 2]],
        [[TITLE], ["Region", "2023"], ["Boden", 1]],
        [[TITLE], [None, "2023", "2023"], ["Region", "Antal", "Antal"], ["Boden", 1, 2]],
        [["Kajsa Karlsson"], *HEADS, ["Boden", 1, 2, 3, 4]],
        [[None], *HEADS, ["Boden", 1, 2, 3, 4]],
        [["NTU: utsatthet för våld"], *HEADS, ["Boden", 1, 2, 3, 4]],
        [],
    ],
)
def test_a_sheet_of_another_shape_is_left_out_with_a_note_that_does_not_tell_its_name(rows: list[list[Any]]) -> None:
    reading = indicators({"Kajsa Karlsson": rows, "5": sheet(["Boden", 1, 2, 3, 4])})
    assert reading.parts[0].warnings == (Fault("bra_blad", blad="blad 1"),)
    assert len(records(reading)) == 2
    with pytest.raises(Unreadable) as refused:
        indicators({"Kajsa Karlsson": rows})
    assert refused.value.faults == (Fault("bra_inga_blad"),)
    assert RULES["bra_inga_blad"].hel


@pytest.mark.parametrize(
    ("content", "regel"), [(b"", "tom_fil"), (b"Region;Antal", "filformat"), (b"PK\x03\x04damaged", "filformat")]
)
def test_what_is_no_workbook_is_refused(content: bytes, regel: str) -> None:
    with pytest.raises(Unreadable) as refused:
        bra_indikator.read(content, {})
    assert {f.regel for f in refused.value.faults} == {regel}


def test_kommun_lan_and_country_zero_missing_and_blank_are_told_apart() -> None:
    reading = indicators(
        {
            "5": sheet(
                ["Hela riket", 17000, "161,5", "..", ".."],
                ["Norrbottens län", "-", "-", 210, 84.25],
                ["Bodens kommun", 54, 191, None, None],
                ["Rinkeby-Kista stadsdelsområde", 5, 9, 5, 9],
                ["Källa: Brå"],
                [],
            )
        }
    )
    assert faults(reading) == ()
    assert reading.parts[0].warnings == (Fault("bra_inte_kommun", 7, blad="5"),)
    found = [
        (r["omrade_typ"], r["omrade"], r["kommunkod"], r["ar"], r["antal"], r["per_100000_inv"])
        for r in records(reading)
    ]
    assert found == [
        ("riket", "riket", None, "2023", "17000", "161.5"),
        ("riket", "riket", None, "2024", None, None),
        ("lan", "25", None, "2023", "0", "0"),
        ("lan", "25", None, "2024", "210", "84.25"),
        ("kommun", "2582", "2582", "2023", "54", "191"),
    ]
    assert reading.facts["period"] == "2023-2024"
    table = reading.parts[0].table
    assert [table.letter(i, "antal") for i in range(5)] == ["B", "D", "B", "D", "B"]


@pytest.mark.parametrize("years", ["2014–2023", "2015-2024", "2025", "åren 2016–2025"])
def test_an_indicator_keeps_its_id_when_the_years_of_its_title_change(years: str) -> None:
    title = f"6. Anmäld misshandel mot man 18 år och äldre, inomhus, {years}"
    (row, _) = records(indicators({"6": sheet(["Boden", 1, 2, 3, 4], title=title)}))
    assert row["indikator"] == "anmald_misshandel_mot_man_18_ar_och_aldre_inomhus"
    assert row["titel"] == title


def test_years_may_stand_in_the_headers_own_row() -> None:
    heads: list[list[Any]] = [[TITLE], ["Kommun", "Antal 2024", "Antal per 100 000 invånare 2024"], ["Boden", 3, 4]]
    (row,) = records(indicators({"5": heads}))
    assert (row["ar"], row["antal"], row["per_100000_inv"]) == ("2024", "3", "4")


FIGURE = st.one_of(st.none(), st.just("-"), st.integers(1, 99_999))
PLACES = {"Hela riket": "riket"} | {name: code for code, name in lan().items()} | {v: k for k, v in kommuner().items()}


@settings(max_examples=12, deadline=None)  # each reads a workbook in a process of its own
@given(
    st.dictionaries(
        st.sampled_from(["Mot kvinnor, inomhus", "Mot män, inomhus", "Mot flickor, utomhus"]),
        st.dictionaries(
            st.sampled_from(sorted(PLACES)), st.tuples(FIGURE, FIGURE, FIGURE, FIGURE), min_size=1, max_size=8
        ),
        min_size=1,
    )
)
def test_any_workbook_reads_back_to_the_same_facts(sheets: dict[str, dict[str, tuple[Any, ...]]]) -> None:
    def written(figure: Any) -> Any:
        return ".." if figure is None else figure

    def said(figure: Any) -> str | None:
        return None if figure is None else "0" if figure == "-" else str(figure)

    reading = indicators(
        {
            f"{i}": sheet(*([name, *map(written, figures)] for name, figures in rows.items()), title=title)
            for i, (title, rows) in enumerate(sheets.items(), start=2)
        }
    )
    assert faults(reading) == ()
    found = {(r["titel"], r["omrade"], r["ar"]): (r["antal"], r["per_100000_inv"]) for r in records(reading)}
    assert found == {
        (title, PLACES[name], year): (said(figures[at]), said(figures[at + 1]))
        for title, rows in sheets.items()
        for name, figures in rows.items()
        for at, year in ((0, "2023"), (2, "2024"))
    }
    assert len(typed(BraIndikator, reading.parts[0].table.frame)) == len(found)


def test_headers_give_handled_offences_away_and_nothing_gives_the_workbook_away() -> None:
    headers = frozenset({"kategori", "handlagda", "utredda", "direktavskrivna"})
    assert bra_handlagda.tells(Glimpse(".txt", headers=headers))
    found = recognise(EXAMPLE.read_bytes(), EXAMPLE.name, SOURCES, {})
    assert (found.kalla, found.tabell) == ("bra", "bra_handlagda")
    assert not bra_handlagda.tells(Glimpse(".txt", headers=frozenset({"handlagda"})))
    assert not bra_indikator.tells(Glimpse(".xlsx", sheets=("1", "2")))


# Reference


def test_every_kommun_has_a_region_and_only_heby_has_two() -> None:
    by_kommun: dict[str, list[int]] = {}
    for number, place in bra_regioner().items():
        by_kommun.setdefault(place.kommunkod, []).append(number)
    assert set(by_kommun) == set(kommuner())
    assert {code: sorted(ids) for code, ids in by_kommun.items() if len(ids) > 1} == {"0331": [8556, 8608]}
    assert [bra_regioner()[8608].covers(year) for year in (1996, 2006, 2007)] == [True, True, False]
    assert [bra_regioner()[8556].covers(year) for year in (2006, 2007, 2030)] == [False, True, True]
    assert bra_regioner()[8441].kommunkod == "2582"


def test_series_breaks_are_dated_and_say_how_well_they_are_known() -> None:
    breaks = seriebrott()
    assert {b.nyckel for b in breaks if b.belagg == "from memory"} == {"barnfridsbrott", "hedersfortryck", "utovare"}
    assert all(1990 < b.ar < 2100 and b.vad.endswith(".") for b in breaks)
    assert ("verksamhetssystem", "2025-07-01") in {(b.kalla, b.fran) for b in breaks}
    assert list(breaks) == sorted(breaks, key=lambda b: (b.kalla, b.fran))
