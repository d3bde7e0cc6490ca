"""All 290 kommuner in proportion to their inhabitants, one at a time: how many cases each has. Draws no records itself.

What a kommun gets depends on the nation's size, years and seed alone, so it is the same whichever others are written.
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from sources.synthetic.deliver import MOST_A_YEAR, MOST_CASES, Plan, PlanError, extract_day, invent, write
from sources.synthetic.extract import known_on
from warehouse.contracts.reference import kommuner

INHABITANTS = Path(__file__).with_name("folkmangd_2019.csv")
"""Source: SCB, inhabitants on 31 December 2019, here rounded to hundreds. Weights, and nothing else."""
PILOT = 50_000
"""Cases drawn to learn how many measurements a case has."""
MARGIN = 1.005
"""Chance in the pilot and in the kommuner must not leave the nation a few measurements short."""


@dataclass(frozen=True)
class Nation:
    """How many measurements to invent for the whole country, over which years, from which seed, how delivered.

    ``matningar`` are those known a fortnight after the last year; there will be as many or some hundredths more. A
    kommun has at most as many cases as the test series has numbers for, so in the largest nations what the largest
    kommuner have no room for is spread over the others.
    """

    years: tuple[int, ...]
    matningar: int
    seed: int = 1
    omfang: Literal["helbild", "periodutdrag"] = "periodutdrag"
    faults: int = 0
    """Rows to spoil on purpose in each kommun."""

    def __post_init__(self) -> None:
        """Refuse what could only give wrong files."""
        codes = list(kommuner())
        Plan(codes[0], self.years, 1, self.seed, self.omfang, self.faults)
        least = int(len(codes) * len(self.years) * measurements_a_case(self.years)) + 1
        most = int(len(codes) * self._most() * len(self.years) * measurements_a_case(self.years) / MARGIN)
        if not least <= self.matningar <= most:
            raise PlanError(f"a nation of {len(self.years)} years has between {least} and {most} measurements")

    def _most(self) -> int:
        return min(MOST_A_YEAR, MOST_CASES // len(self.years))

    def plan(self, kommun: str) -> Plan:
        """The kommun's part of the nation."""
        return Plan(kommun, self.years, self.cases_per_year()[kommun], self.seed, self.omfang, self.faults)

    def cases_per_year(self) -> Mapping[str, int]:
        """Cases a year in each of the 290 kommuner, by kommunkod."""
        total = self.matningar * MARGIN / measurements_a_case(self.years) / len(self.years)
        return shared_out(int(np.ceil(total)), inhabitants(), self._most())


def write_nation(nation: Nation, folder: Path, only: Collection[str] | None = None) -> Iterator[tuple[str, list[Path]]]:
    """Write the nation's deliveries, or those of some kommuner; gives each kommun's data files when it is written.

    One kommun at a time is in memory, so what is needed is what the largest needs.
    """
    names = kommuner()
    for kommun in names if only is None else only:
        yield kommun, write(nation.plan(kommun), folder, names[kommun])


def shared_out(total: int, weights: Mapping[str, int], most: int) -> dict[str, int]:
    """A whole number for each, at least 1 and at most ``most``, by weight and summing to ``total``."""
    weight = np.array(list(weights.values()), dtype="float64")
    low, high = 0.0, total / weight.min()  # the share of weight that makes the bounded parts sum to the total
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(weight * middle, 1, most).sum() < total else (low, middle)
    parts = np.clip(weight * high, 1, most)
    whole = np.floor(parts).astype("int64")
    rest = np.argsort(whole - parts, kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return dict(zip(weights, whole.tolist(), strict=True))


@lru_cache(maxsize=1)
def inhabitants() -> Mapping[str, int]:
    """Inhabitants of each kommun by kommunkod, in hundreds."""
    with INHABITANTS.open(encoding="utf-8", newline="") as file:
        return {row["kommunkod"]: int(row["folkmangd"]) // 100 for row in csv.DictReader(file)}


@lru_cache(maxsize=8)
def measurements_a_case(years: tuple[int, ...]) -> float:
    """How many measurements a case has on average by the day of the last extract, tried on invented cases."""
    counts = (PILOT // len(years),) * len(years)
    known = known_on(invent("0000", years, counts, 0), extract_day(years[-1]))
    return len(known["matning"]["fas"]) / sum(counts)
