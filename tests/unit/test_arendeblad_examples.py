"""The example forms are read without a fault, and every number in them is from the tax agency's test series."""

import re
from pathlib import Path

from sources.foljesedel import read_slip, slip_path
from sources.forms import arbetsbok, arendeblad
from sources.mapping import load_mapping
from tests.form_tools import found, table

FOLDER = Path(__file__).parents[2] / "examples" / "arendeblad_former"


def test_the_examples_are_read_and_hold_invented_persons_only() -> None:
    csv = FOLDER / "arendeblad_0764_2025.csv"
    slip = read_slip(slip_path(csv))
    mapping = load_mapping(FOLDER / f"{slip['mappning']}.yaml", refused=lambda _names: [])
    readings = [
        arendeblad.read(csv.read_bytes(), {**slip, "_mapping": mapping}),
        arendeblad.read((FOLDER / "0764_arendeblad_2025.xlsx").read_bytes(), {}),
        arbetsbok.read((FOLDER / "0764_arbetsbok_2025.xlsx").read_bytes(), {}),
    ]
    people = [set(table(reading, "arende").frame["person_id"]) for reading in readings]
    assert people[0] == people[1] == people[2]
    assert all(re.search(r"9[89]\d\d$", person) for person in people[0])
    assert [found(reading) for reading in readings] == [[], [], []]
    assert slip["syntetisk"] is True
    assert [reading.facts["syntetisk"] for reading in readings[1:]] == ["ja", "ja"]
    assert set(table(readings[0], "lokal_variabel").frame["varde"]) == {"ja", "nej"}
