"""The synthetic deliveries: repeatable, valid by the contracts, like the published results, and nobody's."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sources.synthetic import Plan, PlanError, corrected, generate, upplands_vasby_2019, write, write_demo
from sources.synthetic.faults import spoil
from warehouse.contracts.codes import CODES
from warehouse.contracts.register import REGISTER

Row = dict[str, str]
CONTRACTS = {c.table(): c for c in REGISTER if not c.table().startswith("lokal_")}
THREE_YEARS = Plan(namnd="0580", years=(2023, 2024, 2025), cases_per_year=1000, omfang="helbild")
SMALL = Plan(namnd="1980", years=(2023, 2024), cases_per_year=60, seed=7)


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return generate(THREE_YEARS)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Plain dictionaries with '' for missing, read by nothing that the generator uses."""
    return list(csv.DictReader(io.StringIO(frame.to_csv(index=False, sep=";")), delimiter=";"))


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def slip(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.with_name(path.name + ".foljesedel.yaml").read_text(encoding="utf-8"))


def broken(table: str, rows: list[Row], day: date) -> Iterator[tuple[int, str, str]]:
    """Row, column and rule for everything in a table that its contract forbids, found one cell at a time."""
    columns, names = CONTRACTS[table].delivered(), CONTRACTS[table].key()
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, start=2):
        for column in columns:
            text = row[column.name]
            if text == "":
                if not column.nullable:
                    yield number, column.name, "saknas"
                continue
            if column.kind == "code" and text not in CODES[column.codes or ""]:
                yield number, column.name, "okand_kod"
            if column.kind == "codes":
                parts = text.split(";")
                if parts != [c for c in CODES[column.codes or ""] if c in parts]:
                    yield number, column.name, "okand_kod"
            if column.pattern and not re.fullmatch(column.pattern, text):
                yield number, column.name, "form"
            if column.kind == "date":
                try:
                    late = date.fromisoformat(text) > day
                except ValueError:
                    yield number, column.name, "datum_format"
                else:
                    if late:
                        yield number, column.name, "datum_orimligt"
            if column.kind in ("integer", "number"):
                value = float(text)
                if not (column.minimum or 0) <= value <= (column.maximum or value):
                    yield number, column.name, "utanfor_granser"
        for early, late_column in ORDER.get(table, ()):
            if row[early] and row[late_column] and row[late_column] < row[early]:
                yield number, late_column, BROKEN_ORDER[early, late_column]
        if table == "insats":
            if row["beslut"] in ("bifall", "avslag", "avbojd") and not row["beslutsdatum"]:
                yield number, "beslutsdatum", "beslut_utan_datum"
            if row["beslut"] == "utan_behovsprovning" and not row["verkstalld"]:
                yield number, "verkstalld", "utan_behovsprovning_utan_datum"
        key = tuple(row[name] for name in names)
        if key in seen:
            yield number, "", "dubblett"
        seen.add(key)


BROKEN_ORDER = {
    ("startdatum", "slutdatum"): "slut_fore_start",
    ("startdatum", "utredning_inledd"): "inledd_fore_start",
    ("utredning_inledd", "utredning_avslutad"): "avslutad_fore_inledd",
    ("beslutsdatum", "verkstalld"): "verkstalld_fore_beslut",
    ("beslutsdatum", "slutdatum"): "slut_fore_beslut",
    ("verkstalld", "slutdatum"): "slut_fore_verkstalld",
}
ORDER = {
    "arende": (
        ("startdatum", "slutdatum"), ("startdatum", "utredning_inledd"), ("utredning_inledd", "utredning_avslutad"),
    ),
    "insats": (("verkstalld", "slutdatum"), ("beslutsdatum", "verkstalld"), ("beslutsdatum", "slutdatum")),
}  # fmt: skip


