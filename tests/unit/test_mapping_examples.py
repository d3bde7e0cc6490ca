"""The worked examples: two kommuner that differ in every respect describe the same invented cases."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quality.identity import canonical_person_id
from quality.identity_columns import refused_columns
from quality.identity_scan import find_identifiers
from quality.validation import parse
from sources.base import Part
from sources.foljesedel import read_slip, slip_path
from sources.mapping import load_mapping
from sources.recognition import recognise
from sources.registry import SOURCES
from warehouse.contracts.delivery import TextTable
from warehouse.contracts.registry import CONTRACTS

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(p for p in (EXAMPLES / "utdrag").iterdir() if p.suffix in {".csv", ".xlsx"})


def parts(path: Path) -> list[Part]:
    """A file read as a delivery is: by its slip, its mapping and its name."""
    slip: dict[str, Any] = read_slip(slip_path(path))
    mapping = load_mapping(EXAMPLES / "mappningar" / f"{slip['mappning']}.yaml", refused=refused_columns)
    source = recognise(path.read_bytes(), path.name, SOURCES, slip)
    return list(source.read(path.read_bytes(), slip | {"_mapping": mapping, "_fil": path.name}).parts)


def facts(kommun: str) -> dict[str, set[tuple[tuple[str, str], ...]]]:
    """Table -> its records, each as its filled columns; person ids in one notation."""
    out: dict[str, set[tuple[tuple[str, str], ...]]] = {}
    for path in FILES:
        if kommun in path.name:
            for part in parts(path):
                frame = part.table.frame.copy()
                if "person_id" in frame:
                    frame["person_id"] = canonical_person_id(frame["person_id"], date(2020, 1, 15))[0]
                records = frame.to_dict(orient="records")
                filled = [sorted((str(k), str(v)) for k, v in r.items() if isinstance(v, str)) for r in records]
                assert part.tabell not in out
                out[part.tabell] = {tuple(r) for r in filled}
                assert len(out[part.tabell]) == len(frame)
    return out


def test_both_tell_the_same_cases_and_insatser() -> None:
    granby, strandby = facts("granby"), facts("strandby")
    assert {name: len(rows) for name, rows in granby.items()} == {"arende": 6, "insats": 7}
    for name in ("arende", "insats"):
        # Strandby answers 81500.5 kronor where Granby writes 81 500,50.
        same = [{tuple((k, v.replace("81500.50", "81500.5")) for k, v in row) for row in one[name]}
                for one in (granby, strandby)]  # fmt: skip
        assert same[0] == same[1]


def test_one_case_is_read_as_a_person_would_read_it() -> None:
    (case,) = [dict(row) for row in facts("strandby")["arende"] if ("arende_id", "G-2019-01") in row]
    assert case == {
        "arende_id": "G-2019-01", "person_id": case["person_id"], "roll": "valdsutsatt_vuxen", "vuxen": "ja",
        "kon": "kvinna", "verksamhetsomrade": "vald", "enhet": "enhet_1", "valdstyp": "fysiskt;psykiskt",
        "hederskontext": "nej", "startdatum": "2019-01-14", "slutdatum": "2019-11-29", "avslutsorsak": "mal_natt",
    }  # fmt: skip
    assert case["person_id"].startswith("19840312981")


def test_the_local_answers_are_those_of_the_workbook() -> None:
    rows = {tuple(dict(r)[n] for n in ("arende_id", "variabel", "varde")) for r in facts("strandby")["lokal_variabel"]}
    assert {r[1:] for r in rows if r[0] == "G-2019-04"} == {
        ("boendeform", "andra_hand"), ("sokt_stod", "samtal"), ("sokt_stod", "boende"),
    }  # fmt: skip
    assert len(rows) == 10
    assert not [r for r in rows if r[0] == "G-2019-03"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_row_is_accepted_and_every_person_is_a_test_number(path: Path) -> None:
    for part in parts(path):
        assert (part.warnings, part.table.faults) == ((), ())
        frame: pd.DataFrame = part.table.frame
        if "person_id" in frame:
            assert {str(p)[-4:-2] for p in frame["person_id"]} <= {"98", "99"}
        assert find_identifiers(frame, skip=["person_id", "arende_id", "insats_id"]).empty
        grouped = frame.drop(columns=["person_id"], errors="ignore")
        if part.tabell == "arende":
            grouped = grouped.assign(person_id="p", aldersgrupp="okand")
        good, faults = parse(CONTRACTS[part.tabell], TextTable(grouped, part.table.rows, part.table.blad),
                             date(2020, 1, 15))  # fmt: skip
        assert (len(good), faults) == (len(frame), [])


def test_the_files_say_themselves_that_they_are_invented() -> None:
    assert [p.name for p in FILES if not p.name.startswith("PAHITTAD_")] == []
    assert all(read_slip(slip_path(p))["syntetisk"] is True for p in FILES)
    assert FILES[0].read_bytes().decode("cp1252").startswith("PÅHITTADE UPPGIFTER")
