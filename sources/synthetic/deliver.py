"""The generator's public face: a plan becomes frames, or delivery files with their slips. Draws nothing itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from sources.synthetic import cases as drawn
from sources.synthetic import questionnaires, support
from sources.synthetic.cases import Fixed
from sources.synthetic.columns import CONTRACTS, code, frame
from sources.synthetic.extract import Records, correct, known_on, of_year
from sources.synthetic.faults import spoil
from sources.synthetic.population import joined, scalar
from warehouse.contracts.errors import UserError

Frames = dict[str, pd.DataFrame]

KOMMUNER = {"0114": "Upplands Väsby", "0580": "Linköping"}
MOST_A_YEAR = 50_000
"""Serial numbers of an id have five digits, so that no id ever looks like a personnummer."""
MOST_CASES = 150_000
"""The test series has twenty numbers a day; with more cases ages would have to give way."""
_SPECIAL = '[;"\r\n]'


class PlanError(UserError):
    """A plan that cannot be carried out."""


@dataclass(frozen=True)
class Plan:
    """What to invent: for which nämnd, which years, how many cases a year, from which seed, how delivered."""

    namnd: str
    years: tuple[int, ...]
    cases_per_year: int
    seed: int = 1
    omfang: Literal["helbild", "periodutdrag"] = "periodutdrag"
    faults: int = 0
    """Rows to spoil on purpose in ``insats`` and ``matning`` (of the last year, in a periodutdrag)."""

    def __post_init__(self) -> None:
        """Refuse what could only give wrong files."""
        if not (self.namnd.isascii() and self.namnd.isdigit() and len(self.namnd) == 4):
            raise PlanError("namnd is a kommunkod of four digits")
        if not self.years or list(self.years) != list(range(self.years[0], self.years[0] + len(self.years))):
            raise PlanError("years follow on each other, the earliest first")
        if not 1950 <= self.years[0] <= self.years[-1] <= 2100:
            raise PlanError("years lie between 1950 and 2100")
        if self.cases_per_year < 1 or self.faults < 0 or self.seed < 0:
            raise PlanError("cases_per_year is at least 1; faults and seed are not negative")
        if self.cases_per_year > MOST_A_YEAR or self.cases_per_year * len(self.years) > MOST_CASES:
            raise PlanError(f"a kommun has at most {MOST_A_YEAR} cases a year and {MOST_CASES} in all")


def extract_day(year: int) -> date:
    """When the records of a year are taken out: a fortnight into the next."""
    return date(year + 1, 1, 15)


def corrected_day(year: int) -> date:
    """When they are taken out again, corrected."""
    return date(year + 1, 3, 15)


def invent(
    namnd: str, years: tuple[int, ...], counts: tuple[int, ...], seed: int, fixed: Fixed | None = None
) -> Records:
    """Draw everything for a kommun, future included. A fixed year gets no ``insats_avidentifierad``."""
    rng = np.random.default_rng([seed, int(namnd)])
    cases = drawn.cases(rng, years, counts, fixed)
    insatser = support.insatser(rng, cases, fixed)
    housed = np.zeros(len(cases["arende_id"]), dtype=bool)
    stay = (insatser["insatstyp"] == code("insatstyp", "skyddat_boende")) & ~np.isnat(insatser["verkstalld"])
    housed[insatser["_case"][stay]] = True
    uncounted = [(y, n) for y, n in zip(years, counts, strict=True) if fixed is None or y != fixed.year]
    # Streams of their own: what is drawn from them moves nothing that is drawn from the first.
    answered = questionnaires.answers(np.random.default_rng([seed, int(namnd), 1]), cases)
    return {
        "aktualisering": drawn.aktualiseringar(rng, cases),
        "arende": cases,
        "barn": drawn.children(rng, cases, housed),
        "insats": insatser,
        "insats_avidentifierad": drawn.counted(rng, tuple(y for y, _ in uncounted), tuple(n for _, n in uncounted)),
        "bedomning": drawn.assessments(rng, cases),
        "matning": support.measurements(rng, cases, insatser),
        "brukarenkat": answered,
        "enkat_utskick": questionnaires.asked(np.random.default_rng([seed, int(namnd), 2]), cases, answered),
    }


def frames_of(records: Records) -> Frames:
    """All register tables as delivered: all text, missing where empty."""
    return {table: frame(table, records[table]) for table in CONTRACTS}


def generate(plan: Plan) -> Frames:
    """The records of a plan as known a fortnight after its last year: one frame of text per register table."""
    frames = frames_of(known_on(_invent(plan), extract_day(plan.years[-1])))
    spoil(frames, plan.faults)
    return frames


def write(plan: Plan, folder: Path, kommun: str | None = None) -> list[Path]:
    """Write a plan as deliveries: a file per table (helbild), or per table and year (periodutdrag), slips beside.

    Each file holds what was known on its own uttagsdatum. A table without rows gives no file. Returns the data files.
    """
    return _write(plan, folder, kommun, later=False)


def corrected(plan: Plan, folder: Path, kommun: str | None = None) -> list[Path]:
    """Write the same plan as taken out two months later.

    Cases have ended since, rows that were entered late have come, and some cases have been corrected.
    """
    return _write(plan, folder, kommun, later=True)


def _invent(plan: Plan) -> Records:
    return invent(plan.namnd, plan.years, (plan.cases_per_year,) * len(plan.years), plan.seed)


def _write(plan: Plan, folder: Path, kommun: str | None, *, later: bool) -> list[Path]:
    records = _invent(plan)
    files: list[Path] = []
    whole = plan.omfang == "helbild"
    for year in plan.years[-1:] if whole else plan.years:
        day = corrected_day(year) if later else extract_day(year)
        known = known_on(records, day)
        if later:
            known = correct(known)
        period, who = None if whole else year, sender(plan.namnd, kommun)
        made = _texts(known if whole else of_year(known, year), plan.faults if year == plan.years[-1] else 0)
        for table, rows in made:
            files += write_frames({table: rows}, folder, plan.namnd, day, period, who, later=later)
    return files


def _texts(records: Records, faults: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables as delivered, one at a time, so that only one is held as text; faults are spread over them all."""
    if not faults:
        yield from ((table, frame(table, records[table])) for table in CONTRACTS)
        return
    frames = frames_of(records)
    spoil(frames, faults)
    yield from frames.items()


