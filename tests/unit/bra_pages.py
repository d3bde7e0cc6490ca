"""Pages of BRÅ's statistics database, as a stored page of it and clients for it show them. No tests here."""

import html
from collections.abc import Callable, Iterable, Mapping

Figures = Mapping[tuple[str, str, str], tuple[str | None, str | None]]
"""Region id, crime id and period id to count and rate, as texts; None is ``..``."""

Order = Callable[[str, str, str, str, str], tuple[str, ...]]


def seen_order(period: str, group: str, crime: str, region: str, measure: str) -> tuple[str, ...]:
    """The order of ids in a cell of the stored page."""
    return period, group, crime, region, measure


def thousands(figure: str | None, blank: str = "\u00a0") -> str:
    """``1416280`` as the database writes it."""
    return ".." if figure is None else f"{int(figure):,}".replace(",", blank)


def page(
    figures: Figures,
    periods: Mapping[str, tuple[str, str]],
    regions: Mapping[str, str],
    *,
    labels: Mapping[str, str] | None = None,
    measures: Iterable[str] = ("antal", "antal_100"),
    order: Order = seen_order,
    axis: bool = True,
    saved: bool = False,
    blank: str = "\u00a0",
) -> str:
    """A result page. ``periods``: id to the texts of its group and of itself (``("År", "2025")``)."""
    measures = tuple(measures)
    crimes = list(dict.fromkeys(crime for _, crime, _ in figures))
    groups = {text: str(280 + i) for i, text in enumerate(dict.fromkeys(group for group, _ in periods.values()))}

    def th(number: str, kind: str, text: str) -> str:
        return f'<th class="resultatRubrik2" id="{number}"{f" axis={kind!r}" if axis else ""} nowrap>\n {text}\n\n</th>'

    rows = [
        "<tr><td rowspan='3'></td>" + "".join(th(groups[text], "ar", text) for text in groups) + "</tr>",
        "<tr>" + "".join(th(number, "manader", text) for number, (_, text) in periods.items()) + "</tr>",
        "<tr>" + "".join(th(m, "matt", "Antal" if m == "antal" else "/100 000 inv") for m in measures) + "</tr>",
    ]
    for region, name in regions.items():
        rows.append(f"<tr>{th(region, 'region', name)}<td class='resultatRubrik1'></td></tr>")
        above = f'<td class="resultatAntal" headers="{region}">..</td>'
        rows.append(f'<tr><th headers="{region}">Brott mot brottsbalken</th>{above}</tr>')
        for crime in crimes:
            cells = []
            for period, (group, _) in periods.items():
                found = figures.get((region, crime, period))
                for measure in measures if found else ():
                    ids = " ".join(order(period, groups[group], crime, region, measure))
                    text = thousands(found[measures.index(measure) if len(measures) > 1 else 0], blank) if found else ""
                    cells.append(f'<td align="right" class="resultatAntal" headers="{ids}">{text}</td>')
            label = html.escape((labels or {}).get(crime, "Ett brott, med komma "))
            rows.append(f'<tr><th headers="{region}" nowrap>\n\n {label}\n\n</th>{"".join(cells)}</tr>')
    body = (
        '<table summary="Rubrik"><tr><td class="tabell-rubrik">Anmälda brott\n</td></tr></table>\n\n<table>\n'
        + "\n\n".join(rows)
        + "\n</table>"
    )
    if saved:
        body = f'<div id="tillagg-1" class="resultatAntal-ram"><table><tr><td>{body}</td></tr></table></div><svg></svg>'
    charset = "UTF-8" if saved else "ISO-8859-1"
    return (
        '\n\n<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"\n  "http://www.w3.org/TR/html4/strict.dtd">\n\n<HTML>\n<HEAD>\n'
        f'  <meta http-equiv="Content-Type" content="text/html; charset={charset}">\n'
        "  <title>Sol, online statistik, Resultat</title>\n</HEAD>\n\n"
        f'<BODY class="res-body">\n\n{body}\n\n</BODY>\n</HTML>\n'
    )
