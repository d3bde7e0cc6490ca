"""The attacker finds what publications leak in each known way, and nothing in those that are well protected."""

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path
from statistics import NormalDist

import pytest

import quality.attacker as package
from assets.tables.catalogue import planned
from pipelines.show_disclosure import verdict
from quality.attacker import Attack, Book, Hierarchy, Printed, attack, book, counterfactual, figures

Value = int | float | str | tuple[int, int] | None
BOOK = book(planned())
HIDE, GONE = None, "saknas"


def cell(
    value: Value,
    kon: str = "totalt",
    *,
    matt: str = "antal",
    tabell: str = "prov",
    utgava: int = 1,
    ar: int = 2019,
    period: str = "",
    **codes: str,
) -> Printed:
    base = (utgava, tabell, "0114", ar, period or str(ar), codes, kon, matt)
    if value is HIDE:
        return Printed(*base, "skyddas")
    if isinstance(value, str):
        return Printed(*base, value)
    return Printed(*base, "intervall", None, *value) if isinstance(value, tuple) else Printed(*base, "visas", value)


def row(kvinna: Value, man: Value, totalt: Value, **where: object) -> list[Printed]:
    told = zip(("kvinna", "man", "totalt"), (kvinna, man, totalt), strict=True)
    return [cell(value, kon, **where) for kon, value in told]  # type: ignore[arg-type]


def grid(values: list[list[Value]], **where: object) -> list[Printed]:
    """A table of rows a, b, ... and columns x, y, ...; the last of each is the total."""
    names = [[*"abcdefgh"[: len(values) - 1], "totalt"], [*"stuvwxyz"[: len(values[0]) - 1], "totalt"]]
    return [
        cell(value, rad=rad, kolumn=kolumn, **where)  # type: ignore[arg-type]
        for rad, line in zip(names[0], values, strict=True)
        for kolumn, value in zip(names[1], line, strict=True)
    ]


def found(made: Attack) -> dict[tuple[str, ...], tuple[str, int, int]]:
    return {(f.where.matt, *(c for _, c in f.where.codes)): (f.slag, f.fran, f.till) for f in made.fynd}


def run(cells: Iterable[Printed], told: Book = BOOK, **said: object) -> Attack:
    made = attack(list(cells), told, **said)  # type: ignore[arg-type]
    assert not made.tid_ute and not made.oavgjorda and not made.motsagda
    return made


def test_the_men_are_what_is_left_of_the_total() -> None:
    made = run(row(34, HIDE, 37))

    assert found(made) == {("antal", "man"): ("exakt", 3, 3)}
    assert (made.avslojade, made.bevisade, made.granskade, made.skyddade) == (1, 1, 1, 1)


def test_with_the_total_hidden_too_nothing_is_left() -> None:
    made = run(row(34, HIDE, HIDE))

    assert made.rent and made.avslojade == 0 and made.skyddade == 2


def test_people_of_unknown_sex_keep_the_men_unknown_only_where_they_may_exist() -> None:
    cells = [*row(34, HIDE, 41), cell(HIDE, "annat_okant")]

    assert run(cells).avslojade == 0
    assert found(run([*row(34, HIDE, 37), cell(HIDE, "annat_okant")])) == {
        ("antal", "man"): ("smatt", 1, 2),
        ("antal", "annat_okant"): ("smatt", 1, 2),
    }


def test_a_count_printed_below_five_is_read() -> None:
    assert found(run(row(20, 1, 21))) == {("antal", "man"): ("direkt", 1, 1)}
    assert run([cell(3, matt="antal_brott", tabell="anmalda_brott", brott_id="1", omrade="kommun")]).avslojade == 0


def test_four_by_four_with_two_hidden_in_every_line_and_one_of_them_certain() -> None:
    # Every row and column has two hidden cells, or none; rows b and columns s tell that a,s is as large as it is.
    cells = grid(
        [
            [HIDE, HIDE, 20, 20, 47],
            [HIDE, HIDE, 20, 20, 42],
            [20, 20, HIDE, HIDE, 50],
            [20, 20, HIDE, HIDE, 51],
            [46, 43, 50, 51, 190],
        ]
    )

    got = found(run(cells))

    assert got[("antal", "t", "b")] == ("exakt", 1, 1) and got[("antal", "s", "b")] == ("exakt", 1, 1)
    assert got[("antal", "t", "a")] == ("exakt", 2, 2)
    assert not any(key[1:] in {("s", "a"), ("u", "c")} for key in got), "large cells are not what is looked for"


