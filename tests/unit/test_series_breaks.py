"""A table says where its series breaks: national breaks, and the kommun's own from its YAML, refused line by line."""

from pathlib import Path

import pytest

from assets.tables.breaks import load_breaks, read_breaks
from assets.tables.catalogue import TABLES
from assets.tables.counting import standing_notes
from warehouse.cells import Slice
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import seriebrott

EXAMPLE = Path(__file__).parents[2] / "examples" / "seriebrott" / "exempel.yaml"


def told(table: str, year: int) -> list[str]:
    notes = standing_notes(TABLES[table], Slice(table, "0114", year), [])
    return [n.split(":")[0].removeprefix("Serien bryts ") for n in notes if n.startswith("Serien bryts")]


@pytest.mark.parametrize(
    ("table", "year", "expected"),
    [
        ("insatser", 2023, []),
        ("insatser", 2024, ["2024-04-01"]),
        ("insatser", 2025, ["2024-04-01", "2025-07-01"]),
        ("insatser", 2030, ["2025-07-01"]),
        ("insatser", 2031, []),
        ("anmalda_brott", 2006, []),
        ("anmalda_brott", 2024, ["2019", "2020", "2020", "2021-07-01", "2022-06-01"]),
        ("anmalda_brott", 2025, ["2020", "2020", "2021-07-01", "2022-06-01"]),
    ],
)
def test_a_break_is_told_from_its_year_and_five_years_on(table: str, year: int, expected: list[str]) -> None:
    assert told(table, year) == expected


def test_the_national_breaks_are_data_with_their_dates() -> None:
    dates = {(b.kalla, b.nyckel): b.fran for b in seriebrott()}
    assert dates["verksamhetssystem", "utovare"] == "2021-08-01"
    assert dates["verksamhetssystem", "foreskrift"] == "2022-11-01"
    assert dates["verksamhetssystem", "barn_skyddat_boende"] == "2024-04-01"
    assert dates["verksamhetssystem", "beslut"] == "2025-07-01"
    assert dates["bra", "misshandel_relation"] == "2020"
    assert dates["scb", "befolkning"] == "2025"
    assert dates["oj", "uppfoljning"] == "2024"


def test_a_date_that_nobody_has_looked_up_says_so() -> None:
    notes = standing_notes(TABLES["anmalda_brott"], Slice("anmalda_brott", "0114", 2022), [])
    unsure = [n for n in notes if n.endswith("Datumet är inte kontrollerat mot källan.")]
    assert len(unsure) == 2
    assert sum(b.belagg == "from memory" for b in seriebrott()) == 3


# --- the kommun's own -------------------------------------------------------------------------------------------------


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "seriebrott.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_is_no_breaks(tmp_path: Path) -> None:
    assert load_breaks(tmp_path / "seriebrott.yaml", TABLES) == ()
    assert load_breaks(written(tmp_path, "# inget än\n"), TABLES) == ()


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("kommun: '0114'\n", 1, "här ska stå en lista"),
        ("- kommun: '0114'\n  fran: 2019\n", 1, "vad saknas"),
        ("- kommun: '9999'\n  fran: 2019\n  vad: Nytt system\n", 1, "kommunkoden finns inte"),
        ("- kommun: 0114\n  fran: 2019-02-30\n  vad: Nytt system\n", 2, "ÅÅÅÅ-MM-DD"),
        ("- kommun: 0114\n  fran: förra året\n  vad: Nytt system\n", 2, "ÅÅÅÅ-MM-DD"),
        ("- kommun: 0114\n  fran: 2019\n  vad: Ring 070-123 45 67\n", 3, "peka ut en person"),
        ("- kommun: 0114\n  fran: 2019\n  vad: Nytt system\n  slag: system\n", 4, "Tillåtet: omorganisation"),
        ("- kommun: 0114\n  fran: 2019\n  vad: Nytt system\n  tabeller: [insater]\n", 4, "menades insatser?"),
        ("- kommun: 0114\n  fran: 2019\n  vad: Nytt system\n  tabeller: []\n", 4, "tabeller är tom"),
        ("- kommun: 0114\n  datum: 2019\n  vad: Nytt system\n", 2, "okänd nyckel"),
        ("- kommun: 0114\n  vad: [\n", 3, "inte giltig YAML"),
        ("- &a\n  kommun: 0114\n- *a\n", 3, "hänvisningar"),
    ],
)
def test_a_bad_break_is_refused_by_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(UserError) as refused:
        load_breaks(written(tmp_path, text), TABLES)
    (told_,) = [t for t in str(refused.value).splitlines() if f"rad {line}:" in t and what in t]
    assert "seriebrott.yaml" in told_
    assert "9999" not in str(refused.value) and "070-123" not in str(refused.value)


def test_what_holds_is_kept_beside_what_does_not(tmp_path: Path) -> None:
    good = "- kommun: 0114\n  fran: 2019-05\n  vad: Nytt verksamhetssystem\n"
    found, wrong = read_breaks(written(tmp_path, good + good + "- kommun: 0114\n"), TABLES)
    assert [b.fran for b in found] == ["2019-05"]
    assert [w.split(":")[0] for w in wrong] == ["seriebrott.yaml, rad 4"] + ["seriebrott.yaml, rad 7"] * 2


def test_own_breaks_stand_on_the_tables_they_touch_of_that_kommun(tmp_path: Path) -> None:
    text = (
        "- kommun: '0114'\n  fran: 2019-05-01\n  slag: verksamhetssystem\n  vad: Byte av system; målen börjar om.\n"
        "- kommun: '0114'\n  fran: 2018\n  slag: formular\n  vad: Nya frågor\n  tabeller: [anmalda_brott]\n"
    )
    own = load_breaks(written(tmp_path, text), TABLES)

    def notes(table: str, kommun: str, year: int) -> list[str]:
        found = standing_notes(TABLES[table], Slice(table, kommun, year), [], own)
        return [n for n in found if "kommunens egen uppgift" in n]

    general = (
        "Serien bryts 2019-05-01 (nytt verksamhetssystem, kommunens egen uppgift): Byte av system; målen börjar om."
    )
    assert notes("insatser", "0114", 2019) == notes("insatser", "0114", 2024) == [general]
    assert notes("insatser", "0114", 2018) == notes("insatser", "0114", 2025) == notes("insatser", "0180", 2019) == []
    # Of public figures nothing breaks when a kommun reorganises, unless it says so.
    named = "Serien bryts 2018 (ändrat formulär, kommunens egen uppgift): Nya frågor."
    assert notes("anmalda_brott", "0114", 2019) == [named]


def test_the_example_holds() -> None:
    found = load_breaks(EXAMPLE, TABLES)
    assert len({b.slag for b in found}) > 1
