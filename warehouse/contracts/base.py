"""How a contract is written: one field helper, sensitivity classes, and what is read back from a model.

A contract is a pandera model. Title, description, code list and sensitivity stand on the column; database,
messages, dictionary and Dagster's column schema are derived from here (see ``warehouse.tables``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal, cast

import pandas as pd
import pandera.pandas as pa

from warehouse.contracts.codes import CODES

Kind = Literal["text", "code", "codes", "date", "integer", "number", "pseudonym", "timestamp"]

LOCAL_CODE = r"^(enhet|team|jour|boende|oppenvard|utforare)_[0-9]{1,3}$"
"""Local units and providers: a word from this list and a number (``enhet_1``), so that no person's name fits."""


class Kanslighet(StrEnum):
    """How sensitive a column is; steers roles, redaction and what may be published."""

    PSEUDONYM = "pseudonym"
    KANSLIG = "kanslig"  # GDPR art. 9 and 10, and what reveals them
    BEGRANSAD = "begransad"  # other facts about one person
    INTERN = "intern"  # about the organisation or the handling
    OPPEN = "oppen"  # public


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract, as everything derived from it reads it."""

    name: str
    title: str
    description: str
    kind: Kind
    sensitivity: Kanslighet
    nullable: bool
    codes: str | None
    minimum: float | None
    maximum: float | None
    pattern: str | None
    delivered: bool
    longest: int | None = None

    @property
    def allowed(self) -> tuple[str, ...]:
        """The codes that may stand here; empty for columns without a code list."""
        return tuple(CODES[self.codes]) if self.codes else ()


def kol(
    title: str,
    description: str,
    sensitivity: Kanslighet,
    kind: Kind,
    *,
    codes: str | None = None,
    nullable: bool = False,
    ge: float | None = None,
    le: float | None = None,
    pattern: str | None = None,
    longest: int | None = None,
    delivered: bool = True,
) -> Any:
    """A column: Swedish title and description, sensitivity, kind, and what may stand in it.

    ``codes`` names a list in ``warehouse.contracts.codes``; kind ``codes`` holds several of them joined by ``;``
    in the list's order. ``longest`` is a number of signs (PostgreSQL's patterns count to 255 only).
    ``delivered=False`` marks what this system adds (delivery, row, nämnd).
    """
    metadata = {
        "sensitivity": sensitivity,
        "kind": kind,
        "codes": codes,
        "minimum": ge,
        "maximum": le,
        "delivered": delivered,
        "pattern": pattern,
        "longest": longest,
    }
    checks: dict[str, Any] = {}
    if codes and kind == "code":
        checks["isin"] = list(CODES[codes])
    elif codes:
        one = "(" + "|".join(CODES[codes]) + ")"
        metadata["pattern"] = f"^{one}(;{one})*$"
        checks["str_matches"] = metadata["pattern"]
    elif pattern:
        checks["str_matches"] = pattern
    if longest is not None:
        checks["str_length"] = {"max_value": longest}
    if ge is not None:
        checks["ge"] = ge
    if le is not None:
        checks["le"] = le
    return pa.Field(title=title, description=description, nullable=nullable, metadata=metadata, **checks)


def table(schema: str, key: tuple[str, ...] = ()) -> dict[str, Any]:
    """Table metadata: the database schema, and what identifies a record (within its nämnd, if it has one)."""
    return {"schema": schema, "key": key}


class Contract(pa.DataFrameModel):
    """Base of every contract. Subclasses name themselves in ``Config``: name, title, ``metadata = table(...)``."""

    class Config:
        """Exactly these columns: what is not declared does not pass."""

        strict = True

    @classmethod
    def table(cls) -> str:
        """The table's name."""
        return str(cls.to_schema().name)

    @classmethod
    def schema_name(cls) -> str:
        """The database schema it lives in."""
        return str(cls._table_metadata()["schema"])

    @classmethod
    def key(cls) -> tuple[str, ...]:
        """The columns that identify a record."""
        return tuple(cls._table_metadata()["key"])

    @classmethod
    def _table_metadata(cls) -> dict[str, Any]:
        return cast("dict[str, Any]", cls.get_metadata()[cls.table()]["dataframe"])

    @classmethod
    def title(cls) -> str:
        """Swedish title."""
        return str(cls.to_schema().title)

    @classmethod
    def columns(cls) -> Iterator[Column]:
        """The columns in declared order."""
        return iter(_columns(cls))

    @classmethod
    def delivered(cls) -> tuple[Column, ...]:
        """The columns a sender fills in."""
        return tuple(c for c in cls.columns() if c.delivered)


@cache
def _columns(contract: type[Contract]) -> tuple[Column, ...]:
    """Read once: they are asked for with every fault that is told."""
    found = []
    for name, column in contract.to_schema().columns.items():
        meta = cast("dict[str, Any]", column.metadata)
        found.append(
            Column(
                name=str(name),
                title=str(column.title),
                description=str(column.description),
                kind=meta["kind"],
                sensitivity=meta["sensitivity"],
                nullable=bool(column.nullable),
                codes=meta["codes"],
                minimum=meta["minimum"],
                maximum=meta["maximum"],
                pattern=meta["pattern"],
                longest=meta["longest"],
                delivered=meta["delivered"],
            )
        )
    return tuple(found)


DTYPES: dict[str, Any] = {
    "text": "str",
    "code": "str",
    "codes": "str",
    "pseudonym": "str",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
    "integer": "Int64",
    "number": "float64",
}


def typed(contract: type[Contract], frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the contract's columns in order and dtype; missing columns become empty ones."""
    out: dict[str, Any] = {}
    for column in contract.columns():
        values = frame[column.name] if column.name in frame else pd.Series(None, index=frame.index, dtype=object)
        out[column.name] = values.astype(DTYPES[column.kind])
    return pd.DataFrame(out, index=frame.index)
