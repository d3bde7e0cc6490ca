"""Sources of context figures (BRÅ, aggregat): faults first, then that no figure changes; and every example."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sources import aggregat, bra, iop, scb
from sources.base import Reading, Unreadable
from sources.figures import number
from warehouse.contracts.base import typed
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import RULES
from warehouse.contracts.omvarld import Aggregat, Befolkning, BraBrott, IopRapport
from warehouse.contracts.reference import brottstyper, kommuner, lan

EXAMPLES = Path(__file__).parents[2] / "examples"
BRA_HEADER = "kommun,kommunkod,period,periodtyp,brott_id,antal,per_100000_inv"
SCB_HEADER = "kommunkod,kommun,kon,ar,folkmangd"
AGG_HEADER = "namnd,ar,tabell,dimensioner,kon,matt,varde,kalldokument"


def of_bra(*lines: str, header: str = BRA_HEADER) -> Reading:
    return bra.read("\n".join([header, *lines, ""]).encode(), {})


def of_aggregat(*lines: str, slip: dict[str, Any] | None = None, header: str = AGG_HEADER) -> Reading:
    return aggregat.read("\n".join([header, *lines, ""]).encode(), slip or {})


def example(name: str) -> list[dict[str, str]]:
    """The example as Python's own csv module reads it."""
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records(reading: Reading) -> list[dict[str, Any]]:
    frame = reading.parts[0].table.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


# BRÅ


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Boden,2582,2025,År,99999,12,40", Fault("okand_kod", 3, "brott_id")),
        ("Boden,2582,2025,År,11130,264,928", Fault("samma_nyckel_olika_nummer", 3, "antal")),
        ("Boden,2582,2025,År,11130,263,929", Fault("samma_nyckel_olika_nummer", 3, "antal")),
        ("Boden,2582,2025,År,11130,..,928", Fault("samma_nyckel_olika_nummer", 3, "antal")),
        ("Boden,2582,202508,År,13197,20,71", Fault("form", 3, "period")),
        ("Boden,2582,2025,Månad,13197,20,71", Fault("form", 3, "period")),
        ("Boden,2582,2025Q1,Månad,13197,20,71", Fault("form", 3, "period")),
        ("Boden,2582,202501,Kvartal,13197,20,71", Fault("form", 3, "period")),
        ("Boden,2582,2025,År,11130,263", Fault("fel_antal_falt", 3)),
        ("Boden,2582,2025,År,11130,263,928,7", Fault("fel_antal_falt", 3)),
    ],
)
def test_a_bad_bra_row_is_named_by_place_and_the_rest_is_read(line: str, fault: Fault) -> None:
    reading = of_bra(
        "Boden,2582,2025,År,11130,263,928",
        line,
        "Boden,2582,2025,År,12589,54,191",
    )
    assert reading.parts[0].table.faults == (fault,)
    assert list(reading.parts[0].table.frame["antal"]) == ["263", "54"]
    assert list(reading.parts[0].table.rows) == [2, 4]


@pytest.mark.parametrize("column", ["kommunkod", "period", "periodtyp", "brott_id", "antal"])
def test_a_bra_file_without_a_column_is_refused_by_its_name(column: str) -> None:
    with pytest.raises(Unreadable) as refused:
        of_bra("Boden,2582,2025,År,11130,263,928", header=BRA_HEADER.replace(f",{column},", ",annat,"))
    assert refused.value.faults == (Fault("saknad_kolumn", 1, column),)


BAD_FILES = {
    "nothing": (b"", "tom_fil"),
    "only blanks": (b" \n \n", "tom_fil"),
    "only headers": (b"{header}\n", "bara_rubriker"),
    "a workbook": (b"PK\x03\x04{header}\n", "filformat"),
    "a pdf": (b"%PDF-1.7\n", "filformat"),
    "cut in its last row": (b"{header}\nB", "avkortad_fil"),
    "cut inside quotes": (b'{header}\n"B', "avkortad_fil"),
    "a header twice": (b"{header},{last}\nB\n", "dubbel_kolumn"),
    "mixed encodings": ("{header}\nUpplands VÃ¤sby å\n".encode("cp1252"), "teckenkodning"),
    "other headers": (b"a,b\n1,2\n", "saknad_kolumn"),
}


@pytest.mark.parametrize(("source", "header"), [(bra, BRA_HEADER), (scb, SCB_HEADER), (aggregat, AGG_HEADER)])
@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_whole(source: Any, header: str, kind: str) -> None:
    pattern, regel = BAD_FILES[kind]
    content = pattern.replace(b"{header}", header.encode()).replace(b"{last}", header.rsplit(",", 1)[1].encode())
    with pytest.raises(Unreadable) as refused:
        source.read(content, {})
    assert {f.regel for f in refused.value.faults} == {regel}
    assert RULES[regel].hel


def test_a_file_as_excel_saves_it_in_swedish_is_read() -> None:
    content = BRA_HEADER.replace(",", ";") + "\r\nBoden;2582;2025;År;5036;2 995;10 569,0\r\n"
    for saved in (content.encode("cp1252"), content.replace(" ", "\u00a0").encode("utf-8-sig")):
        (row,) = records(bra.read(saved, {}))
        assert (row["periodtyp"], row["antal"], row["per_100000_inv"]) == ("ar", "2995", "10569")