def test_a_frame_with_room_both_ways_tells_nothing() -> None:
    cells = grid([[HIDE, HIDE, 31], [HIDE, HIDE, 29], [30, 30, 60]])

    assert run(cells).avslojade == 0


def test_tables_protected_one_by_one_are_taken_together() -> None:
    exposed = row(30, HIDE, HIDE, tabell="heder", matt="antal_arenden")
    ongoing = [
        *row(20, 6, 26, tabell="arenden", matt="antal_arenden", roll="valdsutsatt_vuxen"),
        *row(10, HIDE, HIDE, tabell="arenden", matt="antal_arenden", roll="barn"),
    ]
    same = row(HIDE, 8, HIDE, tabell="vald", matt="antal_arenden")

    assert run([*exposed, *ongoing]).avslojade == 0
    assert found(run([*exposed, *ongoing, *same]))[("antal_arenden", "man", "barn")] == ("exakt", 2, 2)


def test_a_group_of_codes_is_its_parts() -> None:
    told = Book({("prov", "alder"): Hierarchy(("barn", "ung", "vuxen"), {"under_21": ("barn", "ung")})})
    cells = [cell(v, alder=a) for a, v in (("barn", 20), ("ung", HIDE), ("vuxen", HIDE), ("under_21", 23))]

    assert found(run([*cells, cell(HIDE)], told)) == {("antal", "ung"): ("exakt", 3, 3)}


def test_a_code_that_some_lack_leaves_room_in_the_total() -> None:
    by_area = [cell(v, tabell="arenden", matt="antal_arenden_omrade", verksamhetsomrade=a) for a, v in AREAS]

    assert run([*by_area, cell(40, tabell="arenden", matt="antal_arenden_omrade")]).avslojade == 0


AREAS = [
    *(("barn_unga", 10), ("vuxen", HIDE), ("ekonomiskt_bistand", 10), ("missbruk", 10), ("funktionshinder", 0)),
    *(("aldre", 0), ("socialpsykiatri", 0), ("vald", 0)),
]


def outcomes(better: Value, same: Value, worse: Value, pairs: Value, **more: Value) -> list[Printed]:
    said = {"antal_forbattrade": better, "antal_oforandrade": same, "antal_forsamrade": worse, "antal_par": pairs}
    return [cell(v, matt=m, tabell="utfall", utfallsmatt="trygghet") for m, v in {**said, **more}.items()]


def test_better_same_and_worse_are_the_pairs() -> None:
    assert found(run(outcomes(12, HIDE, 9, 23))) == {("antal_oforandrade", "trygghet"): ("exakt", 2, 2)}
    assert run(outcomes(12, HIDE, HIDE, 31)).avslojade == 0


@pytest.mark.parametrize("share", [0.097, 3 / 31], ids=["one decimal of a per cent", "in full"])
def test_a_share_gives_its_count(share: float) -> None:
    made = run(outcomes(HIDE, HIDE, HIDE, 31, andel_forbattrade=share))

    assert found(made) == {("antal_forbattrade", "trygghet"): ("exakt", 3, 3)}


def test_a_share_in_whole_per_cent_leaves_several() -> None:
    assert found(run(outcomes(HIDE, HIDE, HIDE, 300, andel_forbattrade=0.01))) == {
        ("antal_forbattrade", "trygghet"): ("smatt", 2, 4)
    }
    assert run(outcomes(HIDE, HIDE, HIDE, 480, andel_forbattrade=0.01)).avslojade == 0


def test_a_share_of_a_hidden_base_gives_both_when_printed_in_full() -> None:
    made = run(outcomes(HIDE, HIDE, HIDE, HIDE, andel_forbattrade=3 / 31), noll_dolda=())

    assert ("antal_forbattrade", "trygghet") not in found(made), "6 of 62 is as good"


def wilson(k: int, n: int) -> tuple[float, float]:
    """By the formula in the docs, rewritten with p."""
    z = NormalDist().inv_cdf(0.975)
    p = k / n
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return (p + z * z / (2 * n) - half) / (1 + z * z / n), (p + z * z / (2 * n) + half) / (1 + z * z / n)


def test_a_printed_interval_gives_both_counts() -> None:
    low, high = (round(e, 3) for e in wilson(4, 23))
    names = ("personer_forbattrade", "antal_personer_intervall")
    cells = [cell(HIDE, matt=m, tabell="utfall", utfallsmatt="trygghet") for m in names]
    ends = [
        cell(v, matt=f"andel_forbattrade_{e}", tabell="utfall", utfallsmatt="trygghet")
        for e, v in (("lag", low), ("hog", high))
    ]

    assert run(cells).avslojade == 0
    assert found(run([*cells, *ends])) == {("personer_forbattrade", "trygghet"): ("exakt", 4, 4)}


