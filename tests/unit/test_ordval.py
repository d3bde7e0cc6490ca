"""Counts of a system in words: those that stand in no table too."""

import pytest

from assets.publicering.ordval import Ord


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x|ändring", "ändringen sedan förra utgåvan av: x"),
        ("x|ändring@3", "ändringen sedan utgåva 3 av: x"),
        ("x|ändring@00", "ändringen sedan det som lämnats ut en annan väg av: x"),
        ("x@3", "x, som det var i utgåva 3"),
        ("x@01", "x, som lämnats ut en annan väg"),
        ("x|utan|y", "resten av (x) när man räknat bort (y)"),
        ("x|utan kon", "de utan uppgift om kon i (x)"),
        ("x@y", "x@y"),
    ],
)
def test_counts_that_stand_in_no_table_are_said_in_words(name: str, words: str) -> None:
    assert Ord({}, {}).of(name) == words
