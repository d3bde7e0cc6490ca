"""The whole demo as a newcomer runs it, and once more: editions, report, a traced number, and nothing new then."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.exits import Exit

pytestmark = pytest.mark.soak
FORMS = ("webb/index.html", "webb/rapport.html", "rapport.pdf", "rapport.docx", "rapport.xlsx", "csv")


def demo(home: Path) -> list[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KVINNOFRID_")}
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "demo"], cwd=Path(__file__).parents[2], capture_output=True,
        text=True, timeout=1200, env=clean | {"KVINNOFRID_HOME": str(home), "COLUMNS": "80"}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (Exit.OK, "")
    return done.stdout.splitlines()


def test_the_demo_publishes_and_reports_and_does_it_once(tmp_path: Path) -> None:
    home = tmp_path / "hem"
    lines = demo(home)
    told = " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 80
    assert "51 filer lades i inkorgen: 51 nya, 0 redan mottagna" in told
    assert "Utgåva 1 (2024) och 2 (2025)" in told
    assert "Utgåva 3: granskad av Granskare Exempel" in told
    assert "Avslöjade: 0" in told
    folder = home / "reports" / "rapport" / "0580-2025-U2"
    assert [f for f in FORMS if not (folder / f).exists()] == []
    (ref,) = set(re.findall(r"U2-arenden-\d+(?=:)", told))
    assert ref in (folder / "webb" / "rapport.html").read_text(encoding="utf-8")
    assert "dnr EXEMPEL 2025/1" in told
    before = {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    again = " ".join(" ".join(demo(home)).split())
    assert "0 nya, 51 redan mottagna" in again
    assert "inget har räknats om sedan utgåva 3" in again
    assert "Utgåva 1 (2024) och 2 (2025)" in again
    assert {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()} == before
