"""From text to the contract: parse, judge every row by its contract, and set the faulty rows aside.

The rules are the contract's own (pandera judges them); what is added here is parsing, dates that cannot be, rules
across columns, and duplicates. Faults say row, column and rule, never what stood there.
"""

from datetime import date

import pandas as pd
from pandera.errors import SchemaErrors

from warehouse.contracts.base import Column, Contract, typed
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.reference import kommuner

FIRST_DAY = pd.Timestamp("1990-01-01")

_KOMMUNER = frozenset(kommuner())

_PANDERA_RULES = {
    "not_nullable": "saknas",
    "isin": "okand_kod",
    "str_matches": "form",
    "str_length": "form",
    "greater_than_or_equal_to": "utanfor_granser",
    "less_than_or_equal_to": "utanfor_granser",
}


class ContractBroken(Exception):
    """The frame as a whole does not fit its contract: an error in the code, not in the delivery."""


def _rule(check: str, column: Column | None) -> str:
    name = check.partition("(")[0]
    if name == "str_matches" and column is not None and column.codes:
        return "okand_kod"
    return _PANDERA_RULES.get(name, "form")


def judge(contract: type[Contract], frame: pd.DataFrame) -> list[tuple[int, str, str]]:
    """What pandera finds: (position in the frame, column, rule). Pandera's failure cases stay in here."""
    try:
        contract.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    columns = {c.name: c for c in contract.columns()}
    found = []
    for check, column, index in zip(cases["check"], cases["column"], cases["index"], strict=True):
        if pd.isna(index):  # no row: a missing column or a wrong dtype
            raise ContractBroken(f"{contract.table()}.{column}: {str(check).partition('(')[0]}")
        found.append((int(index), str(column), _rule(str(check), columns.get(str(column)))))
    return found


def parse(contract: type[Contract], table: TextTable, extract_day: date) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows that hold, typed, with ``rad``; and the faults of those that do not.

    ``table`` has the contract's column names and text values (ISO dates, plain numbers). System columns other than
    ``rad`` are filled in when the rows are loaded.
    """
    text = table.frame.reset_index(drop=True)
    rows = table.rows.reset_index(drop=True)
    found: list[tuple[int, str, str]] = []
    columns = contract.delivered()
    last_day = pd.Timestamp(extract_day)
    parsed: dict[str, pd.Series] = {}
    for column in columns:
        if column.name not in text:
            continue
        values, faulty, rule = _parsed(column, text[column.name])
        parsed[column.name] = values
        found.extend((int(i), column.name, rule) for i in faulty[faulty].index)
        if column.kind == "date":
            odd = values.notna() & ((values < FIRST_DAY) | (values > last_day))
            found.extend((int(i), column.name, "datum_orimligt") for i in odd[odd].index)
    frame = typed(contract, pd.DataFrame(parsed, index=text.index))
    frame["rad"] = rows.astype("Int64")
    for name, stand_in in (("leverans_id", 0), ("nyckelversion", 1)):
        if name in frame:
            frame[name] = pd.Series(stand_in, index=frame.index, dtype="Int64")
    if "namnd" in frame and "namnd" not in parsed:
        frame["namnd"] = "0000"
    for name in ("kommunkod", "namnd"):
        if name in parsed:
            unknown = frame[name].notna() & ~frame[name].isin(_KOMMUNER)
            found.extend((int(i), name, "okand_kommunkod") for i in unknown[unknown].index)
    unparsed = {(i, c) for i, c, _ in found}
    found.extend(hit for hit in judge(contract, frame) if hit[:2] not in unparsed)
    bad = {i for i, _, _ in found}
    for rule_over_columns in (_order, _decision):
        found.extend(h for h in rule_over_columns(frame) if h[0] not in bad)
    bad = {i for i, _, _ in found}
    good = frame[~frame.index.isin(bad)]
    twins = good.duplicated(list(contract.key()), keep="first")
    found.extend((int(i), contract.key()[-1], "dubblett") for i in twins[twins].index)
    faults = [
        Fault(rule, int(rows[i]), column, table.blad, bokstav=table.letter(i, column))
        for i, column, rule in sorted(found)
    ]
    return good[~twins].reset_index(drop=True), faults


def _parsed(column: Column, values: pd.Series) -> tuple[pd.Series, pd.Series, str]:
    """Typed values, which could not be typed, and the rule that they break."""
    present = values.notna()
    if column.kind in ("date", "timestamp"):
        whole = values.str.fullmatch(r"\d{4}-\d\d-\d\d").fillna(False).astype(bool)
        dates = pd.to_datetime(values.where(whole), format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
        return dates, present & dates.isna(), "datum_format"
    if column.kind in ("integer", "number"):
        numbers = pd.to_numeric(values, errors="coerce")
        plain = values.str.fullmatch(r"-?\d{1,15}(\.\d{1,9})?").fillna(False).astype(bool)
        numbers = numbers.where(plain).astype("float64")
        if column.kind == "number":
            return numbers, present & numbers.isna(), "tal"
        whole_number = numbers.where(numbers == numbers.round())
        return whole_number.astype("Int64"), present & whole_number.isna(), "heltal"
    return values.astype("str"), pd.Series(False, index=values.index), "form"


def _order(frame: pd.DataFrame) -> list[tuple[int, str, str]]:
    """An end never comes before its beginning."""
    pairs = (
        ("startdatum", "slutdatum", "slut_fore_start"),
        ("utredning_inledd", "utredning_avslutad", "avslutad_fore_inledd"),
        ("verkstalld", "slutdatum", "slut_fore_verkstalld"),
    )
    hits: list[tuple[int, str, str]] = []
    for first, last, rule in pairs:
        if first in frame and last in frame:
            wrong = frame[last] < frame[first]
            hits.extend((int(i), last, rule) for i in wrong[wrong].index)
    return hits


def _decision(frame: pd.DataFrame) -> list[tuple[int, str, str]]:
    """A decision has a day; an insats without one has the day it began."""
    if "beslut" not in frame:
        return []
    decided = frame["beslut"].isin(["bifall", "avslag", "avbojd"]) & frame["beslutsdatum"].isna()
    undated = (frame["beslut"] == "utan_behovsprovning") & frame["beslutsdatum"].isna() & frame["verkstalld"].isna()
    return [(int(i), "beslutsdatum", "beslut_utan_datum") for i in decided[decided].index] + [
        (int(i), "verkstalld", "utan_behovsprovning_utan_datum") for i in undated[undated].index
    ]


def allowed(contract: type[Contract] | None, name: str | None, *, labels: bool = False) -> str:
    """What may stand in a column, in words, for the remedy; ``labels`` where the sender chooses among labels."""
    column = next((c for c in contract.columns() if c.name == name), None) if contract else None
    if column is None:
        return ""
    if column.codes:
        return ", ".join(CODES[column.codes].values() if labels else column.allowed)
    if column.kind == "date":
        return "ÅÅÅÅ-MM-DD"
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:.0f} till {column.maximum:.0f}"
    if column.minimum is not None:
        return f"{column.minimum:.0f} eller mer"
    return column.description
