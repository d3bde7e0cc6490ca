"""T3 utfall, bortfall: why answers before and after are missing, and how those who were lost differ from those kept.

What a pair is, and why an answer is missing, is decided in ``utfall_par``. Coverage of single variables is T16
(``bortfall``).
"""

from functools import partial

import numpy as np
import pandas as pd

from assets.tables import statistik
from assets.tables.measures import andel
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from assets.tables.utfall import SOURCES, remarks, remarks_of_exposed
from assets.tables.utfall_par import Bools, Closed, Floats, Ints, category, closed, coded, within
from warehouse.contracts.codes import CODES, label

QUESTIONS = tuple(CODES["utfall_fraga"])
PHASES = tuple(CODES["utfall_fas"])
ANSWERED = tuple(CODES["svarslage"])
TRAITS = tuple(CODES["startegenskap"])
_WHY = np.array(
    [ANSWERED.index(code) for code in (*CODES["saknas_orsak"], "ingen_matning", "utan_orsak")], dtype=np.int64
)
"""The place of each reason; the last two are reached by -2 and -1."""
_CHILD = {"0_6": "under_18", "7_12": "under_18", "13_17": "under_18"}


def _base(found: Closed, at: Ints, question: str) -> pd.DataFrame:
    cases = found.cases
    return pd.DataFrame(
        {
            "kommun": cases["kommun"].iloc[at].array,
            "kon": cases["kon"].iloc[at].array,
            "leverans_id": cases["leverans_id"].to_numpy()[at],
            "fraga": pd.Categorical([question] * len(at), categories=QUESTIONS),
        }
    )


def _has(found: Closed, question: str, phase: str) -> Bools:
    has: Bools = getattr(found.questions[question], f"har_{phase}")
    return has if has.ndim == 1 else np.asarray(has.any(axis=1))


def situations(inputs: Inputs, period: Period, *, exposed: bool = True) -> pd.DataFrame:
    """Cases closed in the period, one row a case, question and phase: answered, or why not."""
    found = closed(inputs)
    at = within(found, period, exposed=exposed)
    parts = []
    for question in QUESTIONS if exposed else ("vald",):
        for column, phase in enumerate(PHASES):
            has = _has(found, question, phase)[at]
            rows = _base(found, at, question)
            rows["fas"] = pd.Categorical([phase] * len(at), categories=PHASES)
            place = np.where(has, 0, _WHY[found.reasons[at, column]])
            rows["svarslage"] = category(place, ANSWERED)
            answer: Floats = getattr(found.questions[question], f"lev_{phase}")[at]
            rows["lev_matning"] = np.where(has, answer, found.reason_delivery[at, column])
            rows["har_svar"] = has
            parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _kept(found: Closed, at: Ints, question: str) -> pd.DataFrame:
    rows = _base(found, at, question)
    outcome = found.questions[question]
    rows["lev_fore"], rows["lev_efter"] = outcome.lev_fore[at], outcome.lev_efter[at]
    rows["kvar"] = outcome.par[at]
    rows["bortfallen"] = ~rows["kvar"]
    return rows


def kept(inputs: Inputs, period: Period, *, exposed: bool = True) -> pd.DataFrame:
    """Cases closed in the period, one row a case and question: with a pair, or without."""
    found = closed(inputs)
    at = within(found, period, exposed=exposed)
    return pd.concat([_kept(found, at, q) for q in (QUESTIONS if exposed else ("vald",))], ignore_index=True)


def traits(inputs: Inputs, period: Period, *, exposed: bool = True) -> pd.DataFrame:
    """Cases closed in the period, one row a case, question and thing known at start."""
    found = closed(inputs)
    at = within(found, period, exposed=exposed)
    known = [codes[at] for codes in inputs.once("utfall.startegenskaper", _traits)]
    parts = []
    for question in QUESTIONS if exposed else ("vald",):
        rows = _kept(found, at, question)
        parts += [rows.assign(egenskap=category(c, TRAITS)) for c in known]
    return pd.concat(parts, ignore_index=True)


