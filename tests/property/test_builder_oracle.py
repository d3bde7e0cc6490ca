"""The builder against an independent count: plain Python over records, written from what the tables say they hold.

The oracle knows no frames and none of the builder's code: it goes through the records cell by cell.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Inputs, Period
from warehouse.contracts.codes import CODES
from warehouse.contracts.registry import CONTRACTS

Record = dict[str, Any]
Register = dict[str, list[Record]]
Cell = tuple[Any, ...]

YEAR = 2019
TOTAL = "totalt"
COUNTED = ("arenden", "insatser", "utfall")
TYPES = {
    "code": pa.dictionary(pa.int32(), pa.string()),
    "date": pa.timestamp("us"),
    "integer": pa.int64(),
    "text": pa.string(),
    "pseudonym": pa.string(),
}
READS = {pa.timestamp("us"): pa.date32()}
"""What Arrow makes of Python's own values, where it is another type first."""

some = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fewer = settings(some, max_examples=4)


# --- the oracle -------------------------------------------------------------------------------------------------


def rows_of(register: Register, table: str, year: int = YEAR) -> list[Cell]:
    """All cells of a table in declared order: its dimensions, kon, matt, varde."""
    return list(ORACLES[table](register, year))


def in_year(day: date | None, year: int) -> bool:
    return day is not None and day.year == year


def cells(
    axes: Mapping[str, Sequence[str]],
    measures: Mapping[str, tuple[list[Record], Callable[[list[Record]], float | None]]],
) -> Iterator[Cell]:
    """Every combination of labels, then every measure, over the rows that have those codes."""
    for labels in product(*axes.values()):
        wanted = [(name, label) for name, label in zip(axes, labels, strict=True) if label != TOTAL]
        for matt, (rows, value) in measures.items():
            yield (*labels, matt, value([r for r in rows if all(r[n] == label for n, label in wanted)]))


def sexes(*populations: list[Record]) -> list[str]:
    """Women, men, the third code only where somebody has it, and the total."""
    other = any(r["kon"] == "annat_okant" for rows in populations for r in rows)
    return ["kvinna", "man", *(["annat_okant"] if other else []), TOTAL]


def persons(rows: list[Record]) -> int:
    return len({r["person_id"] for r in rows})


def known_as(register: Register, person: str, year: int) -> Record | None:
    """The person's latest case begun by the end of the year; open ends last, then the alphabet."""
    theirs = [c for c in register["arende"] if c["person_id"] == person and c["startdatum"] <= date(year, 12, 31)]
    if not theirs:
        return None
    return max(theirs, key=lambda c: (c["startdatum"], c["slutdatum"] or date.max, c["kon"], c["aldersgrupp"]))


def of_persons(register: Register, rows: list[Record], year: int) -> list[Record]:
    """The rows with sex and age of the person's latest case."""
    out = []
    for row in rows:
        case = known_as(register, row["person_id"], year) or row
        out.append(row | {"kon": case["kon"], "aldersgrupp": case.get("aldersgrupp")})
    return out


def arenden(register: Register, year: int) -> Iterator[Cell]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    cases = [
        c for c in register["arende"] if c["startdatum"] <= last and (c["slutdatum"] is None or c["slutdatum"] >= first)
    ]
    contacts = [c | {"roll": c["malgrupp"]} for c in register["aktualisering"] if in_year(c["datum"], year)]
    people = of_persons(register, cases, year)
    axes = {
        "roll": [*CODES["roll"], TOTAL],
        "aldersgrupp": [*CODES["aldersgrupp"], TOTAL],
        "kon": sexes(cases, people, contacts),
    }
    yield from cells(
        axes,
        {
            "antal_arenden": (cases, len),
            "antal_startade": ([c for c in cases if in_year(c["startdatum"], year)], len),
            "antal_avslutade": ([c for c in cases if in_year(c["slutdatum"], year)], len),
            "antal_personer": (people, persons),
            "antal_aktualiseringar": (contacts, len),
        },
    )


