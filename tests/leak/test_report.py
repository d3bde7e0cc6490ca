"""Reports where identifiers have been planted: in deliveries that an edition is made of, and in the kommun's own words.

What stands inside must not come out in any form of the report. What the kommun writes itself of a person is refused,
without being repeated.
"""

import sys
import uuid
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from pipelines import cli
from pipelines.exits import Exit
from tests.leak.planted import EMAIL, NUMBERS, PHONE, SENTENCE, notations
from tests.leak.search import Hit, search_bytes, search_tree
from tests.utdata import allt
from tests.utgivning_tools import AR, KOMMUN, ge_ut, tva_ar
from warehouse.database import Database, sibling_url

OF_YEAR = ("--kommun", KOMMUN, "--ar", str(AR))
PLANTED = (
    "UPDATE revision.kontroll SET korning_id = :said",
    "UPDATE revision.tabellversion SET korning_id = :said",
    "UPDATE tabell.utgava_underlag SET cell = cell || :said WHERE skal = 'primar'",
    "UPDATE mottagning.leverans SET status = 'delvis_godkand', rader_godkanda = rader_godkanda - 1, rader_karantan = 1",
)
"""Where a record could have got to, within secrecy, if everything else had failed."""


@pytest.fixture
def home(server: Any, template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation with an edition, and identifiers in every inner place that the report could reach by mistake."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name, template)
    ge_ut(database, *tva_ar(("arenden",)))
    with database.owner.begin() as conn:
        conn.execute(text("ALTER TABLE tabell.utgava_underlag DISABLE TRIGGER USER"))
        for change in PLANTED:
            conn.execute(text(change), {"said": SENTENCE} if ":said" in change else {})
    database.dispose()
    url = make_url(sibling_url(server.owner_url, name)).render_as_string(hide_password=False)
    monkeypatch.setenv("KVINNOFRID_HOME", str(tmp_path / "hem"))
    monkeypatch.setenv("KVINNOFRID_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "hem"
    server.drop(name)


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, code: int, *words: str) -> bytes:
    """What the command said on the way to an exit code."""
    monkeypatch.setattr(sys, "argv", ["kvinnofrid", "report", *OF_YEAR, *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    told = capsys.readouterr()
    assert (left.value.code or 0) == code, [left.value.code, code]
    return (told.out + told.err).encode()


def test_nothing_that_is_planted_inside_comes_out_in_any_form(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hits = search_bytes(said(capsys, monkeypatch, Exit.OK, "--format", "csv"), "what the command said")
    hits |= search_bytes(said(capsys, monkeypatch, Exit.OK, "--json"), "what the command said")
    (folder,) = (home / "reports" / "rapport").iterdir()
    for file, pieces in groupby(allt(folder), key=lambda one: one.fil):  # also what is packed in a PDF
        hits |= search_bytes("\n".join(one.text for one in pieces).encode(), file)
    assert hits | search_tree(home) == set()


@pytest.mark.parametrize(
    "words",
    [
        f"I juni kom {notations(NUMBERS[0])[1]} till oss.",
        f"I juni kom {notations(NUMBERS[3])[2]} till oss.",
        f"Ring {PHONE} eller skriv till {EMAIL}. {notations(NUMBERS[1])[0]}",
        f"# Rubrik\n\n- {SENTENCE}\n",
        f"[länk](https://exempel.se/{NUMBERS[2]})",
        f"<!-- {SENTENCE} -->",
    ],
    ids=range(6),
)
def test_what_the_kommun_writes_of_a_person_is_refused_and_not_repeated(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    own = tmp_path / "rapport" / KOMMUN
    own.mkdir(parents=True)
    (own / "analys.md").write_text(f"En inledning.\n\n{words}\n", encoding="utf-8")
    told = said(capsys, monkeypatch, Exit.MEND, "--format", "csv")
    assert b"analys.md, rad 3" in told or b"analys.md, rad 5" in told
    assert search_bytes(told, "what the command said") | search_tree(home) == set()
    assert list((home / "reports").rglob("*.csv")) == []


def test_a_file_named_after_a_person_is_refused_without_the_name(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "rapport" / KOMMUN
    own.mkdir(parents=True)
    (own / f"{NUMBERS[0]}.md").write_text("Text.", encoding="utf-8")
    told = said(capsys, monkeypatch, Exit.MEND, "--format", "csv")
    assert search_bytes(told, "what the command said") == set()
    target = tmp_path / "ut"
    target.mkdir()
    (target / f"{NUMBERS[1]}.txt").write_text(SENTENCE, encoding="utf-8")
    (own / f"{NUMBERS[0]}.md").unlink()
    told = said(capsys, monkeypatch, Exit.MEND, "--format", "csv", "--ut", str(target))
    assert search_bytes(told, "what the command said") == set()


def test_the_search_would_find_it(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, monkeypatch, Exit.OK, "--format", "excel,csv")
    (folder,) = (home / "reports" / "rapport").iterdir()
    for name in ("csv/arenden.csv", "rapport.xlsx"):
        with (folder / name).open("ab") as file:
            file.write(notations(NUMBERS[0])[1].encode())
    assert {hit.place.rpartition("/")[2] for hit in search_tree(home)} == {"arenden.csv", "rapport.xlsx"}
    assert all(isinstance(hit, Hit) for hit in search_tree(home))