def test_a_rate_per_ten_thousand_gives_its_count() -> None:
    def kolada(rate: Value) -> list[Printed]:
        values = {"antal_vuxna": 36_000, "antal_u30751_personer": HIDE, "per10000_u30751_personer": rate}
        return [cell(v, matt=m, tabell="kolada") for m, v in values.items()]

    assert found(run(kolada(1.1))) == {("antal_u30751_personer",): ("exakt", 4, 4)}
    assert run(kolada(HIDE)).avslojade == 0


def test_a_mean_beside_its_distribution_gives_what_is_hidden() -> None:
    steps: dict[str, Value] = {"fore_1": HIDE, "fore_2": HIDE, "fore_3": 0, "fore_4": 0, "fore_5": 20}
    mean = (2 * 1 + 6 * 2 + 20 * 5) / 28

    assert run(outcomes(10, 9, 9, 28, **steps)).avslojade == 0
    got = found(run(outcomes(10, 9, 9, 28, **steps, medel_fore=mean)))
    assert got == {("fore_1", "trygghet"): ("exakt", 2, 2)}


def test_everybody_in_a_group_is_told_though_the_group_is_large() -> None:
    assert found(run(outcomes(23, 0, 0, 23))) == {("antal_forbattrade", "trygghet"): ("grupp", 0, 0)}
    assert ("antal_forbattrade", "trygghet") in found(run(outcomes(38, HIDE, HIDE, 40)))
    assert run(outcomes(20, 10, 9, 39)).avslojade == 0


def test_the_rest_of_a_hidden_group_may_be_certain() -> None:
    hidden = {("utfall", f"antal_{d}") for d in ("forbattrade", "oforandrade", "forsamrade")}
    cells = outcomes(HIDE, 0, (0, 2), 40)

    assert found(run(cells, noll_dolda=hidden))[("antal_forbattrade", "trygghet")] == ("grupp", 0, 2)


@pytest.mark.parametrize(("span", "leak"), [((1, 4), ("smatt", 1, 4)), ((1, 9), None), ((2, 2), ("exakt", 2, 2))])
def test_a_span_must_be_wide(span: tuple[int, int], leak: tuple[str, int, int] | None) -> None:
    assert found(run(row(34, span, HIDE))).get(("antal", "man")) == leak


def test_what_another_edition_shows_is_tried() -> None:
    # Withdrawn or not, what was once printed is known.
    before = [*row(HIDE, 9, HIDE, utgava=1)]
    after = [*row(HIDE, HIDE, 13, utgava=2)]

    assert run(before).rent and run(after).rent
    made = run([*before, *after])
    assert found(made) == {("antal", "kvinna"): ("exakt", 4, 4)}
    assert made.bevisade == 0 and {f.grund for f in made.fynd} == {"antaget"}


def test_a_guess_that_does_not_fit_is_given_up_and_said() -> None:
    before = row(HIDE, 9, 13, utgava=1)
    after = row(HIDE, HIDE, 8, utgava=2)

    made = run([*before, *after])

    assert {(f.utgava, f.where.code("kon")) for f in made.fynd} == {(1, "kvinna")} and made.slappta


def test_a_small_revision_tells_of_those_few() -> None:
    before, after = row(34, HIDE, HIDE, utgava=1), row(36, HIDE, HIDE, utgava=2)

    assert found(run([*before, *after])) == {("antal", "kvinna"): ("skillnad", 2, 2)}
    assert run([*before, *row(44, HIDE, HIDE, utgava=2)]).avslojade == 0
    assert run([*before, *row(34, HIDE, HIDE, utgava=2)]).avslojade == 0


@pytest.mark.parametrize(("matt", "exact"), [("antal_startade", True), ("antal_arenden", False)])
def test_pooled_years_are_the_years_together_only_where_each_row_counts_once(matt: str, exact: bool) -> None:
    years = [cell(v, matt=matt, tabell="arenden", ar=y) for y, v in ((2017, 20), (2018, HIDE), (2019, 30))]
    pooled = cell(53, matt=matt, tabell="arenden", ar=2019, period="2017_2019")

    got = found(run([*years, pooled]))

    assert got == ({(matt,): ("exakt", 3, 3)} if exact else {})


def test_a_base_that_is_said_to_be_too_small_is_known_to_be_so() -> None:
    cells = outcomes(GONE, GONE, GONE, HIDE, antal_arenden=40, antal_utan_efter=36, antal_med_efter=HIDE)

    assert found(run(cells)) == {("antal_par", "trygghet"): ("smatt", 1, 4), ("antal_med_efter", "trygghet"): (
        "exakt", 4, 4)}  # fmt: skip