def _traits(inputs: Inputs) -> list[Ints]:
    """Each closed case's place in ``startegenskap``: by age, heder and severity."""
    cases = closed(inputs).cases
    out = []
    for column, codes, prefix in (
        ("aldersgrupp", "aldersgrupp", "alder"),
        ("hederskontext", "ja_nej", "heder"),
        ("svarighetsgrad", "svarighetsgrad", "grad"),
    ):
        names = [f"{prefix}_{_CHILD.get(code, code)}" for code in (*CODES[codes], "saknas")]
        places = np.array([TRAITS.index(name) if name in TRAITS else -1 for name in names], dtype=np.int64)
        out.append(places[coded(cases[column], codes)])
    return out


def answers(inputs: Inputs, period: Period, *, exposed: bool = True) -> pd.DataFrame:
    """Cases closed in the period with an answer before, one row a case and question."""
    found = closed(inputs)
    at = within(found, period, exposed=exposed)
    parts = []
    for question in QUESTIONS if exposed else ("vald",):
        here = at[_has(found, question, "fore")[at]]
        last = found.questions[question].senast_fore[here]
        place = last - 1 if last.ndim == 1 else np.where((last == 1).any(axis=1), 5, 6)
        rows = _kept(found, here, question)
        rows["svar_fore"] = category(place.astype(np.int64), CODES["svar_fore"])
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


# --- declarations -------------------------------------------------------------------------------------------------

_QUESTION = Dimension("fraga", "utfall_fraga", "Fråga", total=False)
_SITUATION = (
    Measure("antal_avslutade", "", hidden=True),
    Measure("antal_arenden", "Avslutade ärenden"),
)
_COMPARED = (
    Measure("antal_kvar", "Ärenden med par, före och efter", where="kvar"),
    Measure("antal_bortfallna", "Ärenden utan par", where="bortfallen"),
    andel("andel_kvar", "Andel av ärendena med par", "antal_kvar", "bas_kvar", bas="bas_kvar"),
    andel("andel_bortfallna", "Andel av ärendena utan par", "antal_bortfallna", "bas_bortfallna", bas="bas_bortfallna"),
    Measure(
        "standardiserad_skillnad",
        "Standardiserad skillnad: utan par minus med par",
        "harledd",
        parts=("antal_bortfallna", "bas_bortfallna", "antal_kvar", "bas_kvar"),
        formula=statistik.standardiserad_skillnad_andel,
        bas="bas_minst",
        form="skillnad",
    ),
)
_BASES = (
    Measure("bas_kvar", "", where="kvar", hidden=True),
    Measure("bas_bortfallna", "", where="bortfallen", hidden=True),
    Measure("bas_minst", "", "harledd", parts=("bas_kvar", "bas_bortfallna"), formula=np.minimum, hidden=True),
)
_NEEDS = ("arende", "matning")


def _reasons(name: str, title: str, population: str, target: str, *, exposed: bool) -> TableSpec:
    question = (_QUESTION,) if exposed else ()
    rows = partial(situations, exposed=exposed)
    lineage = ("leverans_id", "lev_matning")
    outer = (*(d.name for d in question), "fas", "kon")
    return TableSpec(
        name=name,
        title=title,
        population=population,
        period_regel="avslutad",
        enhet="arende",
        malgrupp=target,
        dimensions=(
            *question,
            Dimension("fas", "utfall_fas", "Fas", total=False),
            Dimension("svarslage", "svarslage", "Svar eller orsak"),
            KON,
        ),
        sources=SOURCES,
        history=_NEEDS,
        follow_up_days=90,
        facts=(
            Fact(rows, outer, _SITUATION[:1], needs=_NEEDS, lineage=lineage),
            Fact(
                rows,
                (*outer[:-1], "svarslage", "kon"),
                (_SITUATION[1], andel("andel_arenden", "Andel av de avslutade", "antal_arenden", "antal_avslutade")),
                needs=_NEEDS,
                lineage=lineage,
            ),
        ),
        remarks=remarks_of_exposed if exposed else partial(remarks, exposed=False),
        breaks=() if exposed else ("verksamhetssystem:utovare",),
        notes=(
            "Varje avslutat ärende står på en rad i varje fas: med svar, med den orsak som angetts vid den senaste "
            "mätningen, eller utan mätning inom tiden. Frågan om våld är besvarad när minst ett av de sex slagen har "
            "ja eller nej.",
            "Ett svar i båda faserna blir inte alltid ett par: instrument och uppgiftslämnare kan skilja.",
        ),
    )


