"""What is drawn on: rectangles, lines, dots and words at their places, as an altair chart. What they say: ``former``.

Margins and places are counted here and not by the drawing library, so that nothing depends on a machine's fonts.
"""

from dataclasses import dataclass, field
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from assets.report.diagram.stil import BLACK, BREDD, GREY, GRID, TEXT

_ROUND = 2


@dataclass(slots=True)
class Yta:
    """A drawing ``BREDD`` pixels wide with an axis of values from ``fran`` to ``till`` between two margins."""

    fran: float
    till: float
    vanster: float
    hoger: float
    lager: list[tuple[str, dict[str, Any], dict[str, float | str]]] = field(default_factory=list)

    def px(self, value: float) -> float:
        """Where a value stands, in pixels from the left edge."""
        return self.vanster + (value - self.fran) / (self.till - self.fran) * (BREDD - self.vanster - self.hoger)

    def rekt(self, x: float, x2: float, y: float, y2: float, **style: Any) -> None:
        """A bar."""
        self._add("rect", style, x=x, x2=x2, y=y, y2=y2)

    def linje(self, x: float, x2: float, y: float, y2: float, **style: Any) -> None:
        """A line."""
        self._add("rule", style, x=x, x2=x2, y=y, y2=y2)

    def punkt(self, x: float, y: float, **style: Any) -> None:
        """A dot."""
        self._add("point", style, x=x, y=y)

    def text(self, x: float, y: float, said: str, **style: Any) -> None:
        """Words, from x on unless ``align`` says otherwise, their middle at y."""
        look = {"align": "left", "baseline": "middle", "fontSize": TEXT, "color": BLACK, **style}
        self._add("text", look, x=x, y=y, t=said)

    def axel(
        self, marks: list[float], labels: list[str], spans: list[tuple[float, float]], bottom: float | None = None
    ) -> None:
        """Thin lines at the marks of the axis behind the rows that ``spans`` (from y to y2) holds; values beneath."""
        for value, label in zip(marks, labels, strict=True):
            for y, y2 in spans:
                self.linje(self.px(value), self.px(value), y, y2, color=GRID, strokeWidth=1)
            under = spans[-1][1] if bottom is None else bottom
            self.text(self.px(value), under + 10, label, align="center", fontSize=11, color=GREY)

    def nollinje(self, spans: list[tuple[float, float]]) -> None:
        """The firm line at zero, over the bars that begin there."""
        for y, y2 in spans:
            self.linje(self.px(0), self.px(0), y, y2, color=GREY, strokeWidth=1)

    def spec(self, height: float) -> dict[str, Any]:
        """The chart in Vega-Lite's words, ``height`` pixels high."""

        def scale(end: float) -> alt.Scale:
            return alt.Scale(domain=[0, end], range=[0, end], nice=False, zero=False)

        channels: dict[str, Any] = {
            "x": alt.X("x:Q", scale=scale(BREDD), axis=None),
            "y": alt.Y("y:Q", scale=scale(height), axis=None),
            "x2": alt.X2("x2:Q"),
            "y2": alt.Y2("y2:Q"),
            "t": alt.Text("t:N"),
        }
        # To check each part against the whole schema takes longer than to draw it; the tests draw every kind.
        with debug_mode(False):
            return self._spec(channels, height)

    def _spec(self, channels: dict[str, Any], height: float) -> dict[str, Any]:
        layers = []
        for (mark, style), rows in self._alike().items():
            chart = getattr(alt.Chart(alt.InlineData(values=rows)), f"mark_{mark}")(
                **{n: list(v) if isinstance(v, tuple) else v for n, v in style}
            )
            layers.append(chart.encode(**{("text" if n == "t" else n): channels[n] for n in rows[0]}))
        whole = alt.layer(
            *layers,
            width=BREDD,
            height=height,
            autosize=alt.AutoSizeParams(type="none"),
            padding=0,
            config=alt.Config(aria=False, background="white", view=alt.ViewConfig(stroke=None)),
        )
        found: dict[str, Any] = whole.to_dict(validate=False)
        return found

    def _add(self, mark: str, style: dict[str, Any], **places: float | str) -> None:
        row = {n: v if isinstance(v, str) else round(v, _ROUND) for n, v in places.items()}
        self.lager.append((mark, style, row))

    def _alike(self) -> dict[tuple[str, tuple[Any, ...]], list[dict[str, float | str]]]:
        """Marks that look the same as one layer, drawn in the order in which their kinds first came."""
        made: dict[tuple[str, tuple[Any, ...]], list[dict[str, float | str]]] = {}
        for mark, style, row in self.lager:
            made.setdefault((mark, tuple(style.items())), []).append(row)
        return made
