"""Outcomes against a slow count in plain Python, and what must hold of pairs whatever the register is like.

Registers are drawn crowded: overlapping insatser, several measurements before, three and more between, persons who
return within the year, siblings, measurements that contradict their phase, perpetrators beside exposed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.tables import utfall, utfall_bortfall, utfall_vald
from assets.tables.builder import build
from assets.tables.counting import numbered
from assets.tables.rules import Regler
from assets.tables.spec import Period, TableSpec
from tests.table_tools import inputs
from warehouse.contracts.codes import CODES

Row = dict[str, Any]
Register = dict[str, list[Row]]
Number = float | None

RULES = Regler(minsta_bas=0)
KINDS = list(CODES["utfall_vald"])
SPECS = {s.name: s for s in (*utfall.SPECS, *utfall_vald.SPECS, *utfall_bortfall.SPECS)}
EXACT = ("utfall", "utfall_insatstyp", "utfall_poang", "utfall_vald", "utfall_vald_samlat", "utfall_vald_insatstyp",
         "utfall_utovare", "utfall_utovare_samlat")  # fmt: skip
fewer = settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# --- registers ------------------------------------------------------------------------------------------------------


def register(random: Random, cases: int, name: str = "a") -> Register:
    """That many cases of fewer persons, with their insatser and measurements."""
    pick = random.choice
    people: list[Row] = []
    for number in range(cases):
        start = date(2019, 1, 1) + timedelta(pick([0, 20, 90, 250]))
        end = pick([None, start, *(start + timedelta(d) for d in (4, 25, 60, 60, 110, 110))])
        people.append(
            {"arende_id": f"{name}{number}", "person_id": f"{name}{pick(range(cases * 2 // 3 + 1))}"}
            | {"roll": pick(["valdsutsatt_vuxen"] * 3 + ["barn", "valdsutovare", "valdsutovare"])}
            | {"kon": pick(["kvinna", "kvinna", "man", "annat_okant"]), "startdatum": start, "slutdatum": end}
            | {"aldersgrupp": pick(["7_12", "26_40"]), "hederskontext": pick(["ja", "nej"])}
        )
    given_ = [
        {"arende_id": pick(people)["arende_id"], "insatstyp": pick(["stodsamtal", "skyddat_boende"])}
        | {"beslut": pick(["bifall", "utan_behovsprovning", "avslag"])}
        for _ in range(cases)
    ]
    measured = []
    for case in people:
        own = "utovat" if case["roll"] == "valdsutovare" else "utsatt"
        for _ in range(pick(range(12))):
            fas = pick(["fore", "fore", "under", "efter", "efter"])
            near = case["slutdatum"] if fas == "efter" and case["slutdatum"] else case["startdatum"]
            measured.append(
                {"arende_id": case["arende_id"], "fas": fas, "perspektiv": pick([own] * 5 + ["utsatt", "utovat"])}
                | {"matdatum": near + timedelta(pick([-31, -30, -15, -14, -3, 0, 1, 2, 14, 15, 30, 90, 91]))}
                | {"instrument": pick(["uppfoljningsfragor", "uppfoljningsfragor", "annat"])}
                | {"uppgiftslamnare": pick(["klient", "klient", "handlaggare"])}
                | {"trygghet": pick([None, 1, 2, 3, 4, 5]), "halsa": pick([None, 1, 2, 3, 4, 5])}
                | {"poang": pick([None, 3.0, 7.5]), "saknas_orsak": pick([None, "ville_inte", "annat"])}
                | {f"vald_{k}": pick(["ja", "nej", "ja", "nej", "okant", None]) for k in KINDS[:3]}
            )
    return {"arende": people, "insats": given_, "matning": measured}


def registers(name: str = "a") -> st.SearchStrategy[Register]:
    """Small and middling ones."""
    return st.builds(register, st.randoms(use_true_random=False), st.integers(1, 15), st.just(name))


def counted(spec: TableSpec, register: Register, *, ids: bool = True) -> dict[tuple[str, ...], Number]:
    """All cells; without ``ids`` from numbers for pseudonyms, as the warehouse's records are counted."""
    given_ = inputs(spec, register, regler=RULES)
    if not ids:
        given_ = replace(given_, frames=numbered(dict(given_.frames)), memo={})
    made = build(spec, given_, Period(2019, 2019)).cells
    keys = [d.name for d in spec.dimensions]
    rows = made.to_dict("records")
    return {(*(r[k] for k in keys), r["matt"]): r["varde"] if r["status"] == "visas" else None for r in rows}


# --- the slow count -------------------------------------------------------------------------------------------------


