"""The fixed set for Upplands Väsby 2019 and the example deliveries of the demo. No drawing of its own."""

from pathlib import Path

import numpy as np

from sources.synthetic.cases import Fixed
from sources.synthetic.columns import Array, code, take, year_of
from sources.synthetic.deliver import (
    Frames,
    Plan,
    extract_day,
    frames_of,
    generate,
    invent,
    sender,
    write_frames,
)
from sources.synthetic.extract import Records, known_on, of_year
from sources.synthetic.faults import spoil

NAMND = "0114"
YEAR = 2019
BEFORE = {2017: 31, 2018: 35}
"""Cases in the two years before, so that 2019 has something behind it."""
GRANTED: tuple[tuple[str, str, int], ...] = (
    ("stodsamtal", "kvinna", 34),
    ("stodsamtal", "man", 3),
    ("skyddat_boende", "kvinna", 20),
    ("skyddat_boende", "man", 1),
)
"""The audited figures for 2019 (EY's review for the kommun's auditors): granted insatser by type and sex."""
SEED = 1
LARGE = Plan(namnd="0580", years=(2023, 2024, 2025), cases_per_year=1000, omfang="helbild")
DEMO_FAULTS = 6


def upplands_vasby_2019() -> Frames:
    """58 invented cases of 58 persons with one granted insats each, summing to the audited figures of 2019.

    A test of counting and nothing more: the records are invented, only their sums are real. The real figures are
    delivered as figures (``aggregat``). Only the cases of 2019 are here; ``write_demo`` adds those that ran on from
    2018, none of which has an insats decided in 2019. There is no ``insats_avidentifierad``, so that nothing else
    can be added to the sums.
    """
    known = known_on(_records(), extract_day(YEAR))
    kept = year_of(known["arende"]["startdatum"]) == YEAR
    rows = np.zeros(int(known["arende"]["_row"].max()) + 1, dtype=bool)
    rows[known["arende"]["_row"][kept]] = True
    contacts = known["aktualisering"]
    case = contacts["_case"]
    mine = np.where(case >= 0, rows[case], year_of(contacts["datum"]) == YEAR)
    frames = frames_of({
        **known,
        "aktualisering": take(contacts, mine),
        "arende": take(known["arende"], kept),
        **{name: take(known[name], rows[known[name]["_case"]]) for name in ("barn", "insats", "bedomning", "matning")},
    })  # fmt: skip
    for table in ("insats_avidentifierad", "brukarenkat", "enkat_utskick"):
        frames.pop(table, None)
    return frames


def write_demo(folder: Path) -> list[Path]:
    """Write the demo's record deliveries; returns the data files.

    Upplands Väsby 2017-2019 as periodutdrag (2019 holds the fixed set and the cases that ran on from 2018), and three
    years of a large kommun as helbild. The large one's ``insats`` file has six faulty rows: an unknown code, an
    impossible date, an end before the start, a test personnummer in the wrong column, a missing decision and too many
    occasions.
    """
    records = _records()
    files: list[Path] = []
    for year in (*BEFORE, YEAR):
        frames = frames_of(of_year(known_on(records, extract_day(year)), year))
        files += write_frames(frames, folder, NAMND, extract_day(year), year, sender(NAMND))
    large = generate(LARGE)
    spoil(large, DEMO_FAULTS, tables=("insats",))
    day = extract_day(LARGE.years[-1])
    return files + write_frames(large, folder, LARGE.namnd, day, None, sender(LARGE.namnd))


def _records() -> Records:
    kon = _spread([code("kon", sex) for _, sex, n in GRANTED for _ in range(n)])
    kind = _spread([code("insatstyp", insats) for insats, _, n in GRANTED for _ in range(n)])
    return invent(NAMND, (*BEFORE, YEAR), (*BEFORE.values(), len(kon)), SEED, Fixed(YEAR, kon, kind))


def _spread(values: list[int]) -> Array:
    """The same order for sex and type, but not one type after the other over the year."""
    order = np.random.default_rng(YEAR).permutation(len(values))
    return np.array(values)[order]
