"""Kolada's answers as they are read: v3, v2, the project's bundle, and everything that can be wrong with them."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.base import Glimpse, Reading, Source, Unreadable
from sources.kolada import MARK, SOURCES, figure, read
from sources.recognition import glimpse, recognise
from sources.registry import SOURCES as ALL
from warehouse.contracts.base import typed
from warehouse.contracts.faults import RULES, explain
from warehouse.contracts.omvarld import KoladaNyckeltal, KoladaVarde
from warehouse.contracts.reference import kolada_nyckeltal, kommuner

SLIP = {"uttagsdatum": "2026-02-01"}
NAMES = ["kpi", "omrade_typ", "omrade", "kommunkod", "ar", "kon", "varde", "antal", "status"]


def value(gender: Any = "T", said: Any = 1.5, **more: Any) -> dict[str, Any]:
    return {"gender": gender, "value": said, "count": 1, "status": "", "isdeleted": False} | more


def entry(*values: Any, **more: Any) -> dict[str, Any]:
    return {"kpi": "U30750", "municipality": "0114", "period": 2024, "values": list(values) or [value()]} | more


def answer(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"values": list(entries), "count": len(entries), "next_url": None} | more).encode()


def rows(reading: Reading, place: int = 0) -> list[dict[str, Any]]:
    frame = reading.parts[place].table.frame
    return [{str(k): None if pd.isna(v) else v for k, v in row.items()} for row in frame.to_dict("records")]


def faults(reading: Reading, place: int = 0) -> list[tuple[str, int | None, str | None]]:
    return [(f.regel, f.rad, f.kolumn) for f in reading.parts[place].table.faults]


def refused(content: bytes, slip: dict[str, Any] | None = None) -> tuple[str, str | None]:
    with pytest.raises(Unreadable) as caught:
        read(content, SLIP if slip is None else slip)
    (fault,) = caught.value.faults
    assert RULES[fault.regel].hel and all(explain(fault.regel, fault.kolumn))
    return fault.regel, fault.kolumn


def test_an_answer_of_v3_is_read() -> None:
    reading = read(answer(entry(value("T", 12.5), value("K", 9), value("M", 0))), SLIP)

    assert [part.tabell for part in reading.parts] == ["kolada_varde"]
    assert list(reading.parts[0].table.frame.columns) == NAMES
    same = {"kpi": "U30750", "omrade_typ": "kommun", "omrade": "0114", "kommunkod": "0114", "ar": "2024"}
    assert rows(reading) == [
        same | {"kon": kon, "varde": said, "antal": "1", "status": None}
        for kon, said in (("totalt", "12.5"), ("kvinna", "9"), ("man", "0"))
    ]
    assert list(reading.parts[0].table.rows) == [1, 2, 3] and not faults(reading)
    assert (reading.facts["kalla"], reading.facts["namnd"], reading.facts["period"]) == ("kolada", "0000", "2024")


def test_v2_writes_the_period_as_text_and_women_as_f() -> None:
    said = {"gender": "F", "count": 1, "status": "", "value": 3.0}
    content = json.dumps({"values": [entry(said, period="2011")], "count": 1, "previous_page": None}).encode()

    (row,) = rows(read(content, SLIP))
    assert (row["kon"], row["ar"], row["varde"]) == ("kvinna", "2011", "3")


def test_a_saved_answer_with_a_byte_order_mark_is_read() -> None:
    assert len(rows(read(b"\xef\xbb\xbf" + answer(entry()), SLIP))) == 1


@pytest.mark.parametrize("number", range(26))
def test_numbers_that_look_like_kommunkoder_are_the_country_and_regions(number: int) -> None:
    area = f"{number:04}"
    (row,) = rows(read(answer(entry(municipality=area)), SLIP))

    expected = ("riket", "riket", None) if number == 0 else ("region", area, None)
    assert (row["omrade_typ"], row["omrade"], row["kommunkod"]) == expected


def test_every_kommun_is_one() -> None:
    read_back = rows(read(answer(*(entry(municipality=code) for code in kommuner())), SLIP))

    assert [(r["omrade_typ"], r["omrade"], r["kommunkod"]) for r in read_back] == [
        ("kommun", code, code) for code in kommuner()
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"municipality": "G35985"}, ("grupp", "G35985", None)),
        ({"municipality": "V15E144001101"}, ("enhet", "V15E144001101", None)),
        ({"municipality": None, "ou": "V15E144001101"}, None),
        ({"municipality": "1917"}, None),
        ({"municipality": "9999"}, None),
        ({"municipality": "114"}, None),
        ({"municipality": 114}, None),
        ({"municipality": "0114 "}, None),
        ({"municipality": "0114\u0000"}, None),
        ({"municipality": "0114\ud800"}, None),
        ({"municipality": ""}, None),
        ({"municipality": None}, None),
        ({"municipality": ["0114"]}, None),
        ({"municipality": "Upplands Väsby"}, None),
    ],
)
def test_an_area_is_known_or_the_row_is_told(more: dict[str, Any], expected: tuple[Any, ...] | None) -> None:
    reading = read(answer(entry(), entry(value(), value("K"), **more)), SLIP)

    if expected is None:
        assert faults(reading) == [("kolada_omrade", 2, "omrade"), ("kolada_omrade", 3, "omrade")]
        assert len(rows(reading)) == 1
    else:
        assert [(r["omrade_typ"], r["omrade"], r["kommunkod"]) for r in rows(reading)[1:]] == [expected] * 2


def test_a_unit_is_named_by_its_own_key_in_answers_about_units() -> None:
    unit = {"kpi": "N15033", "ou": "V15E144001101", "period": 2024, "values": [value()]}
    (row,) = rows(read(answer(unit), SLIP))
    assert (row["omrade_typ"], row["omrade"]) == ("enhet", "V15E144001101")


def test_a_kommun_that_is_no_more_is_left_for_validation_to_tell_of() -> None:
    old = entry(municipality="1917")
    content = answer(old, municipality=[{"id": "1917", "title": "Heby", "type": "K"}, "?", {"type": "K"}])
    (row,) = rows(read(content, SLIP))
    assert (row["omrade_typ"], row["kommunkod"]) == ("kommun", "1917")


@pytest.mark.parametrize("missing", [None, {"value": None}])
def test_a_value_that_is_null_is_missing_and_never_zero(missing: Any) -> None:
    (row,) = rows(read(answer(entry(value("T", None))), SLIP))
    assert row["varde"] is None


BAD_VALUES: list[tuple[Any, str, str]] = [
    (value("T", "118,4"), "kolada_varde", "varde"),
    (value("T", "118.4"), "kolada_varde", "varde"),
    (value("T", ".."), "kolada_varde", "varde"),
    (value("T", True), "kolada_varde", "varde"),
    (value("T", [1]), "kolada_varde", "varde"),
    ({"gender": "T", "count": 1, "status": ""}, "kolada_post", "varde"),
    ({"value": 1.5, "count": 1}, "kolada_kon", "kon"),
    (value("X"), "kolada_kon", "kon"),
    (value(""), "kolada_kon", "kon"),
    (value(None), "kolada_kon", "kon"),
    (value(1), "kolada_kon", "kon"),
    (value(["K"]), "kolada_kon", "kon"),
    (value(count="1"), "kolada_post", "antal"),
    (value(count={}), "kolada_post", "antal"),
    (value(status=0), "kolada_post", "status"),
    (value(status=["x"]), "kolada_post", "status"),
    (value(status="\ud800"), "kolada_post", "status"),
    (value(isdeleted="ja"), "kolada_post", "status"),
    (value(isdeleted=[]), "kolada_post", "status"),
    (17, "kolada_post", "varde"),
    (None, "kolada_post", "varde"),
    ([], "kolada_post", "varde"),
]


@pytest.mark.parametrize(("bad", "regel", "kolumn"), BAD_VALUES)
def test_a_bad_value_costs_its_row_and_no_other(bad: Any, regel: str, kolumn: str) -> None:
    reading = read(answer(entry(value("K", 1), bad, value("M", 2)), entry(period=2023)), SLIP)

    assert faults(reading) == [(regel, 2, kolumn)] and not RULES[regel].hel
    assert [(rad, r["varde"]) for rad, r in zip(reading.parts[0].table.rows, rows(reading), strict=True)] == [
        (1, "1"),
        (3, "2"),
        (4, "1.5"),
    ]


BAD_ENTRIES: list[tuple[dict[str, Any], str, str]] = [
    ({"kpi": None}, "kolada_post", "kpi"),
    ({"kpi": 30750}, "kolada_post", "kpi"),
    ({"kpi": "\ud800"}, "kolada_post", "kpi"),
    ({"period": None}, "kolada_post", "ar"),
    ({"period": "2024Q1"}, "kolada_post", "ar"),
    ({"period": "år 2024"}, "kolada_post", "ar"),
    ({"period": 2024.5}, "kolada_post", "ar"),
    ({"period": 24}, "kolada_post", "ar"),
    ({"period": True}, "kolada_post", "ar"),
    ({"period": "٢٠٢٤"}, "kolada_post", "ar"),
]


@pytest.mark.parametrize(("bad", "regel", "kolumn"), BAD_ENTRIES)
def test_a_bad_entry_costs_its_rows_and_no_others(bad: dict[str, Any], regel: str, kolumn: str) -> None:
    reading = read(answer(entry(), entry(value("K"), value("M"), **bad), entry(municipality="0115")), SLIP)

    assert faults(reading) == [(regel, 2, kolumn), (regel, 3, kolumn)]
    assert list(reading.parts[0].table.rows) == [1, 4]


@pytest.mark.parametrize("bad", [{"values": None}, {"values": {"T": 1}}, {"values": 118.4}])
def test_an_entry_without_a_list_of_values_is_one_row(bad: dict[str, Any]) -> None:
    reading = read(answer(entry(), entry(**bad), "x", entry(municipality="0115")), SLIP)
    assert faults(reading) == [("kolada_post", 2, "varde"), ("kolada_post", 3, "varde")]
    assert list(reading.parts[0].table.rows) == [1, 4]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("tom_fil", None)),
        (b"\xef\xbb\xbf \n", ("tom_fil", None)),
        (answer(entry())[:-20], ("json_fel", None)),
        (b"<!DOCTYPE html><p>Kolada har stopp</p>", ("json_fel", None)),
        (b'{"values": [{"kpi": "V\xe4rde"}]}', ("json_fel", None)),
        (b'{"values": [NaN]}', ("json_fel", None)),
        (b'{"values": ' + b"[" * 200_000, ("json_fel", None)),
        (b"[1, 2]", ("kolada_form", "values")),
        (b'"text"', ("kolada_form", "values")),
        (b"{}", ("kolada_form", "values")),
        (b'{"values": {"kpi": "U30750"}}', ("kolada_form", "values")),
        (b'{"values": null}', ("kolada_form", "values")),
        (b'{"detail": "Not found"}', ("kolada_form", "values")),
        (answer(entry(), kpi={"id": "U30750"}), ("kolada_form", "kpi")),
        (answer(entry(), municipality=3), ("kolada_form", "municipality")),
        (answer(), ("kolada_inga_varden", None)),
        (answer({"kpi": "U30750", "municipality": "0114", "period": 2024, "values": []}), ("kolada_inga_varden", None)),
        (answer(entry(), next_url="https://api.kolada.se/v3/data?page=2"), ("kolada_sida", None)),
        (answer(entry(), next_page="https://api.kolada.se/v2/data?page=2"), ("kolada_sida", None)),
        (answer(entry(), previous_page="https://api.kolada.se/v2/data?page=1"), ("kolada_sida", None)),
    ],
)
def test_a_file_that_is_no_whole_answer_is_refused(content: bytes, expected: tuple[str, str | None]) -> None:
    assert refused(content) == expected


def test_an_answer_without_values_may_be_meant() -> None:
    reading = read(answer(), SLIP | {"tom": True})
    assert rows(reading) == [] and list(reading.parts[0].table.frame.columns) == NAMES


@pytest.mark.parametrize("name", ["isdeleted", "is_deleted"])
def test_what_is_taken_away_is_left_out_and_noted(name: str) -> None:
    gone = value("T", 7)
    del gone["isdeleted"]
    reading = read(answer(entry(gone | {name: True}, value("K", 1)), entry(value("T", 8), period=2023)), SLIP)

    assert [(f.regel, f.rad, f.kolumn) for f in reading.parts[0].warnings] == [("kolada_borttaget", 1, "varde")]
    assert not faults(reading) and [r["varde"] for r in rows(reading)] == ["1", "8"]


def test_the_same_value_twice_is_one() -> None:
    reading = read(answer(entry(value("T", 12), value("T", 12.0)), entry(value("T", 12.000), period="2024")), SLIP)
    assert [(r["varde"], rad) for r, rad in zip(rows(reading), reading.parts[0].table.rows, strict=True)] == [("12", 1)]
    assert not faults(reading)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("", None), (" ", None), ("e", "e"), ("..", ".."), ("preliminärt", None), ("En människas namn", None)],
)
def test_a_short_mark_is_kept_and_a_text_is_noted_but_not_repeated(said: str, kept: str | None) -> None:
    reading = read(answer(entry(value(status=said), value("K"))), SLIP)
    assert [(r["status"], r["varde"]) for r in rows(reading)] == [(kept, "1.5"), (None, "1.5")]
    noted = [(f.regel, f.rad, f.kolumn) for f in reading.parts[0].warnings]
    assert noted == ([("kolada_status", 1, "status")] if said.strip() and not kept else [])


@pytest.mark.parametrize("other", [13, None, 0])
def test_two_values_for_the_same_thing_are_a_fault(other: Any) -> None:
    reading = read(answer(entry(value("T", 12)), entry(value("K", 12)), entry(value("T", other))), SLIP)
    assert faults(reading) == [("samma_nyckel_olika_nummer", 3, "varde")]
    assert [r["varde"] for r in rows(reading)] == ["12", "12"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (118.4, "118.4"), (0, "0"), (0.0, "0"), (-0.0, "0"), (-1e-12, "0"), (-2.5, "-2.5"),
        (31.32959689, "31.32959689"),
        (0.1 + 0.2, "0.3"), (1e-9, "0.000000001"), (100.0, "100"), (1000, "1000"), (float("inf"), None), (True, None),
        ("1", None), (None, None), (1e20, "100000000000000000000"),
    ],
)  # fmt: skip
def test_a_number_is_written_plainly(said: Any, expected: str | None) -> None:
    assert figure(said) == expected


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_is_itself_to_nine_decimals(said: float) -> None:
    text = figure(said)
    assert text is not None and "e" not in text and text != "-0"
    assert abs(float(text) - said) <= 5.1e-10 + 1e-15 * abs(said)


def kpi(**more: Any) -> dict[str, Any]:
    about = {"id": "U30750", "title": "Vuxna  som\n aktualiserats ", "description": "Antal.\r\n\r\nKälla: egen"}
    return about | {"is_divided_by_gender": False, "publication_date": "2025-06-05", "publ_period": "2024"} | more


def test_what_the_nyckeltal_are_is_a_table_of_its_own() -> None:
    reading = read(answer(entry(), kpi=[kpi(), kpi(id="N00945", is_divided_by_gender=1)]), SLIP)

    assert [part.tabell for part in reading.parts] == ["kolada_varde", "kolada_nyckeltal"]
    same = {
        "titel": "Vuxna som aktualiserats",
        "beskrivning": "Antal. Källa: egen",
        "publicerad": "2025-06-05",
    }
    assert rows(reading, 1) == [
        {"kpi": "U30750", "konsuppdelad": "nej"} | same,
        {"kpi": "N00945", "konsuppdelad": "ja"} | same,
    ]


@pytest.mark.parametrize("said", ["2026-06-05", "2026-02-02", "2025-13-01", "20250605", "snart", "", None, 20250605])
def test_a_day_that_is_still_to_come_or_none_is_not_when_it_was_published(said: Any) -> None:
    (row,) = rows(read(answer(entry(), kpi=[kpi(publication_date=said)]), SLIP), 1)
    assert row["publicerad"] is None


def test_bad_nyckeltal_cost_their_rows() -> None:
    about = [
        kpi(),
        kpi(id=None),
        7,
        kpi(id="N00945", title=None),
        kpi(title="En annan"),
        kpi(),
        kpi(id="N1", title="x\u0000y"),
    ]
    reading = read(answer(entry(), kpi=about), SLIP)

    assert faults(reading, 1) == [
        ("kolada_post", 2, "kpi"),
        ("kolada_post", 3, "kpi"),
        ("kolada_post", 4, "titel"),
        ("samma_nyckel_olika_nummer", 5, "titel"),
    ]
    assert [(r["kpi"], r["titel"]) for r in rows(reading, 1)] == [("U30750", "Vuxna som aktualiserats"), ("N1", "x y")]
    assert len(rows(reading)) == 1


def test_a_bundle_speaks_for_what_it_says() -> None:
    reading = read(answer(entry(), format=MARK, period="2019-2024", urval="nyckeltal"), SLIP)
    assert (reading.facts["period"], reading.facts["urval"]) == ("2019-2024", "nyckeltal")
    foreign = read(answer(entry(), format="annat", period="2019-2024", urval="nyckeltal"), SLIP)
    assert foreign.facts["period"] == "2024" and "urval" not in foreign.facts


def test_rows_fit_their_contracts() -> None:
    content = answer(
        entry(value("T", 1), value("K", None), value("M", 2.25, status="x")),
        entry(municipality="0000"),
        entry(municipality="0013"),
        entry(municipality="G35985"),
        kpi=[kpi(), kpi(id="N00945", description=None, is_divided_by_gender=None, publication_date=None)],
    )
    for part, contract in zip(read(content, SLIP).parts, (KoladaVarde, KoladaNyckeltal), strict=True):
        frame = part.table.frame.copy()
        for column in contract.columns():
            if column.name in frame and column.kind in {"integer", "number"}:
                frame[column.name] = pd.to_numeric(frame[column.name])
            if column.name in frame and column.kind == "date":
                frame[column.name] = pd.to_datetime(frame[column.name])
        frame = typed(contract, frame.assign(leverans_id=1, rad=part.table.rows))
        assert len(contract.validate(frame)) == len(part.table.rows) > 1


def seen(content: bytes, suffix: str = ".json") -> list[Source]:
    return [source for source in SOURCES if source.tells(glimpse(content, suffix))]


def test_an_answer_gives_itself_away() -> None:
    assert seen(answer(entry())) and seen(b"\xef\xbb\xbf\n" + answer(entry()))
    bundle = json.dumps({"format": MARK, "kpi": [kpi(description="x" * 9000)], "values": []}, separators=(",", ":"))
    assert seen(bundle.encode())
    assert recognise(answer(entry()), "svar.json", ALL, {}).kalla == "kolada"
    for other in (b'{"version":"2.0","class":"dataset","value":[]}', b'{"values": []}', b'[{"values":1}]', b"x"):
        assert not seen(other)
    assert not SOURCES[0].tells(Glimpse(".csv", start=answer(entry()).decode()))


def test_the_default_nyckeltal_are_well_formed() -> None:
    titles = kolada_nyckeltal()
    assert len(titles) == 30 and {"U30750", "U30751", "U30752", "N07549"} <= set(titles)
    assert all(len(title) > 10 and title == title.strip() for title in titles.values())


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
SOME_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "gender": st.sampled_from("TKMF") | ANY,
        "value": st.floats(-1e6, 1e6) | ANY,
        "count": st.integers(0, 9) | ANY,
        "status": st.just("") | ANY,
        "isdeleted": st.booleans() | ANY,
    },
)
SOME_ENTRIES = st.fixed_dictionaries(
    {"values": st.lists(SOME_VALUES | ANY, max_size=3) | ANY},
    optional={
        "kpi": st.sampled_from(["U30750", "N00945"]) | ANY,
        "municipality": st.sampled_from(["0000", "0013", "0114", "G35985"]) | ANY,
        "period": st.integers(2019, 2024) | st.just("2024") | ANY,
    },
)


@given(st.lists(SOME_ENTRIES | ANY, min_size=1, max_size=4), st.lists(ANY, max_size=2))
def test_whatever_is_answered_every_value_is_read_or_told_of(entries: list[Any], about: list[Any]) -> None:
    lists = [e["values"] if isinstance(e, dict) and isinstance(e.get("values"), list) else ["?"] for e in entries]
    count = sum(map(len, lists))
    content = json.dumps({"values": entries, "kpi": about}).encode()
    if count == 0:
        assert refused(content) == ("kolada_inga_varden", None)
        return
    reading = read(content, SLIP)
    part = reading.parts[0]
    places = [*part.table.rows, *(f.rad for f in part.table.faults)]
    places += [f.rad for f in part.warnings if f.regel == "kolada_borttaget"]
    assert len(places) == len(set(places)) and set(places) <= set(range(1, count + 1))
    # The rest is what stands twice.
    kept = rows(reading)
    twice = set(range(1, count + 1)) - set(places)
    assert not twice or kept
    keys = [(r["kpi"], r["omrade"], r["ar"], r["kon"]) for r in kept]
    assert len(keys) == len(set(keys))
    assert all(RULES[f.regel] and f.kolumn for f in part.table.faults)
    assert len(about) == sum(len(p.table.rows) + len(p.table.faults) for p in reading.parts[1:]) or not about


def everything(reading: Reading) -> Sequence[str]:
    return [f"{f}" for part in reading.parts for f in (*part.table.faults, *part.warnings)]


def test_no_fault_says_what_stood_there() -> None:
    planted = "Planterad"
    bad = [value(planted), value("T", planted), value(status=[planted]), value(isdeleted=planted), planted]
    content = answer(
        entry(*bad),
        entry(kpi=[planted]),
        entry(period=planted),
        entry(municipality=planted),
        planted,
        kpi=[kpi(id=[planted]), kpi(title=[planted]), planted],
    )
    told = everything(read(content, SLIP))
    assert len(told) == 12 and not [text for text in told if planted in text]
