"""The följesedel, a delivery note beside a file: read, written, merged with what the file itself states. No content.

It lies as ``<file name>.foljesedel.yaml`` in the same folder.
"""

import re
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Dict
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, cast

import yaml

from sources._values import iso_date
from sources._yaml import Entry, YamlError, entries
from sources.base import Unreadable
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Facts, Fault
from warehouse.contracts.errors import UserError

SUFFIX: Final = ".foljesedel.yaml"

ALLOWED: Dict[str, str] = MappingProxyType(
    {
        "kalla": "verksamhetssystem, bra, scb, kolada, oj, undersokning, iop eller aggregat",
        "tabell": "tabellens namn, till exempel arende",
        "namnd": "kommunens fyrsiffriga kod",
        "avsandare": "vem som lämnar uppgifterna, högst 200 tecken",
        "uttagsdatum": "ÅÅÅÅ-MM-DD, inte efter i dag",
        "omfang": "helbild eller periodutdrag",
        "period": "ÅÅÅÅ eller ÅÅÅÅ-ÅÅÅÅ för periodutdrag, inget för helbild, inte efter uttagsdatum",
        "dnr": "diarienummer, högst 200 tecken",
        "rattslig_grund": "lagrum, högst 200 tecken",
        "mappning": "mappningens namn",
        "syntetisk": "ja eller nej",
        "tom": "ja eller nej",
        "urval": "ett ord av små bokstäver, siffror (högst fem i rad) och _, högst 40 tecken",
        "rattar": "numret på leveransen som rättas",
    }
)
"""Every key of a följesedel with what may stand there: fills ``{tillatna}`` of the rules ``foljesedel_*``."""

NOBODY: Final = "0000"
_TRUTH = MappingProxyType({"ja": True, "true": True, "nej": False, "false": False})
_FLAGS = ("syntetisk", "tom")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{4}))?")
_FIRST_YEAR = 1975
_URVAL = re.compile(r"(?!.*\d{6})[a-z0-9_]{1,40}")
_NUMBER = re.compile(r"[1-9]\d{0,8}")


def slip_path(file: Path) -> Path:
    """Where the följesedel of a file lies."""
    return file.with_name(file.name + SUFFIX)