def fitting(case: Row, register: Register, fas: str) -> list[Row]:
    """A case's measurements that may count in a phase."""
    own = "utovat" if case["roll"] == "valdsutovare" else "utsatt"
    start, end = case["startdatum"], case["slutdatum"]
    first, last = {
        "fore": (start - timedelta(30), min(start + timedelta(14), end)),
        "under": (date.min, date.max),
        "efter": (max(end - timedelta(14), start), end + timedelta(90)),
    }[fas]
    return [
        m
        for m in register["matning"]
        if m["arende_id"] == case["arende_id"]
        and (m["fas"], m["perspektiv"]) == (fas, own)
        and first <= m["matdatum"] <= last
    ]


def value_of(m: Row, question: str) -> Any:
    """A measurement's answer, higher being better; violence as a tuple of 1 (no), 0 (yes) and None."""
    if question != "vald":
        return m[question]
    free = tuple({"ja": 0, "nej": 1}.get(m.get(f"vald_{k}")) for k in KINDS)
    return None if set(free) == {None} else free


def merged(values: list[Any], question: str, choose: Callable[..., Any]) -> Any:
    """Several answers of one day as one: the best before, the worst after, of points the middle."""
    if question == "poang":
        return (min(values) + max(values)) / 2
    if question != "vald":
        return choose(values)
    return tuple(choose((v for v in kind if v is not None), default=None) for kind in zip(*values, strict=True))


def pair_of(case: Row, register: Register, question: str, instrument: str | None) -> tuple[Any, Any, Any] | None:
    """The pair's före, under and efter."""
    found = []
    for tool in [instrument] if instrument else list(CODES["instrument_matning"]):
        for who in CODES["uppgiftslamnare"]:
            by_day: dict[str, dict[date, list[Any]]] = {"fore": {}, "under": {}, "efter": {}}
            for fas, days in by_day.items():
                for m in fitting(case, register, fas):
                    if (m["instrument"], m["uppgiftslamnare"]) == (tool, who) and value_of(m, question) is not None:
                        days.setdefault(m["matdatum"], []).append(value_of(m, question))
            if not by_day["fore"] or not by_day["efter"]:
                continue
            last, first = max(by_day["fore"]), min(by_day["efter"])
            if first <= last:
                continue
            between = [d for d in by_day["under"] if last < d < first]
            under = merged(by_day["under"][max(between)], question, min) if between else None
            fore = merged(by_day["fore"][last], question, max)
            efter = merged(by_day["efter"][first], question, min)
            found.append((-last.toordinal(), first.toordinal(), len(found), (fore, under, efter)))
    return min(found, key=lambda f: f[:3])[3] if found else None


def units(spec: TableSpec, register: Register) -> Iterator[tuple[Row, dict[str, str], Row]]:
    """Each case of a table with its codes and what is known of it; earliest closed first."""
    own = spec.name.startswith("utfall_utovare")
    cases = [c for c in register["arende"] if c["slutdatum"] and c["slutdatum"].year == 2019]
    cases = [c for c in cases if (c["roll"] == "valdsutovare") == own]
    types = {(i["arende_id"], i["insatstyp"]) for i in register["insats"] if i["beslut"] != "avslag"}
    names = [d.name for d in spec.dimensions]
    by_case: dict[str, list[Row]] = {}
    for m in register["matning"]:
        by_case.setdefault(m["arende_id"], []).append(m)
    for case in sorted(cases, key=lambda c: (c["slutdatum"], c["startdatum"], c["arende_id"])):
        register = {"matning": by_case.get(case["arende_id"], [])}
        theirs = [t for a, t in sorted(types) if a == case["arende_id"]] if "insatstyp" in names else [""]
        for kind in theirs:
            codes = {"insatstyp": kind} if kind else {}
            if "utfallsmatt" in names:
                for q in CODES["utfallsmatt"]:
                    yield case, codes | {"utfallsmatt": q}, known(case, register, q)
            elif "instrument" in names:
                for i in CODES["instrument_matning"]:
                    yield case, codes | {"instrument": i}, known(case, register, "poang", i)
            elif "valdsslag" in names:
                for at, k in enumerate(KINDS):
                    yield case, codes | {"valdsslag": k}, of_kind(case, register, at)
            else:
                yield case, codes, together(case, register)


def known(case: Row, register: Register, question: str, instrument: str | None = None) -> Row:
    has = {
        fas: any(
            value_of(m, question) is not None and instrument in (None, m["instrument"])
            for m in fitting(case, register, fas)
        )
        for fas in ("fore", "efter")
    }
    pair = pair_of(case, register, question, instrument)
    fore, under, efter = pair or (None, None, None)
    return {"har_fore": has["fore"], "har_efter": has["efter"], "fore": fore, "under": under, "efter": efter}