def sender(namnd: str, kommun: str | None = None) -> str:
    """Who stands as sender; nobody should take the records for real ones."""
    return f"Socialtjänsten i {kommun or KOMMUNER.get(namnd, f'kommun {namnd}')} (påhittade uppgifter)"


def write_frames(
    frames: Frames, folder: Path, namnd: str, day: date, year: int | None, avsandare: str, *, later: bool = False
) -> list[Path]:
    """Write frames as one delivery a table, with its slip; ``year`` None means helbild."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for table, rows in frames.items():
        if rows.empty:
            continue
        period = "helbild" if year is None else str(year)
        path = folder / f"{namnd}_{table}_{period}{'_rattad' if later else ''}.csv"
        with path.open("wb") as out:
            out.writelines(csv_parts(rows))
        slip: dict[str, Any] = {
            "kalla": "verksamhetssystem",
            "tabell": table,
            "namnd": namnd,
            "avsandare": avsandare,
            "uttagsdatum": day,
            "omfang": "helbild" if year is None else "periodutdrag",
            **({} if year is None else {"period": str(year)}),
            "syntetisk": True,
        }
        text = yaml.safe_dump(slip, allow_unicode=True, sort_keys=False)
        path.with_name(path.name + ".foljesedel.yaml").write_bytes(text.encode())
        files.append(path)
    return files


def csv_parts(rows: pd.DataFrame, size: int = 200_000) -> Iterable[bytes]:
    """The frame as CSV in UTF-8 with ``;``. Joined column by column in Arrow: pandas' writer goes cell by cell."""
    yield (";".join(rows.columns) + "\n").encode()
    for first in range(0, len(rows), size):
        part = rows.iloc[first : first + size]
        texts = [_quoted(pa.array(part[name], pa.large_string())) for name in part.columns]
        yield packed(joined([joined(texts, ";", missing=""), scalar("\n")]))


def packed(texts: Any) -> bytes:
    """Texts (Arrow, none missing) one after the other. They lie so already: no Python object is made of each."""
    offsets, data = texts.buffers()[1:]
    first, last = np.frombuffer(offsets, "int64")[[texts.offset, texts.offset + len(texts)]]
    return memoryview(data)[first:last].tobytes()


def _quoted(texts: Any) -> Any:
    special = pc.match_substring_regex(texts, _SPECIAL)
    if not pc.any(special).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(special, joined([scalar('"'), doubled, scalar('"')]), texts)