def insatser(register: Register, year: int) -> Iterator[Cell]:
    cases = {c["arende_id"]: c for c in register["arende"]}
    known = [
        i | {"kon": cases[i["arende_id"]]["kon"], "person_id": cases[i["arende_id"]]["person_id"]}
        for i in register["insats"]
        if in_year(i["beslutsdatum"] or i["verkstalld"], year) and i["arende_id"] in cases
    ]
    unregistered = [i for i in register["insats_avidentifierad"] if i["manad"][:4] == str(year)]

    def decided(how: str) -> list[Record]:
        return [i for i in known if i["beslut"] == how]

    yield from cells(
        {
            "insatstyp": [*CODES["insatstyp"], TOTAL],
            "kon": sexes(known, of_persons(register, known, year), unregistered),
        },
        {
            "antal_insatser": (decided("bifall"), len),
            "antal_personer": (of_persons(register, decided("bifall"), year), persons),
            "antal_avslag": (decided("avslag"), len),
            "antal_avbojda": (decided("avbojd"), len),
            "antal_utan_behovsprovning": (decided("utan_behovsprovning"), len),
            "antal_avidentifierade": (unregistered, lambda rows: sum(r["antal"] for r in rows)),
        },
    )


def answers(case: Record, measured: list[Record], answer: str, fas: str, day: str, before: int, after: int) -> Register:
    """A case's answers in a phase and window, by what a pair must share."""
    found: Register = {}
    for m in measured:
        same_case = m["arende_id"] == case["arende_id"] and m["fas"] == fas and m[answer] is not None
        same_case = same_case and m["perspektiv"] == "utsatt"
        if same_case and -before <= (m["matdatum"] - case[day]).days <= after:
            found.setdefault((m["instrument"], m["uppgiftslamnare"], m["perspektiv"]), []).append(m)  # type: ignore[call-overload]
    return found


def outcome(case: Record, measured: list[Record], answer: str) -> Record:
    """The pair of a case: last before, first after; of several the freshest. Same day: the least favourable."""
    before = answers(case, measured, answer, "fore", "startdatum", 30, 14)
    after = answers(case, measured, answer, "efter", "slutdatum", 14, 90)
    pairs = []
    for key in set(before) & set(after):
        last = max(m["matdatum"] for m in before[key])
        first = min(m["matdatum"] for m in after[key])
        instrument, who, perspective = key
        place = (
            list(CODES["instrument_matning"]).index(instrument),
            list(CODES["uppgiftslamnare"]).index(who),
            list(CODES["perspektiv"]).index(perspective),
        )
        fore = max(m[answer] for m in before[key] if m["matdatum"] == last)
        efter = min(m[answer] for m in after[key] if m["matdatum"] == first)
        pairs.append((-last.toordinal(), first.toordinal(), place, fore, efter))
    pair = min(pairs)[-2:] if pairs else None
    return case | {"pair": pair, "har_fore": bool(before), "har_efter": bool(after)}


def mean(part: Callable[[tuple[int, int]], int]) -> Callable[[list[Record]], float | None]:
    def of(rows: list[Record]) -> float | None:
        values = [part(r["pair"]) for r in rows]
        return sum(values) / len(values) if values else None

    return of


def utfall(register: Register, year: int) -> Iterator[Cell]:
    closed = [c for c in register["arende"] if in_year(c["slutdatum"], year) and c["roll"] != "valdsutovare"]
    given_types = {
        (i["arende_id"], i["insatstyp"]) for i in register["insats"] if i["beslut"] in ("bifall", "utan_behovsprovning")
    }
    for answer in CODES["utfallsmatt"]:
        cases = [outcome(c, register["matning"], answer) for c in closed]
        for kind in (*CODES["insatstyp"], TOTAL):
            here = [c for c in cases if kind == TOTAL or (c["arende_id"], kind) in given_types]
            pairs = [c for c in here if c["pair"]]
            measures = {
                "antal_arenden": (here, len),
                "antal_par": (pairs, len),
                "antal_forbattrade": ([c for c in pairs if c["pair"][1] > c["pair"][0]], len),
                "antal_oforandrade": ([c for c in pairs if c["pair"][1] == c["pair"][0]], len),
                "antal_forsamrade": ([c for c in pairs if c["pair"][1] < c["pair"][0]], len),
                "antal_utan_fore": ([c for c in here if not c["har_fore"]], len),
                "antal_utan_efter": ([c for c in here if not c["har_efter"]], len),
                "medel_fore": (pairs, mean(lambda p: p[0])),
                "medel_efter": (pairs, mean(lambda p: p[1])),
                "medel_forandring": (pairs, mean(lambda p: p[1] - p[0])),
            }
            for cell in cells({"kon": sexes(closed)}, measures):
                yield (answer, kind, *cell)