def of_kind(case: Row, register: Register, at: int) -> Row:
    whole = known(case, register, "vald")
    out: Row = {}
    for fas in ("fore", "efter"):
        answers = [value_of(m, "vald") for m in fitting(case, register, fas)]
        out[f"har_{fas}"] = any(a and a[at] is not None for a in answers)
    fore, efter = (whole[f][at] if whole[f] else None for f in ("fore", "efter"))
    pair = None not in (fore, efter)
    return out | {"fore": fore if pair else None, "efter": efter if pair else None}


def together(case: Row, register: Register) -> Row:
    whole = known(case, register, "vald")
    pairs = list(zip(whole["fore"] or (), whole["efter"] or (), strict=True))
    both = [p for p in pairs if None not in p]
    comparable = bool(both) and all(e is not None for f, e in pairs if f == 0)
    # Fewer kinds is better, as a higher answer is elsewhere.
    counts = (-sum(f == 0 for f, _ in both), -sum(e == 0 for _, e in both)) if comparable else (None, None)
    return whole | {"fore": counts[0], "efter": counts[1]}


def expected(spec: TableSpec, register: Register) -> dict[tuple[str, ...], dict[str, Number]]:
    """The main measures of each cell that has some case."""
    cells: dict[tuple[str, ...], list[tuple[Row, Row]]] = {}
    found = list(units(spec, register))
    best: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for case, codes, what in found:
        # Intervals count a person once, with the first pair and the sex of that case.
        what["first"] = False
        if None not in (what["fore"], what["efter"]):
            kon = list(CODES["kon"]).index(case["kon"])
            place = (case["slutdatum"], case["startdatum"], what["efter"], -what["fore"], kon, case["arende_id"])
            person = (case["person_id"], *codes.values())
            best[person] = min(best.get(person, (*place, what)), (*place, what), key=lambda b: b[:-1])
    for *_, what in best.values():
        what["first"] = True
    for case, codes, what in found:
        for kon in (case["kon"], "totalt"):
            key = tuple((codes | {"kon": kon})[d.name] for d in spec.dimensions)
            cells.setdefault(key, []).append((case, what))
    return {key: measures(spec, rows) for key, rows in cells.items()}


def measures(spec: TableSpec, rows: list[tuple[Row, Row]]) -> dict[str, Number]:
    pairs = [(c, w) for c, w in rows if w["fore"] is not None and w["efter"] is not None]
    out: dict[str, Number] = {
        "antal_arenden": len(rows),
        "antal_med_fore": sum(w["har_fore"] for _, w in rows),
        "antal_med_efter": sum(w["har_efter"] for _, w in rows),
        "antal_utan_fore": sum(not w["har_fore"] for _, w in rows),
        "antal_ej_jamforbara": sum(w["har_fore"] and w["har_efter"] for _, w in rows) - len(pairs),
        "antal_par": len(pairs),
        "antal_personer_intervall": sum(w["first"] for _, w in pairs),
    }
    firsts = [w for _, w in pairs if w["first"]]
    if "vald" not in spec.name and "utovare" not in spec.name:
        changes = [w["efter"] - w["fore"] for _, w in pairs]
        better, worse = ("hogre", "lagre") if spec.name == "utfall_poang" else ("forbattrade", "forsamrade")
        out |= {
            f"antal_{better}": sum(c > 0 for c in changes),
            f"antal_{worse}": sum(c < 0 for c in changes),
            f"personer_{better}": sum(w["efter"] > w["fore"] for w in firsts),
            "medel_forandring": sum(changes) / len(changes) if changes else None,
            "median_forandring": median(changes) if changes else None,
            "antal_med_under": sum(w["under"] is not None for _, w in pairs),
        }
        return out
    single = "valdsslag" in [d.name for d in spec.dimensions]
    worst = 0 if single else None  # a kind is 0 for yes; together they are counted below zero

    def yes(value: int) -> bool:
        return value == worst if single else value < 0

    exposed = [w for _, w in pairs if yes(w["fore"])]
    return (
        out
        | {
            "antal_vald_fore": len(exposed),
            "antal_upphort": sum(not yes(w["efter"]) for w in exposed),
            "antal_kvarstar": sum(w["efter"] == w["fore"] for w in exposed),
            "antal_tillkommit": sum(yes(w["efter"]) and not yes(w["fore"]) for _, w in pairs),
            "personer_vald_fore": sum(yes(w["fore"]) for w in firsts),
            "personer_upphort": sum(yes(w["fore"]) and not yes(w["efter"]) for w in firsts),
        }
        | ({} if single else {"antal_minskat": sum(yes(w["efter"]) and w["efter"] > w["fore"] for w in exposed)})
    )