def read_slip(path: Path) -> dict[str, Any]:
    """The keys that are filled in, as text (``syntetisk`` and ``tom`` as bool); nothing where there is no file."""
    try:
        found = entries(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise Unreadable(Fault("foljesedel_fel")) from None
    except YamlError as error:
        raise Unreadable(Fault("foljesedel_fel", rad=error.line)) from None
    slip: dict[str, Any] = {}
    wrong: list[Fault] = []
    for entry in found:
        if entry.key not in ALLOWED:
            near = get_close_matches(entry.key.casefold(), list(ALLOWED), n=1)
            wrong.append(Fault("foljesedel_fel", rad=entry.line, kolumn=near[0] if near else None))
        elif entry.value is not None:
            slip[entry.key] = _value(entry, wrong)
    if wrong:
        raise Unreadable(*wrong)
    return slip


def _value(entry: Entry, wrong: list[Fault]) -> str | bool:
    text = entry.value.strip() if isinstance(entry.value, str) else None
    flag = _flag(text) if entry.key in _FLAGS else None
    if not text or (entry.key in _FLAGS and flag is None):
        wrong.append(Fault("foljesedel_fel", rad=entry.line, kolumn=entry.key))
    return text or "" if flag is None else flag


def _flag(value: object) -> bool | None:
    """``ja`` and ``nej`` (also YAML's own words) as bool, None for anything else."""
    return value if isinstance(value, bool) else _TRUTH.get(str(value).strip().casefold())


def write_slip(path: Path, slip: Dict[str, Any]) -> None:
    """Write a följesedel whole or not at all. Keys with a leading ``_`` are the program's own and stay out."""
    own = {key: value for key, value in slip.items() if not key.startswith("_") and value is not None}
    unknown = sorted(set(own) - set(ALLOWED))
    if unknown:
        raise UserError(f"Följesedeln har inga uppgifter som heter {', '.join(unknown)}.")
    lines = {key: str(own[key]) for key in ALLOWED if key in own}
    lines |= {key: "ja" if _flag(own[key]) else "nej" for key in _FLAGS if key in own}
    part = path.with_name(path.name + ".part")
    part.write_text(yaml.safe_dump(lines, allow_unicode=True, sort_keys=False), encoding="utf-8")
    part.replace(path)


def facts_of(
    slip: Dict[str, Any],
    stated: Dict[str, Any],
    *,
    kommuner: Collection[str],
    today: date,
    person_data: bool = True,
) -> Facts:
    """What the delivery states about itself: the slip first, then the file. Raises Unreadable with all that is wrong.

    ``person_data`` is the source's: without it the delivery may be nobody's (``0000``) and be dated today.
    """
    said = {key: value for part in (stated, slip) for key, value in part.items() if value is not None and value != ""}
    if not person_data:
        said.setdefault("uttagsdatum", today)
    if said.get("omfang") == "helbild" and not slip.get("period"):
        said.pop("period", None)
    wrong = [Fault("foljesedel_saknas", kolumn=key) for key in _needed(said) if said.get(key) is None]
    taken = _day(said.get("uttagsdatum"))
    omfang = said.get("omfang")
    checks = {
        "uttagsdatum": taken is not None and date(_FIRST_YEAR, 1, 1) <= taken <= today,
        "omfang": omfang in CODES["omfang"],
        # Said of a helbild it is a contradiction; while omfang is unknown it cannot be judged.
        "period": omfang not in CODES["omfang"]
        or (omfang == "periodutdrag" and _is_period(str(said.get("period")), (taken or today).year)),
        "syntetisk": _flag(said.get("syntetisk")) is not None,
        **{
            key: _is_line(said.get(key))
            for key in ("kalla", "tabell", "avsandare", "dnr", "rattslig_grund", "mappning")
        },
        "urval": _URVAL.fullmatch(str(said.get("urval"))) is not None,
        "rattar": _NUMBER.fullmatch(str(said.get("rattar"))) is not None,
    }
    wrong += [
        Fault("foljesedel_fel", kolumn=key) for key, right in checks.items() if said.get(key) is not None and not right
    ]
    namnd = said.get("namnd")
    if namnd is not None and str(namnd) not in kommuner and not (namnd == NOBODY and not person_data):
        wrong.append(Fault("okand_kommun", kolumn="namnd"))
    if wrong or taken is None:
        raise Unreadable(*wrong)
    return Facts(
        kalla=said["kalla"],
        tabell=said["tabell"],
        namnd=str(namnd),
        avsandare=said["avsandare"].strip(),
        uttagsdatum=taken,
        omfang=cast("Literal['helbild', 'periodutdrag']", omfang),
        period=str(said["period"]) if omfang == "periodutdrag" else None,
        dnr=said.get("dnr"),
        rattslig_grund=said.get("rattslig_grund"),
        mappning=said.get("mappning"),
        syntetisk=_flag(said.get("syntetisk")) or False,
        urval=said.get("urval"),
        rattar=int(said["rattar"]) if said.get("rattar") else None,
    )


def _needed(said: Dict[str, Any]) -> Iterable[str]:
    yield from ("kalla", "tabell", "namnd", "avsandare", "uttagsdatum", "omfang")
    if said.get("omfang") == "periodutdrag":
        yield "period"


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(iso_date(str(value).strip(), "auto"))
    except ValueError:
        return None


def _is_period(text: str, last: int) -> bool:
    match = _PERIOD.fullmatch(text)
    if not match:
        return False
    start, end = int(match[1]), int(match[2] or match[1])
    return _FIRST_YEAR <= start <= end <= last


def _is_line(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= 200
