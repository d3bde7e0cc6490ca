"""Charts: what is hidden leaves no trace in them, axes are honest, and nobody needs colour to read them."""

import re
import struct
from dataclasses import replace
from functools import lru_cache
from xml.etree import ElementTree

import altair as alt
import pytest

from assets.report import diagram as diagrammen
from assets.report.diagram import Bild, stil
from assets.report.diagram.former import bild
from assets.report.modell import Diagram, Punkt, Ruta, Status
from tests.kartlaggning_tools import DIAGRAM, INTERVALL, ref

SVG = "{http://www.w3.org/2000/svg}"
NBSP = "\u00a0"


def punkt(
    kategori: str,
    serie: str,
    text: str,
    varde: float | None = None,
    status: Status = "visas",
    ends: tuple[float | None, float | None] = (None, None),
) -> Punkt:
    return Punkt(kategori, serie, Ruta((text,), status, ref("insatser", 1), varde), *ends)


def diagram(slag: str, *punkter: Punkt, form: str = "antal", id_: str = "prov") -> Diagram:
    return Diagram(id_, slag, "Rubrik", "Antal", punkter, "I ord.", "t", form)  # type: ignore[arg-type]


STAPLAR = diagram(
    "staplar",
    punkt("Zebra", "Kvinnor", "200", 200),
    punkt("Zebra", "Män", "▪", status="skyddas"),
    punkt("Apa", "Kvinnor", "50", 50),
    punkt("Apa", "Män", "–", status="saknas"),
)
DELADE = diagram(
    "delade",
    punkt("Kvinnor", "Ja", f"60,0{NBSP}%", 0.6),
    punkt("Kvinnor", "Nej", f"40,0{NBSP}%", 0.4),
    punkt("Män", "Ja", f"30,0{NBSP}%", 0.3),
    punkt("Män", "Nej", "▪", status="skyddas"),
    form="andel",
)
LINJE = diagram(
    "linje",
    *(punkt(str(2020 + n), "Kvinnor", str(100 + n), 100 + n) for n in range(4)),
    punkt("2020", "Män", "20", 20),
    punkt("2021", "Män", "▪", status="skyddas"),
    punkt("2022", "Män", "24", 24),
    punkt("2023", "Män", "30", 30),
)
rita = lru_cache(diagrammen.rita)
"""Drawing takes time, and the same chart is looked at from many sides."""
ALLA = (STAPLAR, DELADE, LINJE, DIAGRAM, INTERVALL)


def words(drawn: Bild) -> list[str]:
    return [t.text or "" for t in ElementTree.fromstring(drawn.svg).iter(f"{SVG}text")]  # noqa: S314  # our own


def bars(drawn: Bild, fill: str) -> list[tuple[float, float]]:
    """Where bars of this fill begin, and how long they are."""
    found = re.findall(rf'<path d="M([\d.]+),[\d.]+h([\d.]+)v[^"]*" fill="{re.escape(fill)}"', drawn.svg)
    return [(float(x), float(wide)) for x, wide in found]


@pytest.mark.parametrize("slag", ["staplar", "delade", "intervall", "linje"])
def test_a_chart_with_nothing_shown_is_refused(slag: str) -> None:
    hidden = diagram(slag, punkt("A", "Kvinnor", "▪", status="skyddas"), punkt("A", "Män", "–", status="saknas"))
    with pytest.raises(ValueError, match="prov"):
        rita(hidden)
    with pytest.raises(ValueError, match="prov"):
        rita(replace(hidden, punkter=()))


HIDDEN: list[tuple[Diagram, Status]] = [
    *((chart, "skyddas") for chart in (STAPLAR, DELADE, LINJE, INTERVALL)),
    (STAPLAR, "saknas"),
    (LINJE, "ej_tillampligt"),
]


