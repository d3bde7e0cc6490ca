"""Any sequence of deliveries ends with the current rows of a model of the rules, written here on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assets.receiving import receive
from assets.workspace import Workspace
from tests.pipeline.helpers import case, put, query, rows_now
from warehouse.contracts.reference import kommuner

FIRST = date(2020, 1, 1)
BEGAN = date(2019, 1, 1)


@dataclass(frozen=True)
class Step:
    """One delivery: the cases in it, which of two versions of them, and what its note says."""

    day: int
    whole: bool
    period: str
    sender: str
    cases: frozenset[int]
    version: int

    @property
    def place(self) -> str | None:
        """The period of its slot; none for a helbild."""
        return None if self.whole else self.period

    @property
    def content(self) -> tuple[frozenset[int], int]:
        """What makes two files the same bytes."""
        return self.cases, self.version


@dataclass
class Slot:
    """A delivery that is current: since when (order), taken out when, in whose place."""

    step: Step
    day: int
    sender: str
    order: int


@dataclass
class Model:
    """The rules in plain words, without a database."""

    slots: list[Slot] = field(default_factory=list)
    first: dict[tuple[frozenset[int], int], Step] = field(default_factory=dict)
    known_on: dict[tuple[frozenset[int], int], int] = field(default_factory=dict)
    stored: int = 0
    order: int = 0

    def deliver(self, step: Step) -> None:
        """One more delivery."""
        seen = self.first.get(step.content)
        if seen is None:
            self.first[step.content] = step
            self.known_on[step.content] = step.day
            self.stored += len(step.cases)
            self._place(step, step.day, step.sender)
            return
        if seen.place != step.place:
            return  # the same bytes as something else: refused
        mine = [slot for slot in self.slots if slot.step.content == step.content]
        since = max((slot.day for slot in mine), default=seen.day)
        if step.day > since:
            self._place(seen, step.day, seen.sender)

    def _place(self, step: Step, day: int, sender: str) -> None:
        wholes = [s for s in self.slots if s.step.whole]
        if any(s.day > day for s in wholes):
            return  # a later helbild says it all
        if step.whole:
            self.slots = [s for s in self.slots if s.day > day]
        else:
            same = [s for s in self.slots if s.step.place == step.place and s.sender == sender]
            if any(s.day > day for s in same):
                return
            self.slots = [s for s in self.slots if s not in same]
        self.order += 1
        self.slots.append(Slot(step, day, sender, self.order))

    def rows(self) -> dict[int, date]:
        """Case -> the start date that its version says: of several, that of the latest extract."""
        out: dict[int, date] = {}
        for slot in sorted(self.slots, key=lambda s: (s.day, s.order)):
            out |= {number: began(slot.step) for number in slot.step.cases}
        return out


def began(step: Step) -> date:
    """The start date that marks a version, the same for all of its cases."""
    return BEGAN + timedelta(days=step.version)


STEPS = st.builds(
    Step,
    day=st.integers(0, 4),
    whole=st.booleans(),
    period=st.sampled_from(["2018", "2019"]),
    sender=st.sampled_from(["Enhet öst", "Enhet väst"]),
    cases=st.frozensets(st.integers(1, 4), min_size=1, max_size=3),
    version=st.integers(0, 2),
)

_NAMNDER = (code for code in kommuner() if code != "0000")


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes, and more kommuner than there are
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=6))
def test_what_is_current_follows_from_what_was_delivered(workspace: Workspace, steps: Sequence[Step]) -> None:
    namnd = next(_NAMNDER)  # a nämnd of its own for every example: nothing is shared but the server
    model = Model()
    for step in steps:
        # The unit makes the bytes this nämnd's own.
        unit = f"enhet_{int(namnd) % 1000}"
        rows = [case(n, startdatum=began(step).isoformat(), enhet=unit) for n in sorted(step.cases)]
        put(
            workspace,
            rows,
            namnd=namnd,
            omfang="helbild" if step.whole else "periodutdrag",
            period=step.place,
            avsandare=step.sender,
            uttagsdatum=(FIRST + timedelta(days=step.day)).isoformat(),
        )
        got = receive(workspace)
        assert got.stuck == []
        model.deliver(step)
        found = rows_now(workspace, ("startdatum",), namnd=namnd)
        assert sorted(day.date() for day in found["startdatum"]) == sorted(model.rows().values())
    kept = query(workspace, "SELECT count(*) FROM register.arende WHERE namnd = :n", n=namnd)
    assert kept == [(model.stored,)]
    mine = "SELECT count(*), count(DISTINCT leverans_id) FROM mottagning.gallande WHERE till IS NULL AND namnd = :n"
    assert query(workspace, mine, n=namnd) == [(len(model.slots), len(model.slots))]
    statuses = query(
        workspace, "SELECT count(*) FROM mottagning.leverans WHERE namnd = :n AND status = 'godkand'", n=namnd
    )
    assert statuses == [(len(model.slots),)]
