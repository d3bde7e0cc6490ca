"""Small registers of invented records in plain dicts, with all that may be odd about them.

One maker serves hypothesis (``registers``) and fixed seeds (``large``). What a delivery with such a row is refused for
(an end before its start, a code outside its list, a key that comes twice) is not made here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from warehouse.contracts.codes import CODES
from warehouse.contracts.registry import CONTRACTS

Record = dict[str, Any]
Register = dict[str, list[Record]]

YEAR = 2019
"""The year that the records crowd around."""
KOMMUNER = ["0114", "0115", "0117", "0120", "0123"]
"""Kommuner that there are: of others no population is known."""
EDGES = [date(2018, 8, 31), date(2018, 12, 1), date(2018, 12, 31), date(2019, 1, 1), date(2019, 1, 2),
         date(2019, 4, 30), date(2019, 5, 1), date(2019, 8, 31), date(2019, 9, 1), date(2019, 12, 2),
         date(2019, 12, 31), date(2020, 1, 1), date(2020, 2, 29), date(2020, 12, 31)]  # fmt: skip
MONTHS = ["2018-12", "2019-01", "2019-04", "2019-05", "2019-09", "2019-12", "2020-01"]
SPANS = ["2018", "2018T3", "2019", "2019T1", "2019T2", "2019T3", "2020T1"]
VIOLENCE = ["vald_fysiskt", "vald_psykiskt", "vald_sexuellt", "vald_ekonomiskt", "vald_materiellt", "vald_forsummelse"]
EMPTIED = {
    "aktualisering": ["arende_id", "verksamhetsomrade"],
    "arende": ["verksamhetsomrade", "enhet", "valdstyp", "svarighetsgrad", "relation_till_utovare", "utovarens_kon",
               "utredning_inledd", "utredning_avslutad", "slutdatum", "avslutsorsak", "overgripande_mal_finns",
               "mal_bedomning", "mal_bedomt_av"],
    "barn": ["eget_beslut", "forskola_skola_ordnad", "tillfragad_om_vald", "utredning"],
    "insats": ["slutdatum", "utforare_id", "riktad_hedersutsatt", "antal_tillfallen", "kostnad_kr", "plan_mal_natt",
               "anpassningsbehov", "anpassning_tillgodosedd"],
    "bedomning": ["niva"],
    "matning": [*VIOLENCE, "trygghet", "halsa", "poang", "saknas_orsak"],
    "brukarenkat": ["betydelse", "situation_nu", "bemotande", "delaktighet"],
}  # fmt: skip
"""Columns that a kommun may have nothing in."""


@dataclass(frozen=True, slots=True)
class World:
    """A register and what is known beside it, for one kommun."""

    register: Register
    absent: frozenset[str] = frozenset()
    """Tables that nothing is delivered of; their rows are none."""
    known_until: date | None = None
    """The last day that the deliveries of cases tell about without a gap; None where nothing is said."""
    minsta_bas: int = 10
    efter_boende: int = 30
    fore: tuple[int, int] = (30, 14)
    """Days before and after the start in which a ``fore`` measurement counts."""
    efter: tuple[int, int] = (14, 90)
    """Days before and after the end in which an ``efter`` measurement counts."""


_randoms = st.randoms(use_true_random=True)
"""A register is hundreds of draws: hypothesis draws its seed and size, which is quicker by far than drawing each."""


def registers() -> st.SearchStrategy[dict[str, World]]:
    """Small registers of one kommun or of a few, which are counted at once: a build costs more than its rows.

    Mostly all tables are delivered. The base is so small that both sides of it are met.
    """
    sizes = st.lists(st.integers(0, 6), min_size=1, max_size=5)
    return st.builds(_worlds, _randoms, sizes, st.integers(1, 3), st.sampled_from([30, 30, 7]))


def large(seed: int, *, cases: int = 120, **said: Any) -> World:
    """Many cases of fewer persons on the same few days, so that each rule is met many times."""
    return World(make(Random(seed), cases, emptied=0), **said)


def _worlds(random: Random, sizes: list[int], minsta_bas: int, efter_boende: int) -> dict[str, World]:
    worlds = {}
    for number, (kommun, cases) in enumerate(zip(KOMMUNER, sizes, strict=False)):
        register, absent = make(random, cases, prefix=f"{number}_"), frozenset[str]()
        if random.random() < 0.25:
            absent = frozenset({random.choice(sorted(register))})
            register |= {name: [] for name in absent}
        until = random.choice([None, date(2019, 11, 30), date(2020, 12, 30), date(2020, 12, 31), date(2022, 1, 1)])
        worlds[kommun] = World(register, absent, until, minsta_bas, efter_boende)
    return worlds


def make(random: Random, cases: int, prefix: str = "", *, emptied: float = 0.06) -> Register:
    """Records of about so many cases, with ids that begin with ``prefix``. Each has its ``leverans_id``, 1 to 3.

    ``emptied`` is how often the kommun has nothing in a column.
    """
    made = _Maker(random, prefix)
    for number in range(cases):
        made.cases.append(made.case(number, cases))
    register: Register = {"arende": made.cases}
    register["aktualisering"] = [made.contact(n) for n in made.some(cases)]
    register["insats"] = [made.support(n) for n in made.some(2 * cases)]
    made.insatser = [i["insats_id"] for i in register["insats"]]
    register["barn"] = [made.child(cases) for _ in made.some(cases)]
    register["bedomning"] = [made.assessment() for _ in made.some(cases + 2)]
    register["matning"] = [made.measurement() for _ in made.some(5 * cases)]
    register["insats_avidentifierad"] = [made.unregistered() for _ in made.some(cases)]
    register["brukarenkat"] = [made.form(n) for n in made.some(cases)]
    register["enkat_utskick"] = [made.asked() for _ in made.some(cases)]
    register["lokal_deklaration"], register["lokal_variabel"] = made.local(cases)
    register["befolkning"] = made.population()
    for name, columns in EMPTIED.items():
        for column in columns:
            if random.random() < emptied:
                register[name] = [row | {column: None} for row in register[name]]
    return {name: _once(name, rows) for name, rows in register.items()}


def _once(name: str, rows: list[Record]) -> list[Record]:
    """One row a key, as the warehouse has it; with the delivery that it came in."""
    key = CONTRACTS[name].key()
    return list({tuple(row.get(k) for k in key): row for row in rows}.values())


class _Maker:
    """Draws records. ``random`` is all it knows beside what it has made."""

    def __init__(self, random: Random, prefix: str) -> None:
        self.random, self.prefix = random, prefix
        self.sexes = random.choice([["kvinna", "man"], ["kvinna", "kvinna", "man", "annat_okant"], ["man"]])
        self.cases: list[Record] = []
        self.insatser: list[str] = []

    def some(self, most: int) -> range:
        """Up to about so many."""
        return range(most if most > 20 else self.random.randint(0, most))

    def pick(self, values: Sequence[Any], often: Sequence[Any] = ()) -> Any:
        return self.random.choice([*values, *often])

    def code(self, name: str, *often: str | None) -> Any:
        """A code of a list; those in ``often`` have as good a chance together as the others."""
        return self.random.choice(often if often and self.random.random() < 0.5 else tuple(CODES[name]))

    def day(self) -> date:
        if self.random.random() < 0.5:
            return self.random.choice(EDGES)
        return date(2018, 7, 1) + timedelta(self.random.randint(0, 800))

    def after(self, day: date) -> date:
        """A day that is not earlier."""
        return day + timedelta(self.random.choice([0, 0, 1, 3, 13, 14, 15, 29, 30, 31, 60, 90, 200, 365, 366, 400]))

    def perhaps(self, value: Any, chance: float = 0.75) -> Any:
        return value if self.random.random() < chance else None

    def delivery(self) -> int:
        return self.random.randint(1, 3)

    def case_id(self) -> str:
        """Mostly of a case that is there."""
        known = [c["arende_id"] for c in self.cases]
        return str(self.random.choice(known) if known and self.random.random() < 0.93 else f"{self.prefix}borta")

    def case(self, number: int, cases: int) -> Record:
        """Often of a person who has one already, and then perhaps opened again about when that was closed."""
        start, role = self.day(), self.code("roll")
        person = f"{self.prefix}p{self.random.randint(0, max(0, cases * 2 // 3))}"
        closed = [c for c in self.cases if c["slutdatum"]]
        if closed and self.random.random() < 0.3:
            earlier = self.random.choice(closed)
            person, role = earlier["person_id"], self.code("roll", earlier["roll"])
            start = earlier["startdatum"] if self.random.random() < 0.3 else earlier["slutdatum"]
            start += timedelta(self.random.choice([-1, 0, 0, 1, 2, 200, 365, 366, 367, 730, 731]))
        elif self.random.random() < 0.12:
            start = date(self.random.randint(2016, 2021), self.random.randint(1, 12), self.random.randint(1, 28))
        inquiry = self.perhaps(self.random.choice([self.day(), start, self.after(start)]))
        end = self.perhaps(self.after(start), 0.7)
        goal = self.code("ja_nej", "ja", None)
        return {
            "arende_id": f"{self.prefix}a{number}",
            "person_id": person,
            "roll": role,
            "vuxen": "nej" if role == "barn" else "ja",
            "kon": self.pick(self.sexes),
            "aldersgrupp": self.code("aldersgrupp", "13_17", "18_25", "26_40"),
            "verksamhetsomrade": self.code("verksamhetsomrade", "vuxen", "aldre", None),
            "enhet": self.pick([None, "enhet_1", "enhet_2", "enhet_10"]),
            "valdstyp": self.perhaps(";".join(self.random.sample(list(CODES["valdstyp"]), self.random.randint(1, 3)))),
            "svarighetsgrad": self.perhaps(self.code("svarighetsgrad")),
            "relation_till_utovare": self.perhaps(self.code("relation", "partner", "okand")),
            "utovarens_kon": self.perhaps(self.code("kon")),
            "hederskontext": self.code("ja_nej"),
            "skyddade_personuppgifter": self.perhaps(self.code("ja_nej")),
            "utredning_inledd": inquiry,
            "utredning_avslutad": self.perhaps(self.after(inquiry)) if inquiry else self.perhaps(self.day(), 0.2),
            "startdatum": start,
            "slutdatum": end,
            "avslutsorsak": self.perhaps(self.code("avslutsorsak")) if end else None,
            "overgripande_mal_finns": goal,
            "mal_bedomning": self.perhaps(self.code("mal_bedomning")) if end else None,
            "mal_bedomt_av": self.perhaps(self.code("mal_bedomt_av")) if end else None,
            "leverans_id": self.delivery(),
        }

    def contact(self, number: int) -> Record:
        return {
            "aktualisering_id": f"{self.prefix}k{number}",
            "arende_id": self.perhaps(self.case_id(), 0.6),
            "datum": self.day(),
            "vag": self.code("vag"),
            "verksamhetsomrade": self.perhaps(self.code("verksamhetsomrade")),
            "malgrupp": self.code("malgrupp"),
            "kon": self.pick(self.sexes),
            "aldersgrupp": self.code("aldersgrupp"),
            "utfall": self.code("aktualisering_utfall"),
            "leverans_id": self.delivery(),
        }

    def support(self, number: int) -> Record:
        how = self.code("beslut", "bifall")
        free = how == "utan_behovsprovning"
        decided = self.perhaps(self.day(), 0.5 if free else 1)
        begun = self.perhaps(self.pick([self.day()], [self.after(decided)] if decided else ()))
        if free and decided is None and begun is None:
            begun = self.day()
        end = self.perhaps(self.after(begun), 0.6) if begun else self.perhaps(self.day(), 0.4)
        whose = self.case_id()
        closed = next((c["slutdatum"] for c in self.cases if c["arende_id"] == whose), None)
        edges = [d - timedelta(n) for d in (closed, date(2019, 11, 30)) if d for n in (0, 29, 30, 31)]
        edges = [d for d in edges if begun is None or d >= begun]
        kind = self.code("insatstyp", "skyddat_boende", "samtal_utovare", "stodsamtal")
        if edges and self.random.random() < (0.6 if kind == "skyddat_boende" else 0.1):
            end = self.random.choice(edges)
        need = self.perhaps(self.code("ja_nej", "ja"))
        return {
            "insats_id": f"{self.prefix}i{number}",
            "arende_id": whose,
            "insatstyp": kind,
            "beslutsdatum": decided,
            "beslut": how,
            "verkstalld": begun,
            "slutdatum": end,
            "utforare_id": self.pick([None, "jour_1", "egen_regi"]),
            "riktad_hedersutsatt": self.perhaps(self.code("ja_nej", "ja")),
            "antal_tillfallen": self.perhaps(self.random.randint(0, 12), 0.6),
            "kostnad_kr": self.perhaps(float(self.random.choice([0, 1200, 1750, 9000.5, 64000])), 0.6),
            "plan_mal_natt": self.perhaps(self.code("mal_bedomning")),
            "anpassningsbehov": need,
            "anpassning_tillgodosedd": self.perhaps(self.code("ja_nej")) if need == "ja" else None,
            "leverans_id": self.delivery(),
        }

    def child(self, cases: int) -> Record:
        """A child may be in two parents' cases and have one of its own, and the cases need not agree."""
        who = f"{self.random.choice('bp')}{self.random.randint(0, max(1, cases // 4))}"
        where = self.case_id()
        days = Counter(c["startdatum"] for c in self.cases)
        if days and self.random.random() < 0.15:
            ((most, _),) = days.most_common(1)
            who, where = "b0", self.random.choice([c["arende_id"] for c in self.cases if c["startdatum"] == most])
        return {
            "barn_id": f"{self.prefix}{who}",
            "arende_id": where,
            "aldersgrupp": self.code("aldersgrupp", "0_6", "7_12", "13_17"),
            "kon": self.pick(self.sexes),
            "utsatt_eller_bevittnat": self.code("utsatt_eller_bevittnat"),
            "eget_beslut": self.perhaps(self.code("ja_nej")),
            "forskola_skola_ordnad": self.perhaps(self.code("ja_nej")),
            "tillfragad_om_vald": self.perhaps(self.code("ja_nej")),
            "utredning": self.perhaps(self.code("ja_nej")),
            "leverans_id": self.delivery(),
        }

    def assessment(self) -> Record:
        return {
            "arende_id": self.case_id(),
            "instrument": self.code("instrument_bedomning"),
            "instrumentversion": None,
            "syfte": self.code("syfte"),
            "datum": self.day(),
            "niva": self.perhaps(self.code("niva")),
            "leverans_id": self.delivery(),
        }

    def measurement(self) -> Record:
        """About a case's start or end, on the edges of the windows, mostly with the perspective of its role."""
        fas = self.code("fas", "fore", "efter")
        case = self.random.choice(self.cases) if self.cases and self.random.random() < 0.95 else None
        near = self.day()
        if case:
            near = case["slutdatum"] if fas == "efter" and case["slutdatum"] else case["startdatum"]
        own = "utovat" if case and case["roll"] == "valdsutovare" else "utsatt"
        off = self.random.choice([-31, -30, -15, -14, -1, 0, 0, 0, 1, 5, 14, 15, 60, 90, 91])
        answered = self.random.random() < 0.8
        answers = {name: self.perhaps(self.code("ja_nej")) if answered else None for name in VIOLENCE}
        return {
            "arende_id": case["arende_id"] if case else f"{self.prefix}borta",
            "insats_id": self.random.choice([None, None, *self.insatser[:3]]),
            "fas": fas,
            "matdatum": near + timedelta(off),
            "instrument": self.code("instrument_matning", "uppfoljningsfragor"),
            "uppgiftslamnare": self.code("uppgiftslamnare", "klient"),
            "perspektiv": own if self.random.random() < 0.9 else self.code("perspektiv"),
            **answers,
            "trygghet": self.perhaps(self.random.randint(1, 5)) if answered else None,
            "halsa": self.perhaps(self.random.randint(1, 5)) if answered else None,
            "poang": self.perhaps(self.random.choice([0.0, 2.5, 7.0, 11.0, 40.0]), 0.5) if answered else None,
            "saknas_orsak": self.perhaps(self.code("saknas_orsak"), 0.2 if answered else 0.7),
            "leverans_id": self.delivery(),
        }

    def unregistered(self) -> Record:
        return {
            "enhet": self.pick(["enhet_1", "enhet_2"]),
            "insatstyp": self.code("insatstyp", "stodsamtal"),
            "manad": self.pick(MONTHS),
            "kon": self.pick(self.sexes),
            "antal": self.random.randint(0, 40),
            "leverans_id": self.delivery(),
        }

    def form(self, number: int) -> Record:
        return {
            "enhet": self.pick(["enhet_1", "enhet_2", "enhet_10"]),
            "period": self.pick(SPANS),
            "svar_nr": number + 1,
            "kon": self.pick(self.sexes),
            "betydelse": self.perhaps(self.code("enkat_betydelse")),
            "situation_nu": self.perhaps(self.code("enkat_situation")),
            "bemotande": self.perhaps(self.random.randint(1, 5)),
            "delaktighet": self.perhaps(self.random.randint(1, 5)),
            "leverans_id": self.delivery(),
        }

    def asked(self) -> Record:
        return {
            "enhet": self.pick(["enhet_1", "enhet_2", "enhet_10"]),
            "period": self.pick(SPANS),
            "kon": self.pick(self.sexes),
            "tillfragade": self.random.randint(0, 9),
            "leverans_id": self.delivery(),
        }

    def population(self) -> list[Record]:
        """Persons by sex in some of the years: mostly by groups that begin at 18, at times by tens of years or none."""
        ages = self.random.choice(
            [["0_17", "18_64", "65_plus"]] * 3 + [["totalt", "0_17", "18_plus"], ["0_9", "10_plus"]]
        )
        return [
            {"kommunkod": "0114", "ar": year, "kon": kon, "alder": age, "antal": self.random.choice([0, 900, 12_345])}
            | {"leverans_id": 4}
            for year in self.random.sample([2018, 2019, 2020], self.random.randint(0, 3))
            for kon in self.random.choice([["kvinna", "man", "totalt"], ["kvinna", "man"]])
            for age in ages
        ]

    def local(self, cases: int) -> tuple[list[Record], list[Record]]:
        """Questions of the kommun's own with their answers, and the cases' answers, some to what is not declared."""
        asked = {"boende_nu": ["eget", "hos_annan", "saknas"], "larm": ["ja", "nej"], "aldrig_svarad": ["x"]}
        declared = [
            {"variabel": variable, "titel": f"Fråga {variable}", "varde": code, "etikett": f"Svar {code}"}
            | {"rad": row, "leverans_id": self.delivery()}
            for variable, codes in asked.items()
            for row, code in enumerate(codes, 1)
        ]
        given = []
        for _ in self.some(2 * cases):
            variable = self.pick(["boende_nu", "larm", "odeklarerad"])
            code = self.pick([*asked.get(variable, []), "annat"])
            given.append({"arende_id": self.case_id(), "variabel": variable, "varde": code})
            given[-1]["leverans_id"] = self.delivery()
        return declared, given
