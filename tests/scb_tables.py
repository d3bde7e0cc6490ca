"""Tables as SCB's PxWeb writes them, built by hand for tests: the product's own writer is not used. No tests here."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

Pairs = Sequence[tuple[str, str]]
"""Codes with their labels."""

REGIONS: Pairs = (("0114", "Upplands Väsby"), ("0115", "Vallentuna"))
SEXES: Pairs = (("1", "män"), ("2", "kvinnor"), ("TotSa", "totalt, samtliga män och kvinnor"))
POPULATION: Pairs = (("BE0101N1", "Folkmängd"),)
LABELS = {"Region": "region", "Alder": "ålder", "Kon": "kön", "ContentsCode": "tabellinnehåll", "Tid": "år"}


def table(
    dimensions: Mapping[str, Pairs],
    values: Sequence[Any],
    *,
    index: str = "object",
    value: str = "list",
    status: Any = None,
) -> dict[str, Any]:
    """json-stat2 with the shapes that the standard allows: index object or list, value list or only what is there."""
    data: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd efter region, ålder, kön och år",
        "source": "SCB",
        "updated": "2025-02-20T07:00:00Z",
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "id": list(dimensions),
        "size": [len(pairs) for pairs in dimensions.values()],
        "dimension": {
            name: {
                "label": LABELS.get(name, name.lower()),
                "category": {
                    "index": [c for c, _ in pairs] if index == "list" else {c: i for i, (c, _) in enumerate(pairs)},
                    "label": dict(pairs),
                },
            }
            for name, pairs in dimensions.items()
        },
        "value": list(values) if value == "list" else {str(i): v for i, v in enumerate(values) if v is not None},
    }
    data["role"] = {name: ids for name, ids in data["role"].items() if set(ids) <= set(dimensions)}
    return data | ({"status": status} if status is not None else {})


def population(
    count: Callable[..., Any],
    *,
    regions: Pairs = REGIONS,
    ages: Pairs | None = None,
    sexes: Pairs | None = SEXES,
    years: Sequence[str] = ("2024",),
    **shape: Any,
) -> dict[str, Any]:
    """A population table: ``count`` gets the labels of each cell (region code, age, sex, year)."""
    dimensions: dict[str, Pairs] = {"Region": regions}
    dimensions |= {"Alder": ages} if ages else {}
    dimensions |= {"Kon": sexes} if sexes else {}
    dimensions |= {"ContentsCode": POPULATION, "Tid": [(year, year) for year in years]}
    cells = product(
        [code for code, _ in regions],
        [label for _, label in ages or [("", "totalt ålder")]],
        [label for _, label in sexes or [("", "totalt")]],
        years,
    )
    return table(dimensions, [count(*cell) for cell in cells], **shape)


def raw(data: Any) -> bytes:
    """As it comes over the wire."""
    return json.dumps(data, ensure_ascii=False).encode()