def test_an_empty_period_that_the_foljesedel_declares_is_no_fault() -> None:
    reading = bra.read(f"{BRA_HEADER}\n".encode(), {"tom": "ja"})
    assert len(reading.parts[0].table.frame) == 0
    assert reading.facts["namnd"] == "0000"
    assert "period" not in reading.facts


@pytest.mark.parametrize("mark", ["..", ".", "-", "–", "", " "])
def test_a_missing_bra_figure_is_never_zero(mark: str) -> None:
    (row,) = records(of_bra(f"Boden,2582,2025,År,11130,{mark},{mark}"))
    assert row["antal"] is None
    assert row["per_100000_inv"] is None


def test_zero_stays_zero() -> None:
    (row,) = records(of_bra("Boden,2582,2025,År,11130,0,0"))
    assert (row["antal"], row["per_100000_inv"]) == ("0", "0")


def test_the_same_figure_written_twice_in_two_ways_is_no_contradiction() -> None:
    reading = of_bra("Boden,2582,2025,År,5036,2995.0,10569", "Boden,2582,2025,År,5036,2 995,10 569")
    assert reading.parts[0].table.faults == ()


def test_what_is_not_a_figure_is_passed_on_for_validation_to_refuse() -> None:
    (row,) = records(of_bra("Boden,2582,2025,År,11130,cirka 20,12"))
    assert row["antal"] == "cirka 20"


def test_an_unknown_column_is_warned_of_by_letter_and_its_content_goes_no_further() -> None:
    reading = of_bra("Boden,2582,2025,År,11130,263,928,hemligt", header=BRA_HEADER + ",ANTECKNING")
    assert reading.parts[0].warnings == (Fault("okand_kolumn", 1, "kolumn H"),)
    assert list(reading.parts[0].table.frame.columns) == [c.name for c in BraBrott.delivered()]
    assert "hemligt" not in reading.parts[0].table.frame.to_csv()


def test_preliminary_months_and_quarters_are_told_from_final_years() -> None:
    reading = of_bra(
        "Boden,2582,2025,År,11130,263,928",
        "Boden,2582,2025Q1,Kvartal,13197,50,176",
        "Boden,2582,202608,Månad (prel.),13197,22,77",
    )
    assert [(r["periodtyp"], r["preliminar"]) for r in records(reading)] == [
        ("ar", "nej"),
        ("kvartal", "nej"),
        ("manad", "ja"),
    ]
    assert reading.facts["period"] == "2025-2026"


def test_several_kommuner_in_one_bra_file_belong_to_no_namnd() -> None:
    reading = of_bra("Boden,2582,2025,År,11130,263,928", "Luleå,2580,2025,År,11130,700,900")
    assert reading.facts["namnd"] == "0000"


def test_all_bra_rows_of_the_example_come_out_with_the_figures_of_the_file() -> None:
    expected = example("bra_anmalda_brott_2582_2025.csv")
    reading = bra.read((EXAMPLES / "bra_anmalda_brott_2582_2025.csv").read_bytes(), {})
    assert len(expected) == 185
    assert [
        (r["kommunkod"], r["period"], r["brott_id"], r["antal"], r["per_100000_inv"]) for r in records(reading)
    ] == [(r["kommunkod"], r["period"], r["brott_id"], r["antal"], r["per_100000_inv"]) for r in expected]
    assert list(reading.parts[0].table.rows) == list(range(2, 187))
    assert reading.parts[0].table.faults == reading.parts[0].warnings == ()
    assert sum(r["preliminar"] == "ja" for r in records(reading)) == 3


def test_labels_of_the_example_agree_with_the_register_of_offences() -> None:
    for row in example("bra_anmalda_brott_2582_2025.csv"):
        typ = brottstyper()[int(row["brott_id"])]
        assert (row["kon"] or "totalt", row["alder"] or None, row["plats"] or None) == (typ.kon, typ.alder, typ.plats)
        assert typ.periodtyp == ("ar" if row["periodtyp"] == "År" else "manad")


# aggregat


AGG = "0114,2019,insatser,insatstyp=stodsamtal,kvinna,antal_insatser,34,Granskning"


@pytest.mark.parametrize("column", AGG_HEADER.split(","))
def test_an_aggregat_file_without_a_column_is_refused_by_its_name(column: str) -> None:
    headers = ["annat" if name == column else name for name in AGG_HEADER.split(",")]
    with pytest.raises(Unreadable) as refused:
        of_aggregat(AGG, header=",".join(headers))
    assert refused.value.faults == (Fault("saknad_kolumn", 1, column),)


def test_figures_of_another_namnd_are_refused_row_by_row() -> None:
    reading = of_aggregat(AGG, AGG.replace("0114", "0115"), slip={"namnd": "0114"})
    assert reading.parts[0].table.faults == (Fault("utanfor_granser", 3, "namnd"),)
    assert [r["namnd"] for r in records(reading)] == ["0114"]