@pytest.mark.parametrize(("chart", "status"), HIDDEN, ids=[f"{d.slag}-{status}" for d, status in HIDDEN])
def test_what_a_hidden_point_holds_changes_nothing(chart: Diagram, status: Status) -> None:
    def with_last(varde: float | None, ends: tuple[float | None, float | None]) -> Diagram:
        last = chart.punkter[-1]
        cell = replace(last.ruta, delar=("▪",), status=status, varde=varde)
        return replace(chart, punkter=(*chart.punkter[:-1], replace(last, ruta=cell, lag=ends[0], hog=ends[1])))

    empty = rita(with_last(None, (None, None)))
    assert rita(with_last(987654.0, (3.0, 876543.0))) == empty
    assert "987" not in empty.svg


def test_a_hidden_point_is_said_and_has_no_mark() -> None:
    drawn = rita(STAPLAR)
    assert "▪ skyddad" in words(drawn)
    assert "– uppgift saknas" in words(drawn)
    assert len(bars(drawn, stil.KVINNA.farg)) == 2
    assert stil.MAN.farg not in drawn.svg  # nothing of men is shown, so nothing is drawn for them
    parts = rita(DELADE)
    assert "Nej: ▪ skyddad" in words(parts)
    assert len([b for b in bars(parts, stil.ANDRA[0].farg) if b[1] > 15]) == 2


def test_a_chart_says_that_what_it_does_not_draw_can_be_the_largest() -> None:
    assert "▪ En skyddad stapel ritas inte. Den kan vara den största." in words(rita(STAPLAR))
    assert "▪ En skyddad del ritas inte. Den kan vara den största." in words(rita(DELADE))
    assert "▪ Ett skyddat tal ritas inte. Det kan vara det största." in words(rita(LINJE))
    shown = replace(STAPLAR, punkter=tuple(p for p in STAPLAR.punkter if p.ruta.status != "skyddas"))
    assert not [w for w in words(rita(shown)) if "ritas inte" in w]


def test_a_protected_step_of_a_scale_says_it_itself() -> None:
    steps = [punkt(name, "", "9", 9) for name in ("1 (lägst)", "2", "3", "4")]
    scale = diagram("staplar", *steps, punkt("5 (högst)", "", "▪", status="skyddas"))
    assert "▪ skyddad, kan vara störst" in words(rita(scale))
    assert "▪ skyddad" in words(rita(STAPLAR))


def test_a_line_is_broken_where_a_year_is_hidden() -> None:
    whole = replace(
        LINJE, punkter=tuple(p if p.ruta.text != "▪" else punkt("2021", "Män", "22", 22) for p in LINJE.punkter)
    )

    def dashed(d: Diagram) -> int:
        return len(re.findall(rf'stroke="{stil.MAN.farg}" stroke-width="2" stroke-dasharray', rita(d).svg))

    assert (dashed(whole), dashed(LINJE)) == (3, 1)


def test_bars_begin_at_zero_and_are_as_long_as_their_numbers() -> None:
    (x, first), (x2, second) = bars(rita(STAPLAR), stil.KVINNA.farg)
    assert x == x2
    assert first / second == pytest.approx(4, rel=0.01)
    (low, high, marks) = stil.skala([200.0, 50.0], "antal")
    assert (low, marks[0], high >= 200) == (0, 0, True)
    assert stil.skala([-0.5, 1.2], "skillnad")[:2] == (-0.5, 1.5)
    assert stil.skala([0.02, 0.03], "andel")[:2] == (0, 1)


def test_shares_have_an_axis_to_the_whole() -> None:
    said = words(rita(INTERVALL))
    assert [w for w in said if w.endswith("%")] == [f"{n}{NBSP}%" for n in (0, 25, 50, 75, 100)]


def test_parts_counted_in_persons_fill_a_bar_each_where_all_is_shown() -> None:
    many = [punkt("Kvinnor", "Ja", "300", 300), punkt("Kvinnor", "Nej", "100", 100)]
    few = [punkt("Män", "Ja", "30", 30), punkt("Män", "Nej", "10", 10)]
    big, small = (b for b in bars(rita(diagram("delade", *many, *few)), stil.ANDRA[0].farg) if b[1] > 15)
    assert big == small