# --- what must hold -------------------------------------------------------------------------------------------------


def agree(spec: TableSpec, made_of: Register) -> int:
    """Compare all cells; returns how many pairs there were."""
    got, wanted = counted(spec, made_of), expected(spec, made_of)
    for key, values in wanted.items():
        assert {m: got[(*key, m)] for m in values} == {m: pytest.approx(v) for m, v in values.items()}
    for key, value in got.items():
        if key[-1] == "antal_arenden":
            assert value == wanted.get(key[:-1], {"antal_arenden": 0})["antal_arenden"]
    return sum(int(v["antal_par"] or 0) for v in wanted.values())


@pytest.mark.parametrize("name", EXACT)
def test_every_outcome_of_a_large_register_is_what_a_slow_count_gives(name: str) -> None:
    assert agree(SPECS[name], register(Random(name), 250)) > 10


@pytest.mark.parametrize("name", ["utfall_insatstyp", "utfall_vald"])
@fewer
@given(made_of=registers())
def test_every_outcome_of_small_ones_too(name: str, made_of: Register) -> None:
    agree(SPECS[name], made_of)


@pytest.mark.parametrize("name", ["utfall_insatstyp", "utfall_poang", "utfall_bortfall", "utfall_bortfallna_svar"])
@fewer
@given(made_of=registers(), other=registers("b"), random=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_a_case_of_another_year_changes_anything(
    name: str, made_of: Register, other: Register, random: Any
) -> None:
    spec = SPECS[name]
    years = timedelta(3 * 365)
    for source, dated in (("arende", ("startdatum", "slutdatum")), ("matning", ("matdatum",))):
        for row in other[source]:
            row.update({d: row[d] - years for d in dated if row[d]})
    as_it_was = counted(spec, made_of)

    mixed = {s: random.sample(rows, len(rows)) for s, rows in made_of.items()}
    assert counted(spec, mixed, ids=False) == as_it_was
    assert counted(spec, {s: [*other[s], *rows] for s, rows in made_of.items()}) == as_it_was


@fewer
@given(made_of=registers())
def test_parts_make_their_wholes(made_of: Register) -> None:
    """Pairs are no more than cases, persons no more than pairs, and everyone is in one of the directions."""
    got = counted(utfall.SPEC, made_of)
    for question in CODES["utfallsmatt"]:
        for kon in ("kvinna", "man", "totalt"):
            n = {k[-1]: v for k, v in got.items() if k[:2] == (question, kon)}
            assert n["antal_personer_intervall"] <= n["antal_par"] <= n["antal_arenden"]
            assert n["antal_par"] <= min(n["antal_med_fore"], n["antal_med_efter"])
            assert n["antal_par"] == sum(n[f"antal_{d}"] for d in ("forbattrade", "oforandrade", "forsamrade"))
            for fas, base in (("fore", "antal_par"), ("efter", "antal_par"), ("under", "antal_med_under")):
                assert n[base] == sum(n[f"{fas}_{step}"] for step in range(1, 6))
    reasons = counted(utfall_bortfall.REASONS, made_of)
    for question in CODES["utfall_fraga"]:
        for fas in CODES["utfall_fas"]:
            parts = [reasons[question, fas, s, "totalt", "antal_arenden"] for s in CODES["svarslage"]]
            assert sum(parts) == reasons[question, fas, "totalt", "totalt", "antal_arenden"]
        if question != "vald":
            answered = reasons[question, "fore", "har_svar", "totalt", "antal_arenden"]
            assert answered == got[question, "totalt", "antal_med_fore"]


@fewer
@given(made_of=registers(), other=registers("b"))
def test_kommuner_counted_together_are_as_each_alone(made_of: Register, other: Register) -> None:
    spec = utfall.SPEC
    both = {
        s: [r | {"kommun": "0114"} for r in made_of[s]] + [r | {"kommun": "0180"} for r in other[s]] for s in made_of
    }
    made = build(spec, inputs(spec, both, kommuner=("0114", "0180"), regler=RULES), Period(2019, 2019)).cells
    for kommun, alone in (("0114", made_of), ("0180", other)):
        here = made[made["kommun"] == kommun].to_dict("records")
        got = {(r["utfallsmatt"], r["kon"], r["matt"]): r["varde"] if r["status"] == "visas" else None for r in here}
        assert got == counted(spec, alone)
