"""A row of the case form to the records that it holds: the case, its contact, insatser, assessments and measurements.

Ids of what has none of its own are made from the case's: ``A1-akt`` for the contact, ``A1-1`` for insats 1 and
``A1-stodsamtal`` for a ticked one. Judges no value. How a file is opened stands in ``arendeblad``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sources.base import Part
from sources.forms import arendeblad_columns as form
from sources.forms.arendeblad_choices import Choices, choices, rows_with
from sources.forms.arendeblad_columns import ASSESSMENT, CASE, CONTACT, MEASURED, PHASES, SUPPORT, TICKED, Wide
from sources.forms.book import age_faults
from sources.mapping import ALDER, apply
from sources.mapping import Mapping as Kommun
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.register import REGISTER

_CONTRACTS = {contract.table(): contract for contract in REGISTER}
_KINDS = tuple(CODES["insatstyp"])
_SHARED = ("arende_id", "kon", "verksamhetsomrade", "aldersgrupp", ALDER)


@dataclass(frozen=True, slots=True)
class _Group:
    """Records of one kind that some of the rows hold: values and letters by contract column, over all rows."""

    mask: pd.Series
    values: Mapping[str, pd.Series]
    letters: Mapping[str, str | pd.Series] = field(default_factory=dict)


class Sheet:
    """The rows of a form with the places of its columns, cut into records."""

    def __init__(self, table: TextTable, places: Mapping[Wide, int], unknown: Iterable[int], mapping: Kommun) -> None:
        """``table`` has the kommun's own words for nothing taken away; ``unknown`` are columns that are not ours."""
        self.table, self.places, self.unknown = table, places, tuple(unknown)
        # Headers are found already: what the mapping says of codes, dates and defaults is what is left of it.
        own = {name: replace(part, kolumner={}, upprepas=False) for name, part in mapping.tabeller.items()}
        self.mapping = replace(mapping, kolumner={}, tabeller=own, lokala=(), filer=())

    def parts(self, told: tuple[Fault, ...] = ()) -> tuple[Part, ...]:
        """The case first, then what the rows hold of other records; ``told`` are faults of rows already left out."""
        case = self._case(told)
        self.case = case.table.frame
        found = [
            case,
            self._part("aktualisering", [self._contact()]),
            self._insatser(),
            self._part("bedomning", [self._own(ASSESSMENT, str(n)) for n in range(1, form.MOST + 1)]),
            self._part("matning", [self._measured(phase) for phase in PHASES]),
        ]
        return tuple(part for part in found if part is not None)

    def _case(self, told: tuple[Fault, ...]) -> Part:
        """The case, with the columns that nobody knows after its own: the identity step looks there too."""
        table = self.table
        columns, letters = {}, []
        cells, faults = None, (*table.faults, *told)
        chosen = self._choices(CASE)
        for wide, place in self.places.items():
            if wide.record == CASE and wide.code is None and wide.column.kind != "codes":
                columns[wide.column.name] = table.frame.iloc[:, place]
                letters.append(table.letters[place])
        if chosen is not None:
            columns["valdstyp"] = chosen.codes
            letters.append("")
            cells = pd.DataFrame({"valdstyp": chosen.letters})
            faults += chosen.faults
        for place in self.unknown:
            header = str(table.frame.columns[place])
            columns[f"{header} ({place})" if header in columns else header] = table.frame.iloc[:, place]
            letters.append(table.letters[place])
        text = TextTable(pd.DataFrame(columns, index=table.frame.index), table.rows, table.blad, tuple(letters))
        mapped, warnings = apply(self.mapping, text, _CONTRACTS[CASE])
        age = {f"kolumn {table.letters[p]}" for wide, p in self.places.items() if wide.column.name == ALDER}
        faults += (*age_faults(mapped), *self._ends(mapped.frame))
        done = replace(mapped, cells=cells, faults=faults)
        notes = tuple(w for w in warnings if w.kolumn not in age)
        return Part(CASE, done, notes)

    def _ends(self, case: pd.DataFrame) -> Iterable[Fault]:
        """An end that is told without its day."""
        filled = pd.Series(False, index=case.index)
        for name in ("avslutsorsak", "mal_bedomning", "mal_bedomt_av"):
            if name in case:
                filled |= case[name].notna()
        wrong = filled & (case["slutdatum"].isna() if "slutdatum" in case else True)
        letter = self._letter(CASE, "", "slutdatum") or self._letter(CASE, "", "avslutsorsak")
        for row in np.flatnonzero(wrong.to_numpy(dtype=bool)):
            yield self._fault("avslut_utan_slutdatum", int(row), letter)

    def _contact(self) -> _Group:
        group = self._own(CONTACT, "")
        values = {"aktualisering_id": self.case["arende_id"] + "-akt", **group.values}
        values |= {name: self.case[name] for name in _SHARED if name in self.case}
        age = values.get("aldersgrupp", self._blank())
        # The contact has no person of its own to take an age from; an age in years is grouped later.
        values["aldersgrupp"] = age.where(age.notna() | values.get(ALDER, self._blank()).notna(), "okand")
        values["malgrupp"] = self.case["roll"]
        at = {name: self._letter(CASE, "", name) for name in _SHARED}
        at |= {"aktualisering_id": at["arende_id"], "malgrupp": self._letter(CASE, "", "roll")}
        return _Group(group.mask, values, {**at, **group.letters})

    def _insatser(self) -> Part | None:
        groups = []
        for number in range(1, form.MOST + 1):
            group = self._own(SUPPORT, str(number))
            values = {**group.values, "insats_id": self.case["arende_id"] + f"-{number}"}
            groups.append(replace(group, values=values, letters={**group.letters, "insats_id": self._id_letter}))
        chosen = self._choices(TICKED)
        if chosen is None:
            return self._part(SUPPORT, groups)
        common = self._own(TICKED, "")
        for code, mask in rows_with(chosen, _KINDS):
            kind = pd.Series(code, index=mask.index, dtype="str")
            suffix = code if code in _KINDS else "lista"
            values = {**common.values, "insatstyp": kind, "insats_id": self.case["arende_id"] + f"-{suffix}"}
            at = chosen.letters.where(~mask | (code not in chosen.boxes), chosen.boxes.get(code, ""))
            listed = self._letter(TICKED, "", "insatstyp")
            if listed:
                in_list = self.table.frame.iloc[:, self._place(TICKED, "", "insatstyp")].notna()
                at = at.where(~in_list, listed)
            groups.append(_Group(mask, values, {**common.letters, "insatstyp": at, "insats_id": self._id_letter}))
        # What all ticked insatser share says something only where one is ticked.
        alone = common.mask & chosen.codes.isna()
        values = {**common.values, "insatstyp": self._blank(), "insats_id": self.case["arende_id"] + "-lista"}
        somewhere = chosen.letters.where(chosen.letters.ne(""), next(iter(chosen.boxes.values()), ""))
        told = {**common.letters, "insatstyp": somewhere, "insats_id": self._id_letter}
        groups.append(_Group(alone, values, told))
        return self._part(SUPPORT, groups, chosen.faults)

    def _measured(self, phase: str) -> _Group:
        group = self._own(MEASURED, phase)
        roll = self.case["roll"]
        side = pd.Series("utsatt", index=roll.index, dtype="str").where(roll.ne("valdsutovare"), "utovat")
        default = self.mapping.for_table(MEASURED).standardvarden.get("instrument", "uppfoljningsfragor")
        values = {
            **group.values,
            "fas": pd.Series(phase, index=roll.index, dtype="str"),
            "instrument": group.values.get("instrument", self._blank()).fillna(default),
            "perspektiv": side.where(roll.isin(list(CODES["roll"])), None),
        }
        return replace(group, values=values, letters={**group.letters, "perspektiv": self._letter(CASE, "", "roll")})

    def _own(self, record: str, which: str) -> _Group:
        """What the rows' own columns say of a record; it is there where any of them is filled in."""
        mask = pd.Series(False, index=self.table.frame.index)
        values: dict[str, pd.Series] = {"arende_id": self.case["arende_id"]}
        letters: dict[str, str | pd.Series] = {"arende_id": self._id_letter}
        for wide, place in self.places.items():
            if (wide.record, wide.which) != (record, which) or wide.code is not None or wide.column.kind == "codes":
                continue
            if record == TICKED and wide.column.name == "insatstyp":
                continue
            values[wide.column.name] = self.table.frame.iloc[:, place]
            letters[wide.column.name] = self.table.letters[place]
            mask |= values[wide.column.name].notna()
        return _Group(mask, values, letters)

    def _part(self, tabell: str, groups: Iterable[_Group], faults: tuple[Fault, ...] = ()) -> Part | None:
        """The records of a kind, row by row; none where no row has any."""
        used = [group for group in groups if group.mask.any()]
        if not used and not faults:
            return None
        contract = _CONTRACTS[tabell]
        defaults = self.mapping.for_table(tabell).standardvarden
        names = [c.name for c in contract.delivered()] + [ALDER]
        blank = self._blank()
        frames, cells, order = [], [], []
        for group in used:
            where = np.flatnonzero(group.mask.to_numpy(dtype=bool))
            given = {
                name: group.values.get(name, blank.fillna(defaults[name]) if name in defaults else blank).iloc[where]
                for name in names
                if name != ALDER or ALDER in group.values
            }
            at = {name: group.letters.get(name, "") for name in names}
            frames.append(pd.DataFrame({name: values.to_numpy() for name, values in given.items()}, dtype="str"))
            cells.append(
                pd.DataFrame({
                    name: letter.iloc[where].to_numpy() if isinstance(letter, pd.Series) else [letter] * len(where)
                    for name, letter in at.items()
                }, dtype="str")
            )  # fmt: skip
            order.append(where)
        if not used:
            frames, cells = [pd.DataFrame(dict.fromkeys(names, blank.iloc[:0]))], [pd.DataFrame({n: [] for n in names})]
            order = [np.empty(0, dtype="int64")]
        rows = np.concatenate(order)
        by_row = np.argsort(rows, kind="stable")
        frame = pd.concat(frames, ignore_index=True).iloc[by_row].reset_index(drop=True)
        at_row = self.table.rows.iloc[rows[by_row]].reset_index(drop=True)
        text = TextTable(frame, at_row, self.table.blad, ("",) * frame.shape[1])
        mapped, _ = apply(self.mapping, text, contract)
        done = pd.concat(cells, ignore_index=True).iloc[by_row].reset_index(drop=True)
        notes = tuple(self._early()) if tabell == MEASURED else ()
        return Part(tabell, replace(mapped, cells=done, faults=faults), notes)

    def _early(self) -> Iterable[Fault]:
        """Rows measured after, of cases that have not ended: good to know, no fault."""
        open_ = self.case["slutdatum"].isna() if "slutdatum" in self.case else pd.Series(True, index=self.case.index)
        after = self._own(MEASURED, "efter").mask
        for row in np.flatnonzero((open_ & after).to_numpy(dtype=bool)):
            yield self._fault("efter_fore_avslut", int(row), self._letter(CASE, "", "slutdatum"))

    def _choices(self, record: str) -> Choices | None:
        several = [
            (wide, place)
            for wide, place in self.places.items()
            if wide.record == record and wide.column.name in ("valdstyp", "insatstyp")
        ]
        listed = next(((wide, place) for wide, place in several if wide.code is None), None)
        boxes = [(wide, place) for wide, place in several if wide.code is not None]
        if listed is None and not boxes:
            return None
        wide = (listed or boxes[0])[0]
        tabell = SUPPORT if record == TICKED else record
        local = self.mapping.for_table(tabell).koder.get(wide.column.name, {})
        return choices(self.table, listed, boxes, local)

    @property
    def _id_letter(self) -> str:
        return self._letter(CASE, "", "arende_id")

    def _place(self, record: str, which: str, name: str) -> int:
        return next(
            (
                p
                for w, p in self.places.items()
                if (w.record, w.which, w.column.name, w.code) == (record, which, name, None)
            ),
            -1,
        )

    def _letter(self, record: str, which: str, name: str) -> str:
        place = self._place(record, which, name)
        return self.table.letters[place] if place >= 0 else ""

    def _blank(self) -> pd.Series:
        return pd.Series(None, index=self.table.frame.index, dtype="str")

    def _fault(self, rule: str, row: int, letter: str) -> Fault:
        return Fault(rule, int(self.table.rows.iloc[row]), "slutdatum", self.table.blad, bokstav=letter or None)
