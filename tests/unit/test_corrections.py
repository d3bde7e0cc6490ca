"""Declared corrections: what a file may say, what is done to the rows, and what is told when the source has changed."""

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.corrections import MENDED, NONE, OUTDATED, Corrections, apply
from quality.corrections_file import KEYS, PUBLIC, load_corrections
from warehouse.contracts.base import typed
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES
from warehouse.contracts.omvarld import BraBrott, OjIndikator

EXAMPLES = Path(__file__).parents[2] / "examples" / "rattelser"

GOOD: dict[str, Any] = {
    "tabell": "bra_brott",
    "nyckel": {"kommunkod": "2582", "period": "2025", "brott_id": "11130"},
    "kolumn": "antal",
    "gammalt_varde": "2239",
    "nytt_varde": "239",
    "anledning": "En siffra för mycket, enligt Brås rättelse",
    "anmald_av": "kvalitetsenheten",
    "datum": "2026-01-15",
}


def write(folder: Path, *items: dict[str, Any], name: str = "a.yaml") -> Path:
    path = folder / name
    plain = [deepcopy(item) for item in items]  # the same object twice would be written as a reference
    path.write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def load(folder: Path, *items: dict[str, Any]) -> Corrections:
    return load_corrections([write(folder, *items)])


def rows(*antal: int | None) -> pd.DataFrame:
    """Rows of BRÅ's as validation leaves them: one kommun a row, the first Boden."""
    frame = pd.DataFrame(
        {
            "kommunkod": ["2582", "0114", "0138"][: len(antal)],
            "period": "2025",
            "periodtyp": "ar",
            "preliminar": "nej",
            "brott_id": 11130,
            "antal": pd.array(antal, dtype="Int64"),
            "per_100000_inv": 7901.5,
            "rad": range(2, 2 + len(antal)),
            "leverans_id": 0,
        }
    )
    return typed(BraBrott, frame)


def told(notes: list[Any]) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(f.regel, f.rad, f.kolumn, f.tabell) for f in notes]


