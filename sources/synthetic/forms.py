"""Writes invented records in the forms that people fill in: the workbook and the case form. Draws nothing.

The case form holds one measurement a phase and no link from a measurement to an insats: what it has no room for is
left out (``wide`` says how).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from sources.forms.arbetsbok_form import TABLES, write_register_form
from sources.forms.arendeblad_columns import ASSESSMENT, CASE, CONTACT, MEASURED, PHASES, SUPPORT, Wide, columns
from sources.forms.arendeblad_form import write_arendeblad_form
from sources.synthetic.deliver import Plan, extract_day, generate, sender
from warehouse.contracts.errors import UserError

Record = dict[str, str | None]
INSATSER, BEDOMNINGAR = 5, 4
"""Room for what the generator gives a case."""


def write_workbook(plan: Plan, folder: Path, kommun: str | None = None) -> list[Path]:
    """The plan's records as one workbook with a sheet for each table, as known after its last year."""
    frames = generate(plan)
    path = folder / f"{plan.namnd}_arbetsbok_{_period(plan)}.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name: _records(frames[name]) for name in TABLES if name in frames}
    write_register_form(
        path, kommun=plan.namnd, rows=0, tables=tables, stated=_stated(plan, kommun),
        nothing=[name for name, rows in tables.items() if not rows],
    )  # fmt: skip
    return [path]


def write_case_form(plan: Plan, folder: Path, kommun: str | None = None) -> list[Path]:
    """The plan's cases as a case form, a row each, as known after its last year."""
    path = folder / f"{plan.namnd}_arendeblad_{_period(plan)}.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    write_arendeblad_form(
        path, kommun=plan.namnd, rows=0, insatser=INSATSER, bedomningar=BEDOMNINGAR,
        records=wide(generate(plan)), stated=_stated(plan, kommun),
    )  # fmt: skip
    return [path]


def wide(frames: Mapping[str, pd.DataFrame]) -> list[Record]:
    """Register tables as rows of the case form.

    The first contact of a case, its first measurement of each phase, its insatser and assessments in order as far as
    there is room; contacts without a case, children and counted insatser have no place in the form.
    """
    names = {(w.record, w.which, w.column.name): w for w in columns() if w.code is None}
    boxes = [w for w in columns() if w.record == CASE and w.code is not None]
    found = {name: _by_case(frames[name]) for name in (CONTACT, SUPPORT, ASSESSMENT, MEASURED)}
    out = []
    for case in _records(frames[CASE]):
        number = str(case["arende_id"])
        row: Record = {}
        _put(row, names, CASE, "", {k: v for k, v in case.items() if k != "valdstyp"})
        if case.get("valdstyp"):
            row |= {w.name: "1" if str(w.code) in str(case["valdstyp"]).split(";") else "0" for w in boxes}
        for contact in found[CONTACT].get(number, [])[:1]:
            _put(row, names, CONTACT, "", contact)
        for record, most in ((SUPPORT, INSATSER), (ASSESSMENT, BEDOMNINGAR)):
            for place, one in enumerate(found[record].get(number, [])[:most], start=1):
                _put(row, names, record, str(place), one)
        for phase in PHASES:
            for one in [m for m in found[MEASURED].get(number, []) if m["fas"] == phase][:1]:
                _put(row, names, MEASURED, phase, one)
        out.append(row)
    return out


def _put(row: Record, names: Mapping[tuple[str, str, str], Wide], record: str, which: str, one: Record) -> None:
    """The answers of one record, in the columns that the form has for them."""
    for name, text in one.items():
        if (record, which, name) in names and text is not None:
            row[names[record, which, name].name] = text


def _by_case(frame: pd.DataFrame) -> dict[str, list[Record]]:
    out: dict[str, list[Record]] = {}
    for record in _records(frame):
        out.setdefault(str(record["arende_id"]), []).append(record)
    return out


def _records(frame: pd.DataFrame) -> Sequence[Record]:
    return [
        {str(name): text if isinstance(text, str) else None for name, text in row.items()}
        for row in frame.to_dict("records")
    ]


def _stated(plan: Plan, kommun: str | None) -> dict[str, str]:
    if plan.omfang == "periodutdrag" and len(plan.years) > 1:
        raise UserError("Ett formulär gäller ett år, eller allt (helbild).")
    return {
        "avsandare": sender(plan.namnd, kommun),
        "uttagsdatum": extract_day(plan.years[-1]).isoformat(),
        "omfang": plan.omfang,
        "syntetisk": "ja",
        **({"period": str(plan.years[0])} if plan.omfang == "periodutdrag" else {}),
    }


def _period(plan: Plan) -> str:
    return "helbild" if plan.omfang == "helbild" else str(plan.years[0])