ORACLES: dict[str, Callable[[Register, int], Iterator[Cell]]] = {
    "arenden": arenden,
    "insatser": insatser,
    "utfall": utfall,
}


# --- the same records as the warehouse gives them ---------------------------------------------------------------


def inputs(register: Register) -> Inputs:
    """Frames with the types of ``warehouse.load.current``: codes as categories, dates, numbers with gaps."""
    frames = {}
    for spec in (TABLES[name] for name in COUNTED):
        for source, names in spec.sources.items():
            kinds = {c.name: c.kind for c in CONTRACTS[source].columns()}
            wanted = dict.fromkeys([*frames.get(source, ()), *names])
            schema = pa.schema([(n, TYPES[kinds[n]]) for n in wanted])
            values = [pa.array([r.get(f.name) for r in register[source]], READS.get(f.type, f.type)) for f in schema]
            table = pa.table([v.cast(f.type) for v, f in zip(values, schema, strict=True)], schema=schema)
            frames[source] = table.to_pandas()
    for source, frame in frames.items():
        frames[source] = frame.assign(kommun="0114", leverans_id=1)
    return Inputs(frames, ("0114",))


def built(register: Register, table: str, year: int = YEAR) -> list[Cell]:
    made = build(TABLES[table], inputs(register), Period(year, year)).cells
    kept = made.drop(columns=["kommun", "period", "status"])
    return [(*(row[:-1]), None if row[-1] != row[-1] else row[-1]) for row in kept.itertuples(index=False, name=None)]


# --- records ----------------------------------------------------------------------------------------------------

EDGES = [date(2018, 11, 20), date(2018, 12, 31), date(2019, 1, 1), date(2019, 6, 15), date(2019, 12, 31),
         date(2020, 1, 1), date(2020, 2, 10)]  # fmt: skip
day = st.sampled_from(EDGES) | st.dates(date(2018, 10, 1), date(2020, 4, 1))
sex = st.sampled_from(["kvinna", "kvinna", "man", "annat_okant"]) | st.sampled_from(["kvinna", "man"])


def code(name: str, *picked: str) -> st.SearchStrategy[str]:
    return st.sampled_from(picked or tuple(CODES[name]))


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A few cases of fewer persons, over the year's edges, with all that may be odd about them."""
    kon = draw(st.sampled_from([sex, st.sampled_from(["kvinna", "man"])]))
    cases = []
    for number in range(draw(st.integers(0, 5))):
        start = draw(day)
        cases.append(
            {
                "arende_id": f"a{number}",
                "person_id": f"p{draw(st.integers(0, 3))}",
                "roll": draw(code("roll")),
                "kon": draw(kon),
                "aldersgrupp": draw(code("aldersgrupp", "18_25", "26_40", "okand")),
                "startdatum": start,
                "slutdatum": draw(st.none() | st.integers(0, 300).map(lambda n, s=start: s + timedelta(n))),
            }
        )
    ids = st.sampled_from([*(c["arende_id"] for c in cases), "borta"])
    support = []
    for number in range(draw(st.integers(0, 7))):
        beslut = draw(code("beslut", "bifall", "bifall", "avslag", "avbojd", "utan_behovsprovning"))
        free = beslut == "utan_behovsprovning"
        decided = draw(st.none() | day) if free else draw(day)
        support.append(
            {
                "insats_id": f"i{number}",
                "arende_id": draw(ids),
                "insatstyp": draw(code("insatstyp", "stodsamtal", "skyddat_boende", "annan_insats")),
                "beslut": beslut,
                "beslutsdatum": decided,
                "verkstalld": draw(day) if free and decided is None else draw(st.none() | day),
            }
        )
    measured = []
    for _ in range(draw(st.integers(0, 12)) if cases else 0):
        case = draw(st.sampled_from(cases))
        fas = draw(code("fas", "fore", "fore", "efter", "efter", "under"))
        near = case["slutdatum"] if fas == "efter" and case["slutdatum"] else case["startdatum"]
        answer = st.none() | st.integers(1, 5)
        measured.append(
            {
                "arende_id": draw(st.sampled_from([case["arende_id"]] * 9 + ["borta"])),
                "fas": fas,
                "matdatum": near + timedelta(draw(st.sampled_from([-31, -30, -15, -14, 0, 1, 14, 15, 90, 91]))),
                "instrument": draw(code("instrument_matning", "uppfoljningsfragor", "uppfoljningsfragor", "annat")),
                "uppgiftslamnare": draw(code("uppgiftslamnare", "klient", "klient", "handlaggare")),
                "perspektiv": draw(code("perspektiv", "utsatt", "utsatt", "utovat")),
                "trygghet": draw(answer),
                "halsa": draw(answer),
            }
        )
    return {
        "arende": cases,
        "insats": support,
        "matning": measured,
        "aktualisering": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "aktualisering_id": st.just("k"),
                        "malgrupp": code("malgrupp"),
                        "kon": kon,
                        "aldersgrupp": code("aldersgrupp", "18_25", "okand"),
                        "datum": day,
                    }
                ),
                max_size=4,
            )
        ),
        "insats_avidentifierad": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "insatstyp": code("insatstyp", "stodsamtal", "annan_insats"),
                        "manad": st.sampled_from(["2018-12", "2019-01", "2019-12", "2020-01"]),
                        "kon": kon,
                        "antal": st.integers(0, 40),
                    }
                ),
                max_size=3,
            )
        ),
    }