def test_when_time_is_out_nothing_is_called_safe() -> None:
    made = attack(row(34, HIDE, HIDE), BOOK, seconds=0)

    assert made.oavgjorda and made.tid_ute and not made.rent and made.avslojade == 0


def test_a_publication_that_contradicts_itself_is_not_called_safe() -> None:
    made = attack([*row(34, (1, 2), 40), *row(34, 6, 40, utgava=2)], BOOK)

    assert made.slappta and not made.rent


def test_what_contradicts_itself_is_told_from_time_that_ran_out(capsys: pytest.CaptureFixture[str]) -> None:
    tampered = attack(row(34, HIDE, 30), BOOK)
    late = attack(row(34, HIDE, HIDE), BOOK, seconds=0)

    assert tampered.motsagda == tampered.as_json()["motsagda"] == 1
    assert not (tampered.oavgjorda or tampered.tid_ute or tampered.rent or late.motsagda)
    verdict(tampered)
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "1 cell går inte att pröva, för de tryckta talen säger emot varandra" in said and "--sekunder" not in said
    verdict(late)
    assert "--sekunder" in capsys.readouterr().out


def test_the_answer_is_plain_data() -> None:
    said = json.loads(json.dumps(run(row(34, HIDE, 37)).as_json()))

    assert said["avslojade"] == 1
    assert said["fynd"][0] | {"dimensioner": {}} == {
        **{"utgava": 1, "tabell": "prov", "kommun": "0114", "ar": 2019, "period": "2019", "dimensioner": {}},
        **{"kon": "man", "matt": "antal", "slag": "exakt", "fran": 3, "till": 3, "grund": "bevisat"},
    }


def test_every_relation_names_what_the_plan_has() -> None:
    tables = {t.tabell: t for t in planned()}
    for link in BOOK.links:
        for term in (*link.left, *link.right):
            table = tables[term.tabell]
            assert term.matt in {m.matt for m in table.matt}, link.name
            assert {*term.codes, *term.free} <= {*table.dimensioner, "kon"}, link.name
            told = {(c.dimension, c.kod) for c in table.koder}
            closed = {c.dimension for c in table.koder if c.kod != "totalt"}
            assert {(d, c) for d, c in term.codes.items() if d in closed} <= told, link.name
    assert {(t, m) for t, *both in BOOK.traits for m in both} <= {(t, m.matt) for t in tables for m in tables[t].matt}


def test_it_shares_no_code_with_what_protects() -> None:
    for path in Path(str(package.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.startswith(("quality.disclosure", "assets", "pipelines"))], path.name


# --- the audited figures ----------------------------------------------------------------------------------------------

EY = Path(__file__).resolve().parents[2] / "examples" / "aggregat_0114_2019.csv"


def audited() -> list[dict[str, str]]:
    import csv

    with EY.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_audited_report_tells_of_three_men_one_man_and_four_young_people() -> None:
    made = counterfactual(figures(audited(), open_tables=("anmalda_brott",)))

    seen = {(dict(s.figure.dimensioner).popitem()[1], s.kon, s.antal, s.hur) for s in made.tryckt}
    assert seen == {
        ("stodsamtal", "man", 3, "direkt"),
        ("skyddat_boende", "man", 1, "direkt"),
        ("origo", "totalt", 4, "direkt"),
    }
    derived = {(dict(s.figure.dimensioner)["insatstyp"], s.kon, s.antal, s.hur) for s in made.bara_sma_dolda}
    assert derived == {("stodsamtal", "man", 3, "harlett"), ("skyddat_boende", "man", 1, "harlett")}
    assert "kontrafaktiskt" in made.as_json()["anmarkning"] and made.as_json()["kontrafaktiskt"] is True


def test_the_protected_report_would_have_told_of_nobody() -> None:
    def protected(total: Value) -> list[Printed]:
        where = {"tabell": "insatser", "matt": "antal_insatser"}
        return [
            *row(34, HIDE, total, insatstyp="stodsamtal", **where),
            *row(20, HIDE, HIDE, insatstyp="skyddat_boende", **where),
        ]

    told = figures(audited(), open_tables=("anmalda_brott",))
    safe = counterfactual(told, skyddat=protected(HIDE), book=BOOK).skyddat
    unsafe = counterfactual(told, skyddat=protected(37), book=BOOK).skyddat

    assert safe is not None and safe.rent
    assert unsafe is not None and found(unsafe) == {("antal_insatser", "stodsamtal", "man"): ("exakt", 3, 3)}
