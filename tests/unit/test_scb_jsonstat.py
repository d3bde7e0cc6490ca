"""json-stat2: what is refused and where, and that every shape of the same cube is read as the same cube."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.base import Unreadable
from sources.scb import jsonstat as scb_jsonstat
from sources.scb.jsonstat import Cube, Dimension, read_jsonstat, write_jsonstat
from tests.scb_tables import raw, table
from warehouse.contracts.faults import RULES, explain

FIXTURE = Path(__file__).parents[1] / "fixtures" / "scb_TAB6471_utdrag.json"


def small() -> dict[str, Any]:
    return table({"A": [("x", "X"), ("y", "Y")], "B": [("1", "ett"), ("2", "två"), ("3", "tre")]}, [1, 2, 3, 4, 5, 6])


def changed(*path: str, to: Any) -> bytes:
    data = small()
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return raw(data)


def without(*path: str) -> bytes:
    data = small()
    place = data
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return raw(data)


CATEGORY = ("dimension", "B", "category")
BAD: dict[str, tuple[bytes, str, str | None]] = {
    "nothing": (b"", "tom_fil", None),
    "only blanks": (b" \r\n", "tom_fil", None),
    "half of it": (raw(small())[: len(raw(small())) // 2], "json_fel", None),
    "all but the last byte": (raw(small())[:-1], "json_fel", None),
    "two answers": (raw(small()) * 2, "json_fel", None),
    "an error page": (b"<!doctype html><html><body>503</body></html>", "json_fel", None),
    "NaN": (raw(small()).replace(b"[1, 2", b"[NaN, 2"), "json_fel", None),
    "Infinity": (raw(small()).replace(b"[1, 2", b"[-Infinity, 2"), "json_fel", None),
    "nested without end": (b"[" * 200_000, "json_fel", None),
    "a number without end": (b'{"a": ' + b"9" * 100_000 + b"}", "json_fel", None),
    "a workbook": (b"PK\x03\x04" + raw(small()), "filformat", None),
    "cut inside a letter": ('{"a": "å'.encode() + "å".encode()[:1], "avkortad_fil", None),
    "a list": (b"[1, 2]", "jsonstat_fel", "class"),
    "a text": (b'"hej"', "jsonstat_fel", "class"),
    "a collection": (changed("class", to="collection"), "jsonstat_fel", "class"),
    "json-stat 1": (changed("version", to="1.03"), "jsonstat_fel", "version"),
    "an error in JSON": (raw({"title": "Missing selection", "status": 400}), "jsonstat_fel", "version"),
    "no id": (without("id"), "jsonstat_fel", "id"),
    "id of numbers": (changed("id", to=[1, 2]), "jsonstat_fel", "id"),
    "an id twice": (changed("id", to=["A", "A"]), "jsonstat_dubbelt", "id"),
    "an id that no dimension has": (changed("id", to=["A", "C"]), "jsonstat_fel", "dimension"),
    "a dimension that id does not know": (changed("dimension", "C", to={}), "jsonstat_fel", "dimension"),
    "dimensions as a list": (changed("dimension", to=[{}, {}]), "jsonstat_fel", "dimension"),
    "a size too few": (changed("size", to=[6]), "jsonstat_fel", "size"),
    "a size of zero": (changed("size", to=[2, 0]), "jsonstat_fel", "size"),
    "a size that is text": (changed("size", to=[2, "3"]), "jsonstat_fel", "size"),
    "a size that is true": (changed("size", to=[True, 3]), "jsonstat_fel", "size"),
    "a negative size": (changed("size", to=[2, -3]), "jsonstat_fel", "size"),
    "a size that the categories are not": (changed("size", to=[2, 4]), "jsonstat_antal", "dimension 2"),
    "no category": (without("dimension", "B", "category"), "jsonstat_fel", "dimension 2"),
    "a dimension that is null": (changed("dimension", "B", to=None), "jsonstat_fel", "dimension 2"),
    "no index": (without(*CATEGORY, "index"), "jsonstat_fel", "dimension 2"),
    "an index of numbers": (changed(*CATEGORY, "index", to=[1, 2, 3]), "jsonstat_fel", "dimension 2"),
    "a code twice": (changed(*CATEGORY, "index", to=["1", "2", "2"]), "jsonstat_dubbelt", "dimension 2"),
    "a position twice": (changed(*CATEGORY, "index", to={"1": 0, "2": 1, "3": 1}), "jsonstat_dubbelt", "dimension 2"),
    "a gap in the index": (changed(*CATEGORY, "index", to={"1": 0, "2": 1, "3": 3}), "jsonstat_fel", "dimension 2"),
    "a position that is text": (
        changed(*CATEGORY, "index", to={"1": "0", "2": 1, "3": 2}),
        "jsonstat_fel",
        "dimension 2",
    ),
    "an index from 1": (changed(*CATEGORY, "index", to={"1": 1, "2": 2, "3": 3}), "jsonstat_fel", "dimension 2"),
    "a label of no code": (changed(*CATEGORY, "label", "4", to="fyra"), "jsonstat_fel", "dimension 2"),
    "a label that is a number": (changed(*CATEGORY, "label", "3", to=3), "jsonstat_fel", "dimension 2"),
    "no value": (without("value"), "jsonstat_fel", "value"),
    "a value too few": (changed("value", to=[1, 2, 3, 4, 5]), "jsonstat_antal", "value"),
    "a value too many": (changed("value", to=[1, 2, 3, 4, 5, 6, 7]), "jsonstat_antal", "value"),
    "a position beyond the end": (changed("value", to={"0": 1, "6": 7}), "jsonstat_antal", "value"),
    "a position before the start": (changed("value", to={"-1": 1}), "jsonstat_antal", "value"),
    "a position written oddly": (changed("value", to={"01": 1}), "jsonstat_fel", "value"),
    "a value that is a list": (changed("value", to=[1, 2, 3, 4, 5, [6]]), "jsonstat_fel", "value"),
    "a value that is true": (changed("value", to=[1, 2, 3, 4, 5, True]), "jsonstat_fel", "value"),
    "marks too few": (changed("status", to=["..", ".."]), "jsonstat_antal", "status"),
    "marks that are numbers": (changed("status", to={"0": 1}), "jsonstat_fel", "status"),
    "a role of no dimension": (changed("role", to={"time": ["Tid"]}), "jsonstat_fel", "role"),
    "roles as a text": (changed("role", to="time"), "jsonstat_fel", "role"),
    "a name twice": (raw(small()).replace(b'"x": "X"', b'"x": "X", "x": "Z"'), "jsonstat_dubbelt", "JSON"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_not_a_whole_cube_is_refused_with_its_place(kind: str) -> None:
    content, regel, place = BAD[kind]
    with pytest.raises(Unreadable) as refused:
        read_jsonstat(content)
    (fault,) = refused.value.faults
    assert (fault.regel, fault.kolumn) == (regel, place)
    assert RULES[regel].hel
    assert all(len(text) > 10 for text in explain(regel, place))
    assert refused.value.__cause__ is None


def test_the_sound_table_of_these_tests_is_read() -> None:
    assert read_jsonstat(raw(small())).values == ["1", "2", "3", "4", "5", "6"]


def test_a_table_of_enormous_size_is_refused_before_it_is_built() -> None:
    data = small()
    codes = [str(i) for i in range(3000)]
    for name in data["id"]:
        data["dimension"][name]["category"] = {"index": codes}
    data |= {"size": [3000, 3000], "value": {"0": 1}}
    with pytest.raises(Unreadable) as refused:
        read_jsonstat(raw(data))
    assert refused.value.faults[0].regel == "jsonstat_stor"
    assert scb_jsonstat.MAX_CELLS < 3000 * 3000


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-3, "-3"), (12.0, "12"), (12.5, "12.5"), (1e300, "1e+300"), ("12", "12"), ("..", ".."), (None, None)],
)
def test_a_value_keeps_what_it_says(value: Any, text: str | None) -> None:
    assert read_jsonstat(changed("value", to=[value, 2, 3, 4, 5, 6])).values[0] == text


@pytest.mark.parametrize(
    ("status", "marks"),
    [
        (None, {}),
        ({}, {}),
        ({"4": "..", "0": "-"}, {0: "-", 4: ".."}),
        ([None, "", "..", None, None, "-"], {2: "..", 5: "-"}),
        ([".."], dict.fromkeys(range(6), "..")),
        ("e", dict.fromkeys(range(6), "e")),
    ],
)
def test_marks_are_read_in_every_shape_that_the_standard_allows(status: Any, marks: dict[int, str]) -> None:
    assert read_jsonstat(changed("status", to=status)).status == marks


def test_a_dimension_of_one_category_needs_no_index() -> None:
    data = table({"A": [("x", "X")]}, [7])
    del data["dimension"]["A"]["category"]["index"]
    assert read_jsonstat(raw(data)).dimensions == (Dimension("A", ("x",), ("X",), "a"),)


def test_an_index_out_of_order_is_followed() -> None:
    cube = read_jsonstat(changed(*CATEGORY, "index", to={"3": 2, "1": 0, "2": 1}))
    assert cube.dimensions[1].codes == ("1", "2", "3")
    assert cube.dimensions[1].labels == ("ett", "två", "tre")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_saved_again_in_another_encoding_it_is_the_same(encoding: str) -> None:
    assert read_jsonstat(raw(small()).decode().encode(encoding)) == read_jsonstat(raw(small()))


def test_a_real_answer_gives_the_real_figures() -> None:
    """Gotland, 100 years and older, January and February 2026, as SCB shows them: 25 in all, 4 men and 18 women."""
    cube = read_jsonstat(FIXTURE.read_bytes())
    assert [d.id for d in cube.dimensions] == ["Region", "Alder", "Kon", "ContentsCode", "Tid"]
    assert (cube.time, cube.metric) == (("Tid",), ("ContentsCode",))
    cells = dict(zip(product(*(d.labels for d in cube.dimensions)), cube.values, strict=True))
    content = "Folkmängden per månad"
    for sex, figure in (("totalt, samtliga män och kvinnor", "25"), ("män", "4"), ("kvinnor", "18")):
        assert cells["Gotlands län", "100+ år", sex, content, "2026M01"] == figure
    assert cells["Stockholms län", "0-9 år", "män", content, "2026M02"] == "126402"
    assert len(cells) == 24


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)


@st.composite
def cubes(draw: Callable[..., Any]) -> Cube:
    names = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    dimensions = []
    for name in names:
        codes = tuple(draw(st.lists(words, min_size=1, max_size=4, unique=True)))
        labels = tuple(draw(words) for _ in codes)
        dimensions.append(Dimension(name, codes, labels, draw(words)))
    cells = len(list(product(*(d.codes for d in dimensions))))
    whole = st.integers(-(10**12), 10**12).map(str)
    values = draw(st.lists(st.none() | whole | st.just(".."), min_size=cells, max_size=cells))
    status = draw(st.dictionaries(st.integers(0, cells - 1), st.sampled_from(["..", "-", "e"]), max_size=3))
    return Cube(tuple(dimensions), values, status, draw(words), (names[0],), (names[-1],))


@given(cube=cubes(), index=st.sampled_from(["object", "list"]), value=st.sampled_from(["list", "sparse"]))
@settings(max_examples=150, deadline=None)
def test_every_shape_of_a_cube_is_read_as_that_cube(cube: Cube, index: str, value: str) -> None:
    figures = [int(v) if v not in {None, ".."} else v for v in cube.values]
    data = table(
        {d.id: list(zip(d.codes, d.labels, strict=True)) for d in cube.dimensions}, figures, index=index, value=value
    )
    for dimension in cube.dimensions:
        data["dimension"][dimension.id]["label"] = dimension.label
    data |= {"label": cube.label, "role": {"time": list(cube.time), "metric": list(cube.metric)}}
    data |= {"status": {str(i): mark for i, mark in cube.status.items()}}
    assert read_jsonstat(raw(data)) == cube


@given(cube=cubes())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_back_and_written_alike(cube: Cube) -> None:
    content = write_jsonstat(cube)
    assert read_jsonstat(content) == cube
    assert write_jsonstat(read_jsonstat(content)) == content
    assert json.loads(content)["size"] == [len(d.codes) for d in cube.dimensions]


@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused_with_a_rule_and_never_break_the_reader(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_jsonstat(content)
    assert all(RULES[fault.regel].hel for fault in refused.value.faults)