def test_several_namnder_without_a_foljesedel_state_none() -> None:
    assert "namnd" not in of_aggregat(AGG, AGG.replace("0114", "0115")).facts


def test_short_aggregat_rows_are_faults_and_missing_figures_stay_missing() -> None:
    reading = of_aggregat(AGG, "0114,2019,insatser", AGG.replace(",34,", ",..,"))
    assert reading.parts[0].table.faults == (Fault("fel_antal_falt", 3),)
    assert [r["varde"] for r in records(reading)] == ["34", None]
    assert list(reading.parts[0].table.rows) == [2, 4]


def test_the_audited_figures_of_upplands_vasby_come_out_as_printed() -> None:
    reading = aggregat.read((EXAMPLES / "aggregat_0114_2019.csv").read_bytes(), {})
    found = {(r["tabell"], r["dimensioner"], r["kon"]): r["varde"] for r in records(reading)}
    assert found == {
        ("insatser", "insatstyp=stodsamtal", "kvinna"): "34",
        ("insatser", "insatstyp=stodsamtal", "man"): "3",
        ("insatser", "insatstyp=skyddat_boende", "kvinna"): "20",
        ("insatser", "insatstyp=skyddat_boende", "man"): "1",
        ("anmalda_brott", "plats=inomhus;relation=parrelation", "kvinna"): "47",
        ("anmalda_brott", "plats=inomhus;relation=parrelation", "man"): "11",
        ("anmalda_brott", "plats=inomhus;relation=slaktskap_familj", "kvinna"): "37",
        ("anmalda_brott", "plats=inomhus;relation=slaktskap_familj", "man"): "21",
        ("stodverksamheter", "bostadsort=upplands_vasby;stodverksamhet=origo", "totalt"): "4",
        ("stodverksamheter", "bostadsort=okand;stodverksamhet=origo", "totalt"): "42",
        ("stodverksamheter", "bostadsort=stockholms_lan;stodverksamhet=origo", "totalt"): "192",
    }
    assert reading.facts["namnd"] == "0114"


# all of them


@pytest.mark.parametrize(
    ("source", "contract", "name"),
    [
        (bra.SOURCES[0], BraBrott, "bra_anmalda_brott_2582_2025.csv"),
        (scb.SOURCES[0], Befolkning, "scb_befolkning_2019.csv"),
        (aggregat.SOURCES[0], Aggregat, "aggregat_0114_2019.csv"),
        (iop.SOURCES[0], IopRapport, "iop_0114_2019.xlsx"),
    ],
)
def test_every_example_fulfils_its_contract_and_agrees_with_its_foljesedel(
    source: Any, contract: Any, name: str
) -> None:
    reading = source.read((EXAMPLES / name).read_bytes(), {})
    assert list(reading.parts[0].table.frame.columns) == [c.name for c in contract.delivered()]
    assert len(reading.parts[0].table.letters) == len(reading.parts[0].table.frame.columns)
    frame = reading.parts[0].table.frame.assign(leverans_id=1, rad=reading.parts[0].table.rows)
    kept = contract.validate(typed(contract, frame), lazy=True)
    assert len(kept) == len(reading.parts[0].table.frame)
    assert not kept.duplicated(list(contract.key())).any()
    slip = yaml.safe_load((EXAMPLES / f"{name}.foljesedel.yaml").read_text(encoding="utf-8"))
    assert {key: slip[key] for key in reading.facts} == reading.facts
    assert slip["syntetisk"] is name.startswith("iop")


@given(st.integers(0, 10**9), st.sampled_from(["", " ", "\u00a0", "\u202f"]), st.sampled_from(["", ".0", ",0", ".00"]))
def test_a_whole_number_is_the_same_however_it_is_written(figure: int, blank: str, decimals: str) -> None:
    assert number(f"{figure:,}".replace(",", blank) + decimals) == str(figure)


@given(st.text(max_size=12))
def test_reading_a_number_never_fails_and_is_stable(raw: str) -> None:
    once = number(raw)
    assert once is None or number(once) == once


def test_registers_hold_every_kommun_lan_and_offence_once() -> None:
    assert (len(kommuner()), len(lan()), len(brottstyper())) == (290, 21, 201)
    assert {code[:2] for code in kommuner()} == set(lan())
    assert kommuner()["0114"] == "Upplands Väsby"
    labels = [(typ.periodtyp, typ.etikett) for typ in brottstyper().values()]
    assert len(set(labels)) == len(labels)


def test_branches_of_misshandel_never_hang_under_each_other() -> None:
    known = brottstyper()
    assert {known[i].gren for i in (12141, 12255, 12634, 12663)} == {"kon"}
    assert {known[i].gren for i in (12140, 12549, 12563, 12589, 12620)} == {"alder"}
    assert [known[12589].foralder_id, known[12563].foralder_id, known[12549].foralder_id] == [12563, 12549, 12140]
    for typ in known.values():
        if typ.foralder_id is not None:
            assert {known[typ.foralder_id].gren, typ.gren} != {"kon", "alder"}
            assert known[typ.foralder_id].kon in {typ.kon, "totalt"}
