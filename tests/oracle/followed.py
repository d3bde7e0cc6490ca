"""Registers for outcomes: cases closed in the year, measured before, between and after, so that pairs are met.

The registers of ``registers`` have few pairs; here most cases have one, and several kinds of measurements compete for
the same days. Nobody's records: everything is drawn.
"""

from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from tests.oracle.registers import VIOLENCE, YEAR, Record, World, make
from warehouse.contracts.codes import CODES

WINDOWS = [((30, 14), (14, 90)), ((30, 14), (14, 90)), ((0, 0), (0, 0)), ((60, 5), (1, 200))]
"""Days around start and end: as they are unless a kommun sets others, and others."""
OFF = [-61, -60, -31, -30, -15, -14, -1, 0, 1, 5, 6, 14, 15, 60, 90, 91, 200, 201]


def followed_up() -> st.SearchStrategy[World]:
    """A few cases, all closed in the year, of still fewer persons."""
    return st.builds(
        lambda random, cases, bas, windows: followed(random, cases, minsta_bas=bas, windows=windows),
        st.randoms(use_true_random=True),
        st.integers(1, 9),
        st.integers(1, 3),
        st.sampled_from(WINDOWS),
    )


def followed(
    random: Random, cases: int, *, minsta_bas: int = 4, windows: tuple[tuple[int, int], tuple[int, int]] = WINDOWS[0]
) -> World:
    """Cases closed in the year, mostly, and some of a person who came back."""
    register = make(random, cases, emptied=0)
    for case in register["arende"]:
        closed = date(YEAR, 1, 1) + timedelta(random.choice([0, 364, random.randint(0, 364)]))
        if random.random() < 0.9:
            case["slutdatum"] = closed
            case["startdatum"] = closed - timedelta(random.choice([0, 1, 5, 14, 30, 90, 200, 400]))
        if random.random() < 0.6:
            case["roll"] = random.choice(["valdsutsatt_vuxen", "valdsutovare"])
    for case, other in zip(register["arende"], register["arende"][1:], strict=False):
        if random.random() < 0.25:
            other |= {name: case[name] for name in ("person_id", "roll", "startdatum", "slutdatum")}
    shared = random.choice(["uppfoljningsfragor", "annat"])
    register["matning"] = [row for case in register["arende"] for row in _measurements(random, case, shared)]
    return World(register, minsta_bas=minsta_bas, fore=windows[0], efter=windows[1])


def _measurements(random: Random, case: Record, shared: str) -> list[Record]:
    """Often one before, between and after in good order, and some at odds with them."""
    rows: dict[tuple[object, ...], Record] = {}
    calm, orderly = random.random() < 0.3, random.random() < 0.6
    drawn = [random.choice(["fore", "fore", "efter", "efter", "under"]) for _ in range(random.choice([0, 1, 3, 6]))]
    for fas in [*drawn, *(CODES["fas"] if orderly else ())]:
        row = _measurement(random, case, fas, shared, orderly=orderly and random.random() < 0.7)
        if calm and fas == "fore":
            row |= {name: "nej" for name in VIOLENCE if row[name] is not None}
        key = (fas, row["matdatum"], row["instrument"], row["uppgiftslamnare"], row["perspektiv"])
        # Now and then another of the same day and kind, as where two insatser are followed up at once.
        rows[(*key, random.random() < 0.2)] = row
    return list(rows.values())


def _measurement(random: Random, case: Record, fas: str, shared: str, *, orderly: bool) -> Record:
    own = "utovat" if case["roll"] == "valdsutovare" else "utsatt"
    start = case["startdatum"]
    end = case["slutdatum"] or start + timedelta(60)
    near = {"fore": start, "efter": end, "under": start + (end - start) / 2}[fas]
    near += timedelta(random.choice([0, 0, 1, 5]) if orderly else random.choice(OFF))
    empty = not orderly and random.random() < 0.2
    moods: list[list[str | None]] = [
        ["nej"],
        ["ja", "nej", "nej", "nej"],
        ["ja", "ja", "nej"],
        ["ja", "nej", "okant", None],
    ]
    said = random.choice(moods)
    return {
        "arende_id": case["arende_id"],
        "insats_id": None,
        "fas": fas,
        "matdatum": near,
        "instrument": shared if orderly else random.choice([shared, *CODES["instrument_matning"]]),
        "uppgiftslamnare": random.choice(["klient", "klient", "klient", "handlaggare"]),
        "perspektiv": own if random.random() < 0.93 else random.choice(list(CODES["perspektiv"])),
        **{name: None if empty else random.choice(said) for name in VIOLENCE},
        "trygghet": None if empty else random.choice([None, 1, 2, 3, 4, 5, 3, 4]),
        "halsa": None if empty else random.choice([None, 1, 2, 3, 4, 5, 3, 4]),
        "poang": None if empty else random.choice([None, 0.0, 2.5, 7.0, 11.0, 40.0]),
        "saknas_orsak": random.choice(list(CODES["saknas_orsak"])) if random.random() < 0.4 else None,
        "leverans_id": random.randint(1, 3),
    }