def large_register(seed: int) -> Register:
    """Hundreds of cases crowded on the year's edges, so that each rule is met many times."""
    pick = Random(seed).choice
    days = [*EDGES, *(date(2019, m, 20) for m in range(1, 13))]
    sexes_ = ["kvinna", "man", "annat_okant"]
    cases = []
    for number in range(250):
        start = pick(days)
        end = pick([None, *(d for d in days if d >= start)])
        facts = {"roll": pick(list(CODES["roll"])), "aldersgrupp": pick(list(CODES["aldersgrupp"]))}
        cases.append(
            {"arende_id": f"a{number}", "person_id": f"p{pick(range(120))}", "kon": pick(sexes_)}
            | {"startdatum": start, "slutdatum": end}
            | facts
        )
    support = []
    for number in range(500):
        beslut = pick(list(CODES["beslut"]))
        decided = pick([None, *days]) if beslut == "utan_behovsprovning" else pick(days)
        support.append(
            {"insats_id": f"i{number}", "arende_id": f"a{pick(range(260))}", "beslut": beslut}
            | {"insatstyp": pick(list(CODES["insatstyp"])), "beslutsdatum": decided}
            | {"verkstalld": pick(days) if decided is None else pick([None, *days])}
        )
    measured = []
    for _ in range(1500):
        case, fas = pick(cases), pick(list(CODES["fas"]))
        near = case["slutdatum"] if fas == "efter" and case["slutdatum"] else case["startdatum"]
        measured.append(
            {"arende_id": case["arende_id"], "fas": fas, "instrument": pick(list(CODES["instrument_matning"])[:2])}
            | {"matdatum": near + timedelta(pick([-31, -30, -15, -14, 0, 0, 1, 14, 15, 90, 91]))}
            | {"uppgiftslamnare": pick(list(CODES["uppgiftslamnare"])), "perspektiv": pick(list(CODES["perspektiv"]))}
            | {"trygghet": pick([None, 1, 2, 3, 4, 5]), "halsa": pick([None, 1, 2, 3, 4, 5])}
        )
    return {
        "arende": cases,
        "insats": support,
        "matning": measured,
        "aktualisering": [
            {"aktualisering_id": f"k{n}", "malgrupp": pick(list(CODES["malgrupp"])), "kon": pick(sexes_)}
            | {"aldersgrupp": pick(list(CODES["aldersgrupp"])), "datum": pick(days)}
            for n in range(300)
        ],
        "insats_avidentifierad": [
            {"insatstyp": pick(list(CODES["insatstyp"])), "kon": pick(sexes_), "antal": pick(range(30))}
            | {"manad": pick(["2018-12", "2019-01", "2019-12", "2020-01"])}
            for _ in range(60)
        ],
    }


