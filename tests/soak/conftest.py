"""Fixtures of the soak tests: the deliveries of a small night."""

import shutil
from pathlib import Path

import pytest

from sources.synthetic import Plan, upplands_vasby_2019
from sources.synthetic.deliver import extract_day, sender, write_frames
from sources.synthetic.forms import write_workbook
from tests.soak.homes import ROOT


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small night of one year: Upplands Väsby 2019 and figures around it, faulty rows, a refused file, a workbook."""
    folder = tmp_path_factory.mktemp("leveranser")
    frames = upplands_vasby_2019()
    spoilt = frames["barn"].copy()
    spoilt.loc[0, "utsatt_eller_bevittnat"] = "inget alls"
    day = extract_day(2019)
    write_frames({**frames, "barn": spoilt}, folder, "0114", day, 2019, sender("0114"))
    for path in (ROOT / "examples").glob("*_2019.*"):
        shutil.copyfile(path, folder / path.name)
    (folder / "okand.csv").write_text("nyckel;tal\na;1\n", encoding="utf-8")
    write_workbook(Plan("0186", (2019,), 12, faults=3), folder)
    return folder