def _differences(
    name: str,
    title: str,
    rows: partial[pd.DataFrame],
    split: Dimension,
    notes: tuple[str, ...],
    group: tuple[str, str],
    *,
    exposed: bool,
    base: partial[pd.DataFrame] | None = None,
) -> TableSpec:
    """``base`` gives each case once, where ``rows`` gives it several times."""
    question = (_QUESTION,) if exposed else ()
    lineage = ("leverans_id", "lev_fore", "lev_efter")
    outer = tuple(d.name for d in question)
    return TableSpec(
        name=name,
        title=title,
        population=group[0],
        period_regel="avslutad",
        enhet="arende",
        malgrupp=group[1],
        dimensions=(*question, split, KON),
        sources=SOURCES,
        history=_NEEDS,
        follow_up_days=90,
        facts=(
            Fact(base or rows, (*outer, "kon"), _BASES, needs=_NEEDS, lineage=lineage),
            Fact(rows, (*outer, split.name, "kon"), _COMPARED, needs=_NEEDS, lineage=lineage),
        ),
        remarks=remarks_of_exposed if exposed else partial(remarks, exposed=False),
        breaks=() if exposed else ("verksamhetssystem:utovare",),
        notes=(*notes, _STANDARDISED),
    )


_STANDARDISED = (
    "Standardiserad skillnad: över noll är vanligare bland dem som saknar par. Under 0,1 brukar kallas försumbart, men "
    "i små grupper varierar talet mer än så av slumpen. Ett litet tal visar inte att bortfallet är ofarligt: det som "
    "skiljer kan vara något som ingen frågat om."
)
_TRAIT = Dimension("egenskap", "startegenskap", "Känt vid start", total=False)
_TRAIT_NOTE = (
    "Andelarna är av alla ärenden med par, och av alla ärenden utan par. Varje ärende har en ålder, en hederskontext "
    "och en svårighetsgrad, så de tre får inte läggas ihop."
)
_BEFORE_NOTE = (
    "Bara ärenden med svar före är med. Svaret är det sista före, också där det inte ingår i ett par. Andelarna är av "
    "dem med svar före: med par, och utan."
)


def _before(*, within_question: bool) -> Dimension:
    return Dimension(
        "svar_fore",
        None,
        "Svar före",
        within="fraga" if within_question else None,
        words=partial(label, "svar_fore"),
    )


_EXPOSED = ("Ärenden för våldsutsatta, vuxna och barn, som avslutats under året.", "Våldsutsatta vuxna och barn")
_PERPETRATORS = ("Ärenden för våldsutövare som avslutats under året.", "Våldsutövare: eget utövat våld")
_OWN = "Våldsutövares eget utövade våld:"

REASONS = _reasons("utfall_bortfall", "Före och efter: svar och orsaker till att svar saknas", *_EXPOSED, exposed=True)
TRAITS_SPEC = _differences(
    "utfall_bortfallna",
    "Före och efter: de som saknar par bredvid dem som har det, efter vad som var känt vid start",
    partial(traits),
    _TRAIT,
    (_TRAIT_NOTE,),
    _EXPOSED,
    exposed=True,
    base=partial(kept),
)
ANSWERS_SPEC = _differences(
    "utfall_bortfallna_svar",
    "Före och efter: de som saknar par bredvid dem som har det, efter svaret före",
    partial(answers),
    _before(within_question=True),
    (_BEFORE_NOTE,),
    _EXPOSED,
    exposed=True,
)
OWN_REASONS = _reasons(
    "utfall_utovare_bortfall", f"{_OWN} svar och orsaker till att svar saknas", *_PERPETRATORS, exposed=False
)
OWN_TRAITS = _differences(
    "utfall_utovare_bortfallna",
    f"{_OWN} de som saknar par bredvid dem som har det, efter vad som var känt vid start",
    partial(traits, exposed=False),
    _TRAIT,
    (_TRAIT_NOTE,),
    _PERPETRATORS,
    exposed=False,
    base=partial(kept, exposed=False),
)
OWN_ANSWERS = _differences(
    "utfall_utovare_bortfallna_svar",
    f"{_OWN} de som saknar par bredvid dem som har det, efter svaret före",
    partial(answers, exposed=False),
    _before(within_question=False),
    (_BEFORE_NOTE,),
    _PERPETRATORS,
    exposed=False,
)

SPECS = (REASONS, TRAITS_SPEC, ANSWERS_SPEC, OWN_REASONS, OWN_TRAITS, OWN_ANSWERS)