def luhn_holds(ten: str) -> bool:
    digits = [int(d) * (2 - i % 2) for i, d in enumerate(ten)]
    return sum(d // 10 + d % 10 for d in digits) % 10 == 0


def born(number: str) -> date:
    """Birth date of a number in any notation; a two-digit year is the latest that has been."""
    digits = number.replace("-", "")
    if len(digits) == 10:
        digits = ("20" if int(digits[:2]) <= 26 else "19") + digits
    day = int(digits[6:8])
    return date(int(digits[:4]), int(digits[4:6]), day - 60 if day > 60 else day)


def share(rows: list[Row], column: str, value: str) -> float:
    return sum(r[column] == value for r in rows) / len(rows)


# what is refused


@pytest.mark.parametrize(
    "wrong",
    [
        {"namnd": "114"},
        {"namnd": "١١١٤"},
        {"years": ()},
        {"years": (2020, 2018)},
        {"years": (2018, 2020)},
        {"cases_per_year": 0},
        {"cases_per_year": 50_001},
        {"years": tuple(range(2010, 2020)), "cases_per_year": 20_000},
        {"faults": -1},
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        Plan(**{"namnd": "0114", "years": (2019,), "cases_per_year": 10, **wrong})  # type: ignore[arg-type]


# faulty rows


def test_exactly_the_rows_that_should_be_faulty_are(tmp_path: Path) -> None:
    plan = Plan(namnd="1980", years=(2024, 2025), cases_per_year=80, omfang="helbild", faults=10)
    day = date(2026, 1, 15)
    found = {
        (table, number, column, rule)
        for table in ("insats", "matning")
        for number, column, rule in broken(table, rows_of(generate(plan)[table]), day)
    }
    sound = generate(Plan(namnd="1980", years=(2024, 2025), cases_per_year=80, omfang="helbild"))
    expected = {(table, f.rad, f.kolumn, f.regel) for table, faults in spoil(sound, 10).items() for f in faults}
    assert len(expected) == 10
    assert {(t, n) for t, n, _, _ in found} == {(t, n) for t, n, _, _ in expected}
    # A test number where a provider should stand breaks the form there; who looks for numbers calls it by its own name.
    seen_as = {(t, n, c, "form" if r == "identitet_i_fel_kolumn" else r) for t, n, c, r in expected}
    assert seen_as <= found


def test_more_faults_than_rows_spoil_what_there_is_and_stop() -> None:
    plan = Plan(namnd="1980", years=(2024,), cases_per_year=5)
    sound = generate(plan)
    frames = generate(plan)
    done = spoil(frames, 500)
    for table, faults in done.items():
        assert 0 < len(faults) <= len(sound[table])
        assert len({f.rad for f in faults}) == len(faults)
        pairs = zip(rows_of(sound[table]), rows_of(frames[table]), strict=True)
        assert sum(before != after for before, after in pairs) == len(faults)


def test_faults_in_a_periodutdrag_stand_in_the_last_year_only(tmp_path: Path) -> None:
    write(Plan(namnd="1980", years=(2023, 2024), cases_per_year=60, faults=4), tmp_path)
    faulty = {
        year: {
            (table, number)
            for table in ("insats", "matning")
            for number, _, _ in broken(table, read(tmp_path / f"1980_{table}_{year}.csv"), date(year + 1, 1, 15))
        }
        for year in (2023, 2024)
    }
    assert not faulty[2023]
    assert len(faulty[2024]) == 4


def test_one_file_of_the_demo_has_six_faulty_rows_of_different_kinds(demo: Path) -> None:
    faulty = {}
    for path in demo.glob("*.csv"):
        told = slip(path)
        found = list(broken(str(told["tabell"]), read(path), told["uttagsdatum"]))  # type: ignore[arg-type]
        if found:
            faulty[path.name] = found
    assert list(faulty) == ["0580_insats_helbild.csv"]
    found = faulty["0580_insats_helbild.csv"]
    assert len({number for number, _, _ in found}) == 6
    assert {r for _, _, r in found} >= {
        "okand_kod", "datum_format", "slut_fore_verkstalld", "form", "saknas", "utanfor_granser",
    }  # fmt: skip


# valid by the contracts


@pytest.mark.parametrize("table", list(CONTRACTS))
def test_every_row_satisfies_its_contract(table: str, frames: dict[str, pd.DataFrame]) -> None:
    rows = rows_of(frames[table])
    assert len(rows) > 50
    assert list(frames[table].columns) == [c.name for c in CONTRACTS[table].delivered()]
    assert list(broken(table, rows, date(2026, 1, 15))) == []


@pytest.mark.parametrize("table", list(CONTRACTS))
def test_every_file_of_a_periodutdrag_satisfies_its_contract_on_its_own_day(table: str, tmp_path: Path) -> None:
    for path in [*write(SMALL, tmp_path), *corrected(SMALL, tmp_path)]:
        told = slip(path)
        if told["tabell"] == table:
            assert list(broken(table, read(path), told["uttagsdatum"])) == []  # type: ignore[arg-type]


def test_records_hang_together(frames: dict[str, pd.DataFrame]) -> None:
    cases = {r["arende_id"]: r for r in rows_of(frames["arende"])}
    support = {r["insats_id"]: r for r in rows_of(frames["insats"])}
    for table in ("barn", "bedomning", "insats", "matning"):
        assert all(r["arende_id"] in cases for r in rows_of(frames[table]))
    for row in support.values():
        case = cases[row["arende_id"]]
        dates = [row[c] for c in ("beslutsdatum", "verkstalld", "slutdatum") if row[c]]
        assert min(dates) >= case["startdatum"]
        assert not case["slutdatum"] or max(dates) <= case["slutdatum"]
    for row in rows_of(frames["matning"]):
        case, day = cases[row["arende_id"]], date.fromisoformat(row["matdatum"])
        start, end = date.fromisoformat(case["startdatum"]), case["slutdatum"]
        assert not row["insats_id"] or support[row["insats_id"]]["arende_id"] == row["arende_id"]
        if row["fas"] == "fore":
            assert -30 <= (day - start).days <= 14
        elif row["fas"] == "under":
            assert day >= start
        elif end:
            assert -14 <= (day - date.fromisoformat(end)).days <= 90
    linked = [r for r in rows_of(frames["aktualisering"]) if r["arende_id"]]
    assert all(r["arende_id"] in cases for r in linked)
    assert all(r["datum"] <= cases[r["arende_id"]]["startdatum"] for r in linked if r["utfall"] == "utredning_inledd")


def test_nothing_is_given_without_assessment_before_the_new_law(frames: dict[str, pd.DataFrame]) -> None:
    free = [r for r in rows_of(frames["insats"]) if r["beslut"] == "utan_behovsprovning"]
    after = [r for r in rows_of(frames["insats"]) if (r["beslutsdatum"] or r["verkstalld"]) >= "2025-07-01"]
    assert min(r["verkstalld"] for r in free) >= "2025-07-01"
    assert any(not r["beslutsdatum"] for r in free)
    assert 0.1 <= len(free) / len(after) <= 0.2


# nobody's numbers


def test_every_number_is_of_the_test_series_and_agrees_with_the_age_group(frames: dict[str, pd.DataFrame]) -> None:
    limits = {"0_6": (0, 6), "7_12": (7, 12), "13_17": (13, 17), "18_25": (18, 25), "26_40": (26, 40),
              "41_60": (41, 60), "61_plus": (61, 99)}  # fmt: skip
    notations: Counter[str] = Counter()
    for row in rows_of(frames["arende"]):
        number = row["person_id"]
        digits = number.replace("-", "")[-10:]
        notations[re.sub(r"\d", "N", number)] += 1
        notations["samordningsnummer"] += int(digits[4:6]) > 60
        assert 980 <= int(digits[6:9]) <= 999
        assert luhn_holds(digits)
        day, birth = date.fromisoformat(row["startdatum"]), born(number)
        age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
        low, high = limits[row["aldersgrupp"]]
        assert low <= age <= high
        assert (row["vuxen"] == "ja") == (age >= 18) == (row["roll"] != "barn")
    assert set(notations) == {"NNNNNNNN-NNNN", "NNNNNN-NNNN", "NNNNNNNNNNNN", "samordningsnummer"}
    assert min(notations.values()) > 50


def test_persons_return_with_the_same_sex_and_never_two_cases_at_once(frames: dict[str, pd.DataFrame]) -> None:
    of_person: dict[str, list[Row]] = {}
    for row in rows_of(frames["arende"]):
        of_person.setdefault(row["person_id"].replace("-", "")[-10:], []).append(row)
    returned = [rows for rows in of_person.values() if len(rows) > 1]
    assert 0.04 <= len(returned) / len(of_person) <= 0.15
    for rows in returned:
        assert len({r["kon"] for r in rows}) == len({r["roll"] for r in rows}) == 1
        ordered = sorted(rows, key=lambda r: r["startdatum"])
        for first, second in pairwise(ordered):
            assert "" < first["slutdatum"] < second["startdatum"]


# like the published results


def test_cases_resemble_the_published_results(frames: dict[str, pd.DataFrame]) -> None:
    cases = rows_of(frames["arende"])
    exposed = [r for r in cases if r["roll"] == "valdsutsatt_vuxen"]
    assert share(exposed, "kon", "kvinna") == pytest.approx(0.93, abs=0.02)
    assert share(exposed, "kon", "man") == pytest.approx(0.06, abs=0.02)
    assert share(exposed, "aldersgrupp", "26_40") > 0.5
    assert share(exposed, "aldersgrupp", "61_plus") < 0.1
    assert share(cases, "hederskontext", "ja") == pytest.approx(0.11, abs=0.02)
    assert share(cases, "svarighetsgrad", "mycket_grovt") == pytest.approx(0.2, abs=0.03)
    assert 1 - share(cases, "slutdatum", "") == pytest.approx(0.73, abs=0.04)
    heder = [r for r in exposed if r["hederskontext"] == "ja"]
    others = [r for r in exposed if r["hederskontext"] == "nej"]
    assert share(heder, "aldersgrupp", "18_25") > share(others, "aldersgrupp", "18_25") + 0.1
    assert share(heder, "svarighetsgrad", "mycket_grovt") > share(others, "svarighetsgrad", "mycket_grovt")
    number = Counter(r["arende_id"] for r in rows_of(frames["insats"]))
    mean = {name: sum(number[r["arende_id"]] for r in g) / len(g) for name, g in (("h", heder), ("o", others))}
    assert mean["h"] > mean["o"] + 0.2


def test_assessments_contacts_and_insatser_resemble_the_published_results(frames: dict[str, pd.DataFrame]) -> None:
    cases, support = rows_of(frames["arende"]), rows_of(frames["insats"])
    using = {
        name: len({r["arende_id"] for r in rows_of(frames["bedomning"]) if r["instrument"].startswith(name)})
        for name in ("freda", "samtal")
    }
    assert using["freda"] / len(cases) == pytest.approx(0.48, abs=0.03)
    assert using["samtal"] / len(cases) == pytest.approx(0.43, abs=0.03)
    assert len(frames["aktualisering"]) / len(cases) == pytest.approx(1.4, abs=0.06)
    types = Counter(r["insatstyp"] for r in support)
    assert types.most_common(1)[0][0] == "stodsamtal"
    assert sum(n for name, n in types.items() if name.endswith("boende")) / len(support) >= 0.27
    assert {r["beslut"] for r in support} == set(CODES["beslut"])


def test_fewer_answer_in_each_phase_and_most_are_better_off(frames: dict[str, pd.DataFrame]) -> None:
    rows = rows_of(frames["matning"])
    closed = {r["arende_id"] for r in rows_of(frames["arende"]) if r["slutdatum"]}
    answered = {
        fas: {r["arende_id"]: r for r in rows if r["fas"] == fas and not r["saknas_orsak"]} for fas in CODES["fas"]
    }
    assert 6000 <= len(rows) <= 10_000
    assert len(answered["fore"]) > len(answered["under"]) > len(answered["efter"])
    assert 0.4 <= len(closed & answered["efter"].keys()) / len(closed) <= 0.5
    pairs = [
        (int(answered["fore"][case]["trygghet"]), int(row["trygghet"]))
        for case, row in answered["efter"].items()
        if case in answered["fore"] and row["trygghet"] and answered["fore"][case]["trygghet"]
    ]
    assert len(pairs) > 500
    assert sum(after > before for before, after in pairs) / len(pairs) == pytest.approx(0.78, abs=0.05)
    assert all(not any(r[c] for c in ("trygghet", "halsa", "vald_fysiskt")) for r in rows if r["saknas_orsak"])


def test_nobody_answers_who_was_not_asked(tmp_path: Path) -> None:
    for plan, folder in ((SMALL, tmp_path / "utdrag"), (THREE_YEARS, tmp_path / "helbild")):
        write(plan, folder)
        answers, asked = (
            [row for path in sorted(folder.glob(f"*_{table}_*.csv")) for row in read(path)]
            for table in ("brukarenkat", "enkat_utskick")
        )
        given = Counter((r["enhet"], r["period"], r["kon"]) for r in answers)
        sent = {(r["enhet"], r["period"], r["kon"]): int(r["tillfragade"]) for r in asked}
        assert len(sent) == len(asked)
        assert all(sent[where] >= number for where, number in given.items())
        assert 0.35 <= sum(given.values()) / sum(sent.values()) <= 0.65


# repeatable


def test_the_same_plan_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, second = (write(SMALL, tmp_path / name) for name in ("a", "b"))
    other = write(Plan(namnd="1980", years=(2023, 2024), cases_per_year=60, seed=8), tmp_path / "c")
    slips = [p.with_name(p.name + ".foljesedel.yaml") for p in first]
    assert [p.name for p in first] == [p.name for p in second]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert [p.read_bytes() for p in slips] == [(tmp_path / "b" / p.name).read_bytes() for p in slips]
    assert not {p.read_bytes() for p in first} & {p.read_bytes() for p in other}


def test_written_files_hold_what_is_generated(tmp_path: Path) -> None:
    plan = Plan(namnd="1980", years=(2023, 2024), cases_per_year=60, omfang="helbild")
    made = generate(plan)
    for path in write(plan, tmp_path):
        assert read(path) == rows_of(made[str(slip(path)["tabell"])])


# deliveries


def test_slips_say_that_the_records_are_invented(tmp_path: Path) -> None:
    told = slip(write(SMALL, tmp_path, kommun="Borås")[0])
    assert told == {
        "kalla": "verksamhetssystem",
        "tabell": "aktualisering",
        "namnd": "1980",
        "avsandare": "Socialtjänsten i Borås (påhittade uppgifter)",
        "uttagsdatum": date(2024, 1, 15),
        "omfang": "periodutdrag",
        "period": "2023",
        "syntetisk": True,
    }


def test_a_case_over_new_year_stands_in_both_years_with_what_was_known(tmp_path: Path) -> None:
    write(SMALL, tmp_path)
    first, second = ({r["arende_id"]: r for r in read(tmp_path / f"1980_arende_{y}.csv")} for y in (2023, 2024))
    both = first.keys() & second.keys()
    assert any(not first[i]["slutdatum"] and second[i]["slutdatum"] for i in both)
    assert {r["startdatum"][:4] for r in first.values()} == {"2023"}
    assert any(r["startdatum"][:4] == "2024" for r in second.values())


def test_a_corrected_extract_is_later_and_has_changed_and_added_rows(tmp_path: Path) -> None:
    for old, new in zip(write(SMALL, tmp_path), corrected(SMALL, tmp_path), strict=True):
        assert new != old
        assert slip(new)["uttagsdatum"] > slip(old)["uttagsdatum"]  # type: ignore[operator]
    before, after = (
        {r["arende_id"]: r for r in read(tmp_path / f"1980_arende_2024{end}.csv")} for end in ("", "_rattad")
    )
    assert before.keys() <= after.keys()
    assert any(before[i]["svarighetsgrad"] != after[i]["svarighetsgrad"] for i in before)
    assert any(not before[i]["slutdatum"] and after[i]["slutdatum"] for i in before)
    insatser = [{r["insats_id"] for r in read(tmp_path / f"1980_insats_2024{end}.csv")} for end in ("", "_rattad")]
    assert insatser[0] < insatser[1]


# Upplands Väsby


def test_the_fixed_set_counts_to_the_audited_figures() -> None:
    fixed = upplands_vasby_2019()
    cases = {r["arende_id"]: r for r in rows_of(fixed["arende"])}
    support = rows_of(fixed["insats"])
    granted = Counter(
        (r["insatstyp"], cases[r["arende_id"]]["kon"])
        for r in support
        if r["beslut"] == "bifall" and r["beslutsdatum"].startswith("2019-")
    )
    assert granted == {
        ("stodsamtal", "kvinna"): 34,
        ("stodsamtal", "man"): 3,
        ("skyddat_boende", "kvinna"): 20,
        ("skyddat_boende", "man"): 1,
    }
    persons = {r["person_id"].replace("-", "")[-10:] for r in cases.values()}
    assert len(cases) == len(persons) == len(support) == len({r["arende_id"] for r in support}) == 58
    assert {r["roll"] for r in cases.values()} == {"valdsutsatt_vuxen"}
    for table, frame in fixed.items():
        assert list(broken(table, rows_of(frame), date(2020, 1, 15))) == []


def test_the_demo_adds_no_other_insats_granted_in_2019(demo: Path) -> None:
    cases = {r["arende_id"]: r for y in (2017, 2018, 2019) for r in read(demo / f"0114_arende_{y}.csv")}
    support = {r["insats_id"]: r for y in (2017, 2018, 2019) for r in read(demo / f"0114_insats_{y}.csv")}
    granted = [r for r in support.values() if r["beslut"] == "bifall" and r["beslutsdatum"].startswith("2019")]
    assert len(granted) == 58
    assert {r["arende_id"] for r in granted} == set(upplands_vasby_2019()["arende"]["arende_id"])
    started = Counter(r["startdatum"][:4] for r in cases.values())
    assert started == {"2017": 31, "2018": 35, "2019": 58}
    ran_on = {r["arende_id"] for r in read(demo / "0114_arende_2018.csv")} & {
        r["arende_id"] for r in read(demo / "0114_arende_2019.csv")
    }
    assert ran_on
    assert not (demo / "0114_insats_avidentifierad_2019.csv").exists()


def test_the_demo_has_a_large_kommun_as_helbild(demo: Path) -> None:
    cases = read(demo / "0580_arende_helbild.csv")
    assert Counter(r["startdatum"][:4] for r in cases) == {"2023": 1000, "2024": 1000, "2025": 1000}
    told = slip(demo / "0580_arende_helbild.csv")
    assert (told["omfang"], told["uttagsdatum"], told.get("period")) == ("helbild", date(2026, 1, 15), None)