# --- what must hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COUNTED)
@some
@given(register=registers())
def test_every_cell_is_what_an_independent_count_gives(table: str, register: Register) -> None:
    assert built(register, table) == rows_of(register, table)


@pytest.mark.parametrize("table", COUNTED)
@pytest.mark.parametrize("year", [2018, 2019, 2020])
def test_every_cell_of_a_large_register_too(table: str, year: int) -> None:
    register = large_register(year)

    assert built(register, table, year) == rows_of(register, table, year)


@pytest.mark.parametrize("table", COUNTED)
@fewer
@given(register=registers(), random=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_another_year_changes_anything(
    table: str, register: Register, random: Any
) -> None:
    days = {"startdatum": date(2011, 2, 1), "slutdatum": date(2011, 9, 1)}
    case = {"arende_id": "x", "person_id": "new", "roll": "barn", "kon": "annat_okant", "aldersgrupp": "0_6"}
    more = {
        "arende": [case | days],
        "insats": [
            {"insats_id": "x", "arende_id": "x", "insatstyp": "barninsats", "beslut": "bifall"}
            | {"beslutsdatum": date(2011, 3, 1), "verkstalld": None}
        ],
        "matning": [
            {"arende_id": "x", "fas": "fore", "matdatum": date(2011, 2, 1), "instrument": "annat"}
            | {"uppgiftslamnare": "klient", "perspektiv": "utsatt", "trygghet": 1, "halsa": 1}
        ],
        "aktualisering": [
            {"aktualisering_id": "x", "malgrupp": "barn", "kon": "annat_okant", "aldersgrupp": "0_6"}
            | {"datum": date(2011, 2, 1)}
        ],
        "insats_avidentifierad": [
            {"insatstyp": "barninsats", "manad": "2011-02", "kon": "annat_okant", "antal": 7},
        ],
    }
    mixed = {name: random.sample(rows, len(rows)) for name, rows in register.items()}
    with_it = {name: [*more[name], *rows] for name, rows in register.items()}

    as_it_was = built(register, table)
    assert built(mixed, table) == as_it_was
    assert built(with_it, table) == as_it_was


@fewer
@given(register=registers())
def test_persons_split_into_one_a_case_are_as_many_as_the_cases(register: Register) -> None:
    split = register | {"arende": [c | {"person_id": f"p_{c['arende_id']}"} for c in register["arende"]]}
    before, after = built(register, "arenden"), built(split, "arenden")

    by_matt = {name: [c[-1] for c in after if c[-2] == name] for name in ("antal_arenden", "antal_personer")}
    assert by_matt["antal_personer"] == by_matt["antal_arenden"]
    # A person who was one in several groups may move between them when split, so only the grand total must grow.
    for old, new in zip(before, after, strict=True):
        if old[-2] != "antal_personer":
            assert new == old
        elif set(old[:-2]) == {TOTAL}:
            assert new[-1] >= old[-1]


@fewer
@given(register=registers())
def test_insatser_whose_case_is_missing_are_told_and_not_counted(register: Register) -> None:
    lost = sum(
        i["arende_id"] not in {c["arende_id"] for c in register["arende"]}
        and in_year(i["beslutsdatum"] or i["verkstalld"], YEAR)
        for i in register["insats"]
    )
    notes = build(TABLES["insatser"], inputs(register), Period(YEAR, YEAR)).notes
    told = [n for n in notes if "deras ärenden" in n]

    assert len(told) == (lost > 0)
    assert not lost or told[0].startswith(f"{lost} insatser")


def test_an_empty_register_gives_zeros_everywhere_and_no_means() -> None:
    nothing: Register = {n: [] for n in ("arende", "insats", "matning", "aktualisering", "insats_avidentifierad")}
    for table in COUNTED:
        made = built(nothing, table)
        assert made == rows_of(nothing, table)
        assert {c[-1] for c in made if c[-2].startswith("antal")} == {0}
        assert {c[-1] for c in made if c[-2].startswith("medel")} <= {None}
