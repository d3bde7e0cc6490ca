"""The edition as CSV with metadata: what CSVW asks for, checked by hand, and what must not be in it."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.report import csvw
from assets.report.modell import Rapport
from assets.report.underlag import Row, Underlag, Utgiven
from assets.tables.catalogue import TABLES
from assets.tables.insatser import SPEC as INSATSER
from tests.kartlaggning_tools import sample
from warehouse.released import Edition

WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EDITION = Edition(
    7, "0114", 2025, "kommun", "oppen", "tva", "fem", "expedierad", "SN 2026/17", WHEN, None, None, None, None, None,
    None, "", "ab" * 32,
)  # fmt: skip


def row(at: int, kon: str, matt: str, status: str = "visas", varde: float | None = None, **more: Any) -> Row:
    cell = {"ordning": at, "period": "2025", "insatstyp": "stodsamtal", "kon": kon, "matt": matt}
    return cell | {"varde": varde, "fran": None, "till": None, "status": status} | more


ROWS = (
    row(0, "kvinna", "antal_insatser", varde=1234.0),
    row(1, "man", "antal_insatser", "skyddas"),
    row(2, "totalt", "antal_insatser", "intervall", fran=1240, till=1249),
    row(3, "kvinna", "andel_inom_14", varde=2 / 3),
    row(4, "man", "andel_inom_14", "saknas"),
    row(5, "totalt", "andel_inom_14", "ej_tillampligt"),
    row(6, "kvinna", "antal_avslag", varde=0.0),
)
NOTES = {"insatser": ("PÅHITTADE UPPGIFTER: syntetiska poster.", 'Not med "citat", komma och\nradbrytning.')}


def underlag(rows: tuple[Row, ...] = ROWS, name: str = "insatser") -> Underlag:
    return Underlag(Utgiven(EDITION, {name: rows}, NOTES), sample().harkomst, TABLES)


def made(mapp: Path, u: Underlag | None = None, rapport: Rapport | None = None) -> tuple[list[dict[str, str]], Any]:
    csvw.skriv(rapport or sample(), u or underlag(), mapp)
    table = next(mapp.glob("*.csv"))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, json.loads((mapp / f"{table.name}-metadata.json").read_text(encoding="utf-8"))


def test_a_value_stands_only_where_it_is_shown_whatever_the_rows_hold(tmp_path: Path):
    leaky = tuple({**r, "varde": 48151.0, "fran": 48152, "till": 48153} if r["varde"] is None else r for r in ROWS)
    rows, _ = made(tmp_path, underlag(leaky))
    assert [(r["varde"], r["fran"], r["till"]) for r in rows if r["status"] in ("skyddas", "saknas")] == [
        ("", "", "")
    ] * 2
    for file in tmp_path.iterdir():
        text = file.read_text(encoding="utf-8")
        assert "48151" not in text
        assert not re.search("4815[23]", re.sub(r"(?m)^.*,intervall,.*$", "", text)), file.name


@pytest.mark.parametrize("text", ["=1+1", "@SUM(1)", "\t=1", " =1+1", "\u200b=1+1", "\ufeff+1", "\n-1", "＝1+1"])
def test_what_somebody_has_written_as_a_code_is_quoted_too_and_fits_its_pattern(text: str, tmp_path: Path):
    cell = {"ordning": 0, "period": "2025", "jour": text, "post": "kontakter", "kon": "kvinna"}
    shown = {"matt": "antal_kontakter", "varde": 5.0, "fran": None, "till": None, "status": "visas"}
    rows, about = made(tmp_path, underlag((cell | shown,), "iop"))
    assert rows[0]["jour"] == rows[0]["jour_titel"] == f"'{text}"
    pattern = next(c for c in about["tableSchema"]["columns"] if c["name"] == "jour")["datatype"]["format"]
    assert re.fullmatch(pattern, rows[0]["jour"])
    assert any("kalkylprogram" in n["dc:description"] for n in about["notes"])


@pytest.mark.parametrize("laege", ["återtagen 2026-05-01: fel i underlaget", "ersatt av utgåva 9"])
def test_an_edition_that_is_over_says_so_on_every_row_and_in_the_notes(laege: str, tmp_path: Path):
    front = replace(sample().framsida, laege=laege)
    rows, about = made(tmp_path, rapport=replace(sample(), framsida=front))
    said = f"UTGÅVAN GÄLLER INTE LÄNGRE: {laege.partition(':')[0]}"
    assert all(said in r["markning"] for r in rows)
    assert any(n["dc:description"] == said for n in about["notes"])


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_text_that_a_spreadsheet_would_run_is_quoted_and_numbers_are_not(sign: str, tmp_path: Path):
    dimension = replace(INSATSER.dimensions[0], words=lambda _c: f"{sign}1+1", codes=None)
    spec = replace(INSATSER, dimensions=(dimension, *INSATSER.dimensions[1:]))
    u = replace(underlag((row(0, "kvinna", "antal_insatser", varde=-5.0),)), plan={"insatser": spec})
    rows, about = made(tmp_path, u)
    assert rows[0][f"{dimension.name}_titel"] == f"'{sign}1+1"
    assert rows[0]["varde"] == "-5"
    assert any("kalkylprogram" in n["dc:description"] for n in about["notes"])


def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path):
    with pytest.raises(Exception, match="filnamn"):
        csvw.skriv(sample(), underlag(name="../utanfor"), tmp_path / "csv")
    assert not list((tmp_path / "csv").glob("*")) and not (tmp_path / "utanfor.csv").exists()


def test_a_table_that_the_plan_no_longer_knows_is_written_with_its_codes(tmp_path: Path):
    rows, about = made(tmp_path, replace(underlag(), plan={}))
    assert rows[0]["insatstyp_titel"] == "stodsamtal" and rows[0]["varde"] == "1234"
    assert about["dc:title"] == "insatser"


def test_rows_are_as_released(tmp_path: Path):
    rows, _ = made(tmp_path)
    assert [(r["varde"], r["fran"], r["till"], r["status"], r["text"], r["referens"]) for r in rows] == [
        ("1234", "", "", "visas", "1\u00a0234", "U7-insatser-0"),
        ("", "", "", "skyddas", "▪", "U7-insatser-1"),
        ("", "1240", "1249", "intervall", "1\u00a0240–1\u00a0249", "U7-insatser-2"),
        ("0.6666666666666666", "", "", "visas", "66,7 %", "U7-insatser-3"),
        ("", "", "", "saknas", "–", "U7-insatser-4"),
        ("", "", "", "ej_tillampligt", ".", "U7-insatser-5"),
        ("0", "", "", "visas", "0", "U7-insatser-6"),
    ]
    first = rows[0]
    assert (first["kommun"], first["insatstyp_titel"], first["kon_titel"]) == ("0114", "Stödsamtal", "Kvinna")
    assert first["matt_titel"] == "Beviljade insatser" and first["markning"] == "PÅHITTADE UPPGIFTER"


def test_bytes_are_rfc_4180_in_utf_8_and_the_same_twice(tmp_path: Path):
    made(tmp_path / "a")
    made(tmp_path / "b")
    for file in (tmp_path / "a").iterdir():
        content = file.read_bytes()
        assert content == (tmp_path / "b" / file.name).read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf") and content.decode("utf-8")
    raw = (tmp_path / "a" / "insatser.csv").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(ROWS) + 1


def valid(value: str, column: Any) -> bool:
    """A cell against its column, as CSVW says it."""
    if not value:
        return not column.get("required")
    kind = column["datatype"]
    if isinstance(kind, dict):
        return kind["base"] == "string" and bool(re.fullmatch(kind["format"], value))
    return {
        "string": r"(?s).+",
        "integer": r"-?\d+",
        "gYear": r"\d{4}",
        "double": r"-?\d+(\.\d+)?(e-?\d+)?",
    }[kind] and bool(re.fullmatch({"string": r"(?s).+", "integer": r"-?\d+", "gYear": r"\d{4}",
                                   "double": r"-?\d+(\.\d+)?(e-?\d+)?"}[kind], value))  # fmt: skip


def test_the_metadata_describes_the_file_as_csvw_asks(tmp_path: Path):
    _, about = made(tmp_path)
    assert about["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "sv"}]
    assert about["url"] == "insatser.csv" and (tmp_path / about["url"]).is_file()
    assert set(about) <= {
        "@context", "url", "dialect", "tableSchema", "notes", "dc:title", "dc:description", "dc:publisher", "dc:issued",
        "dc:identifier", "dc:source", "dc:temporal", "dc:spatial",
    }  # fmt: skip
    assert about["dc:issued"] == {"@value": "2026-03-02", "@type": "xsd:date"}
    with (tmp_path / about["url"]).open(encoding=about["dialect"]["encoding"], newline="") as file:
        head, *lines = csv.reader(file, delimiter=about["dialect"]["delimiter"])
    columns = about["tableSchema"]["columns"]
    assert [c["name"] for c in columns] == head and len(set(head)) == len(head)
    for at, column in enumerate(columns):
        assert re.fullmatch(r"[A-Za-z0-9_]+", column["name"]) and not column["name"].startswith("_")
        assert head[at] in column["titles"]
        assert all(valid(line[at], column) for line in lines), column["name"]
    key = [head.index(name) for name in about["tableSchema"]["primaryKey"]]
    assert len({tuple(line[at] for at in key) for line in lines}) == len(lines)
    assert re.findall(r"\{(\w+)\}", about["tableSchema"]["aboutUrl"]) == ["referens"]


def test_the_group_names_every_table(tmp_path: Path):
    _, about = made(tmp_path)
    group = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    assert [t["url"] for t in group["tables"]] == ["insatser.csv"]
    assert group["tables"][0]["tableSchema"] == about["tableSchema"]
    assert group["dialect"] == about["dialect"]


@pytest.mark.parametrize("typ", ["oppen", "sekretessbilaga"])
def test_what_it_is_stands_in_the_metadata_and_in_each_row(typ: str, tmp_path: Path):
    r = sample(typ=typ, pahittad=False)
    rows, about = made(tmp_path, rapport=r)
    said = [n["dc:description"] for n in about["notes"]]
    if typ == "oppen":
        assert "dc:accessRights" not in about and {row["markning"] for row in rows} == {""}
    else:
        assert about["dc:accessRights"] == said[0] == r.framsida.sekretess
        assert {row["markning"] for row in rows} == {r.framsida.sekretess}
    assert NOTES["insatser"][1] in said


def test_quotes_commas_and_lines_in_titles_survive(tmp_path: Path):
    odd = 'Med "citat", komma\noch rad'
    dimension = replace(INSATSER.dimensions[0], words=lambda _c: odd, codes=None)
    spec = replace(INSATSER, dimensions=(dimension, *INSATSER.dimensions[1:]))
    rows, _ = made(tmp_path, replace(underlag(), plan={"insatser": spec}))
    assert {r[f"{dimension.name}_titel"] for r in rows} == {odd}
    assert io.StringIO((tmp_path / "insatser.csv").read_text(encoding="utf-8")).readline().startswith("utgava,")
