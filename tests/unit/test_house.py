"""The house keeps its own rules: names that nobody else owns, a lock that anyone can use, layers that hold."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("pipelines", "assets", "sources", "quality", "warehouse")


def _modules() -> list[Path]:
    return [p for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py")) if "migrations" not in p.parts]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_our_packages(package: str):
    assert set(packages_distributions().get(package, [])) <= {"kvinnofrid"}


def test_the_lock_is_hashed_names_no_registry_and_no_source_only_package():
    for name in ("requirements.lock", "requirements-uv.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|--index-url|--find-links", text)
        pinned = re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", text)
        assert pinned
        blocks = re.split(r"(?m)^(?=[A-Za-z0-9_.-]+==)", text)[1:]
        assert all("--hash=sha256:" in block for block in blocks)
        assert "psycopg2" not in pinned


def test_every_module_says_what_it_is_for_and_stays_readable():
    for path in _modules():
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
        assert len(text.splitlines()) <= 400, path


def test_help_and_status_import_nothing_slow():
    code = (
        "import sys\n"
        "import pipelines.cli, pipelines.standing, pipelines.show\n"
        "slow = {'dagster', 'pandera', 'pandas', 'great_expectations', 'pyarrow', 'alembic'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(slow)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_tracked_names_a_registry_or_a_path_of_a_machine():
    # Built from parts, so that this file does not find itself.
    words = ["/".join(("", "work", "")), "/".join(("", "root", "")), "pypi" + ".org", "pythonhosted" + ".org"]
    for path in [*_modules(), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert not [w for w in words if w in text], path