def test_order_is_the_given_one_and_numbers_are_the_tables() -> None:
    said = words(rita(STAPLAR))
    assert said.index("Zebra") < said.index("Apa")
    assert f"1{NBSP}234" in words(rita(DIAGRAM))
    assert "75,0 % (30 av 40) [60–86]" in words(rita(INTERVALL))


def test_a_span_is_a_light_bar_between_its_ends() -> None:
    svg = rita(DIAGRAM).svg
    assert "10–19" in svg
    zero = bars(rita(DIAGRAM), stil.KVINNA.farg)[0][0]
    ((x, wide),) = re.findall(r'<path d="M([\d.]+),[\d.]+h([\d.]+)v[^"]*" fill="#ffffff"[^>]*dasharray', svg)
    per_unit = bars(rita(DIAGRAM), stil.KVINNA.farg)[0][1] / 1234
    assert float(x) == pytest.approx(zero + 10 * per_unit, abs=0.02)
    assert float(wide) == pytest.approx(9 * per_unit, abs=0.02)


def test_sexes_are_told_apart_by_word_and_pattern() -> None:
    both = diagram("staplar", punkt("A", "Kvinnor", "9", 9), punkt("A", "Män", "8", 8))
    drawn = rita(both)
    assert {"Kvinnor", "Män"} <= set(words(drawn))
    assert 'fill="url(#d-prov-snedrand)"' in drawn.svg
    assert '<pattern id="d-prov-snedrand"' in drawn.svg
    assert 'id="d-prov-' not in rita(replace(both, id="annat")).svg  # two charts can stand in one page


def _light(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out_from_paper_and_text_more() -> None:
    looks = (stil.KVINNA, stil.MAN, stil.TOTALT, *stil.ANDRA)
    assert min(1.05 / (_light(u.farg) + 0.05) for u in looks) >= 3
    assert min(1.05 / (_light(c) + 0.05) for c in (stil.BLACK, stil.GREY)) >= 4.5
    assert len({(u.monster, u.form) for u in stil.ANDRA}) == len(stil.ANDRA)


@pytest.mark.parametrize("chart", ALLA, ids=lambda d: d.slag + d.id)
def test_a_chart_needs_nothing_beside_it_and_tells_itself(chart: Diagram) -> None:
    odd = replace(chart, rubrik='<b> & "x"', alt="Ett & två < tre", punkter=(
        replace(chart.punkter[0], kategori='A & "B" <script>alert(1)</script>'), *chart.punkter[1:]
    ))  # fmt: skip
    svg = rita(odd).svg
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own
    assert (root.get("role"), root.get("lang")) == ("img", "sv")
    assert root.findtext(f"{SVG}title") == '<b> & "x"'
    assert root.findtext(f"{SVG}desc") == "Ett & två < tre"
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert (root.get("aria-labelledby") or "").split() == ids[:2]
    assert not re.search(r"href|<script|<style|<image|@font|url\((?!#)", svg)
    assert re.findall(r"https?://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"]
    assert svg.count("font-family") == 1
    assert "aria-roledescription" not in svg


@pytest.mark.parametrize("chart", [LINJE, DIAGRAM], ids=["linje", "staplar"])
def test_the_same_chart_is_the_same_bytes_and_valid_for_its_library(chart: Diagram) -> None:
    drawn = rita(chart)
    assert diagrammen.rita(chart) == drawn
    wide, high = struct.unpack(">II", drawn.png[16:24])
    assert (wide, high) == (3 * drawn.bredd, 3 * drawn.hojd)
    yta, height = bild(chart)
    assert alt.Chart.from_dict(yta.spec(round(height)))


def test_long_names_keep_within_the_drawing() -> None:
    name = "Samordnad individuell planering tillsammans med regionens och kommunens samtliga verksamheter " * 2
    drawn = rita(diagram("staplar", punkt(name, "Kvinnor", "9", 9), punkt("Kort", "Kvinnor", "3", 3)))
    lines = [w for w in words(drawn) if "verksamheter" in w or "Samordnad" in w]
    assert len(lines) > 1
    assert max(stil.bredd(line) for line in words(drawn)) <= drawn.bredd
    assert stil.ryms("a" * 300, 100).endswith("…")