def wrong(folder: Path, *items: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        load(folder, *items)
    return str(caught.value)


# What is done


def test_the_error_is_mended_and_noted_and_nothing_else_is_touched(tmp_path: Path):
    before = rows(2239, 2239, 5)
    after, notes, outdated = apply(load(tmp_path, GOOD), BraBrott, before)
    assert list(after["antal"]) == [239, 2239, 5]
    assert list(before["antal"]) == [2239, 2239, 5]
    pd.testing.assert_frame_equal(after.drop(columns="antal"), before.drop(columns="antal"))
    assert list(after.dtypes) == list(before.dtypes)
    assert told(notes) == [(MENDED, 2, "antal", "bra_brott")]
    assert outdated == []
    BraBrott.validate(after)


@pytest.mark.parametrize(
    ("now", "mended", "words"),
    [
        (239, True, "källan har rättat. Ta bort rättelsen"),
        (2240, False, "källan har ändrat"),
        (None, False, "källan har ändrat"),
    ],
)
def test_a_source_that_says_something_else_is_believed_and_the_correction_told(
    tmp_path: Path, now: int | None, mended: bool, words: str
):
    before = rows(now, 7)
    after, notes, (outdated,) = apply(load(tmp_path, GOOD), BraBrott, before)
    pd.testing.assert_frame_equal(after, before)
    assert told(notes) == [(OUTDATED, 2, "antal", "bra_brott")]
    assert outdated.kallan_har_rattat is mended
    assert words in outdated.text and "a.yaml, rad 1" in outdated.text and "bra_brott.antal" in outdated.text


def test_a_record_that_is_not_in_the_delivery_is_left_alone(tmp_path: Path):
    elsewhere = GOOD | {"nyckel": GOOD["nyckel"] | {"period": "2024"}}
    before = rows(2239)
    after, notes, outdated = apply(load(tmp_path, elsewhere), BraBrott, before)
    pd.testing.assert_frame_equal(after, before)
    assert (notes, outdated) == ([], [])
    _, notes, outdated = apply(load(tmp_path, GOOD), BraBrott, rows())
    assert (notes, outdated) == ([], [])


def test_a_correction_of_another_table_is_left_alone(tmp_path: Path):
    corrections = load(tmp_path, GOOD | {"tabell": "bra_brott"})
    frame = typed(OjIndikator, pd.DataFrame({"rad": [2]}))
    assert apply(corrections, OjIndikator, frame)[1:] == ([], [])
    assert apply(NONE, BraBrott, rows(1))[1:] == ([], [])


def test_a_missing_value_can_be_filled_in_and_a_wrong_one_taken_out(tmp_path: Path):
    fill = load(tmp_path, GOOD | {"gammalt_varde": "saknas"})
    after, notes, _ = apply(fill, BraBrott, rows(None, None))
    assert list(after["antal"].isna()) == [False, True] and after["antal"].iloc[0] == 239
    take_out = load(tmp_path, GOOD | {"nytt_varde": "saknas"})
    after, notes, _ = apply(take_out, BraBrott, rows(2239, 1))
    assert list(after["antal"].isna()) == [True, False]
    assert told(notes) == [(MENDED, 2, "antal", "bra_brott")]


def test_two_columns_of_the_same_record(tmp_path: Path):
    rate = GOOD | {"kolumn": "per_100000_inv", "gammalt_varde": "7901,5", "nytt_varde": "790.15"}
    after, notes, _ = apply(load(tmp_path, GOOD, rate), BraBrott, rows(2239))
    assert (after["antal"].iloc[0], after["per_100000_inv"].iloc[0]) == (239, 790.15)
    assert len(notes) == 2


def test_a_code_can_be_corrected(tmp_path: Path):
    corrections = load_corrections(EXAMPLES.glob("*.yaml"))
    frame = typed(
        OjIndikator,
        pd.DataFrame(
            [
                {**c.nyckel, "namn": "Ett namn", "svar": c.gammalt_varde, "rad": 2, "leverans_id": 0}
                for c in corrections.of("oj_indikator")
            ]
        ),
    )
    after, notes, outdated = apply(corrections, OjIndikator, frame)
    assert len(notes) == len(frame) and outdated == []
    assert list(after["svar"]) == [c.nytt_varde for c in corrections.of("oj_indikator")]
    OjIndikator.validate(after)


@given(st.lists(st.integers(0, 3), min_size=3, max_size=3), st.integers(0, 3), st.integers(0, 3))
@settings(deadline=None, max_examples=60)
def test_a_value_changes_only_where_the_source_has_what_was_expected(antal: list[int], old: int, new: int):
    item = GOOD | {"gammalt_varde": str(old), "nytt_varde": str(new)}
    if old == new:
        return
    with TemporaryDirectory() as folder:
        corrections = load(Path(folder), item)
    after, notes, outdated = apply(corrections, BraBrott, rows(*antal))
    assert list(after["antal"]) == [new if antal[0] == old else antal[0], *antal[1:]]
    assert [n.regel for n in notes] == [MENDED if antal[0] == old else OUTDATED]
    assert [o.kallan_har_rattat for o in outdated] == ([] if antal[0] == old else [antal[0] == new])


# The digest


def test_the_digest_follows_what_is_done_and_nothing_else(tmp_path: Path):
    first = load(tmp_path, GOOD)
    assert first.digest("bra_brott") and first.digest("befolkning") is None and NONE.digest("bra_brott") is None
    other_words = GOOD | {"anledning": "Andra ord om samma sak", "datum": "2026-01-16", "anmald_av": "BRÅ"}
    assert load(tmp_path, other_words).digest("bra_brott") == first.digest("bra_brott")
    for change in (
        {"nytt_varde": "240"},
        {"gammalt_varde": "2238"},
        {"nyckel": GOOD["nyckel"] | {"period": "2024"}},
        {"kolumn": "per_100000_inv"},
    ):
        assert load(tmp_path, GOOD | change).digest("bra_brott") != first.digest("bra_brott")
    second = GOOD | {"nyckel": GOOD["nyckel"] | {"period": "2024"}}
    assert load(tmp_path, GOOD, second).digest("bra_brott") == load(tmp_path, second, GOOD).digest("bra_brott")


# What a file may say


def test_public_tables_only():
    assert "bra_brott" in PUBLIC and "befolkning" in PUBLIC and "oj_indikator" in PUBLIC and "kolada_varde" in PUBLIC
    assert not {"iop_rapport", "aggregat", "arende", "insats", "brukarenkat"} & set(PUBLIC)


def test_no_file_and_an_empty_file_are_no_corrections(tmp_path: Path):
    (tmp_path / "tom.yaml").write_text("# inget än\n", encoding="utf-8")
    assert load_corrections([]) == load_corrections([tmp_path / "tom.yaml"]) == Corrections()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tabell": "arende"}, "tabellen kan inte rättas här"),
        ({"tabell": "iop_rapport"}, "tabellen kan inte rättas här"),
        ({"tabell": "aggregat"}, "tabellen kan inte rättas här"),
        ({"kolumn": "kommunkod"}, "kolumnen kan inte rättas; tillåtet: periodtyp, preliminar, antal, per_100000_inv"),
        ({"kolumn": "rad"}, "kolumnen kan inte rättas"),
        ({"kolumn": "hemligt"}, "kolumnen kan inte rättas"),
        ({"nyckel": {"kommunkod": "2582", "period": "2025"}}, "nyckeln ska vara hel: brott_id saknas"),
        ({"nyckel": GOOD["nyckel"] | {"rad": "2"}}, "okänd nyckel"),
        ({"nyckel": GOOD["nyckel"] | {"kommunkod": "9999"}}, "kommunkoden finns inte"),
        ({"nyckel": GOOD["nyckel"] | {"brott_id": "misshandel"}}, "brott_id: här ska stå ett heltal"),
        ({"nyckel": GOOD["nyckel"] | {"period": "i fjol"}}, "nyckeln eller nytt_varde går inte"),
        ({"nyckel": "2582"}, "här ska stå nyckel: värde"),
        ({"nytt_varde": "många"}, "antal: här ska stå ett heltal"),
        ({"nytt_varde": "1.5"}, "antal: här ska stå ett heltal"),
        ({"nytt_varde": "-4"}, "nyckeln eller nytt_varde går inte i antal"),
        ({"kolumn": "preliminar", "gammalt_varde": "ja", "nytt_varde": "kanske"}, "går inte i preliminar"),
        ({"kolumn": "periodtyp", "gammalt_varde": "ar", "nytt_varde": "saknas"}, "går inte i periodtyp"),
        ({"nytt_varde": "2239"}, "gammalt_varde och nytt_varde är lika"),
        ({"nytt_varde": "2239.0"}, "gammalt_varde och nytt_varde är lika"),
        ({"gammalt_varde": "saknas", "nytt_varde": "saknas"}, "gammalt_varde och nytt_varde är lika"),
        ({"gammalt_varde": ""}, "skriv saknas där källan inte har något"),
        ({"gammalt_varde": ["1", "2"]}, "gammalt_varde: här ska stå ett enda värde"),
        ({"datum": "15 januari"}, "datum skrivs ÅÅÅÅ-MM-DD"),
        ({"anledning": "fel"}, "anledning: skriv mellan 5 och 500 tecken"),
        ({"anmald_av": "anna@example.com"}, "anmald_av innehåller något som kan peka ut en person; skriv en roll"),
        ({"anledning": "Se ärendet om 19900101-9802"}, "anledning innehåller något som kan peka ut en person"),
        ({"anmald": "x"}, "okänd nyckel; menades anmald_av?"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line_and_is_not_repeated(
    tmp_path: Path, change: dict[str, Any], words: str
):
    said = wrong(tmp_path, GOOD | change)
    assert words in said, said
    lines = write(tmp_path, GOOD | change).read_text(encoding="utf-8").splitlines()
    for line in said.splitlines()[1:]:
        assert 1 <= int(line.split("rad ")[1].split(":")[0]) <= len(lines)
    for secret in ("hemligt", "anna@example", "19900101", "i fjol", "många", "kanske"):
        assert secret not in said


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_needed(tmp_path: Path, key: str):
    assert f"{key} saknas" in wrong(tmp_path, {k: v for k, v in GOOD.items() if k != key})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tabell: bra_brott", "rad 1: här ska stå en lista"),
        ("- bra_brott", "rad 1: här ska stå nyckel: värde"),
        ("- tabell: [", "texten är inte giltig YAML"),
        ("- &a {x: 1}\n- *a", "rad 2: hänvisningar (*) används inte här"),
        ("- tabell: bra_brott\n  tabell: befolkning", "rad 2: tabell står två gånger"),
        ("- ? [x]\n  : 1", "rad 1: okänd nyckel"),
        ("[" * 3000, "texten är inte giltig YAML"),
    ],
)
def test_a_file_that_is_not_such_a_list(tmp_path: Path, text: str, words: str):
    path = tmp_path / "b.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"b\.yaml") as caught:
        load_corrections([path])
    assert words in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path):
    (tmp_path / "latin.yaml").write_bytes("- tabell: bås".encode("latin-1"))
    for name in ("latin.yaml", "finns_inte.yaml"):
        with pytest.raises(UserError, match=f"{name}, rad 1: filen går inte att läsa"):
            load_corrections([tmp_path / name])


def test_everything_that_is_wrong_in_all_files_is_told_at_once(tmp_path: Path):
    paths = [
        write(tmp_path, GOOD | {"tabell": "arende"}, GOOD | {"datum": "nu"}),
        write(tmp_path, GOOD | {"kolumn": "x"}, name="b.yaml"),
    ]
    with pytest.raises(UserError) as caught:
        load_corrections(paths)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()[1:]] == [
        "  a.yaml, rad 1",
        "  a.yaml, rad 22",
        "  b.yaml, rad 6",
    ]


def test_the_same_value_corrected_twice_is_told(tmp_path: Path):
    paths = [write(tmp_path, GOOD), write(tmp_path, GOOD | {"nytt_varde": "240"}, name="b.yaml")]
    with pytest.raises(UserError, match=r"b\.yaml, rad 1: samma uppgift rättas också i a\.yaml, rad 1"):
        load_corrections(paths)


def test_the_examples_hold():
    found = load_corrections(EXAMPLES.glob("*.yaml"))
    assert found.all
    assert all(not RULES[rule].hel for rule in (MENDED, OUTDATED))
