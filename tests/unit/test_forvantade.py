"""The calendar of expected deliveries: what may stand in it, which day is the last, and which state follows."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.forvantade import FIELDS, KALLOR, Forvantan, follow_up, load_calendar
from sources.registry import SOURCES
from warehouse.contracts.errors import UserError

TODAY = date(2026, 2, 1)
IOP = "- {kalla: iop, tabell: iop_rapport, namnd: '0114', period: ar, forsta: 2024, dagar_efter: 31}\n"


def _load(tmp_path: Path, text: str) -> tuple[Forvantan, ...]:
    path = tmp_path / "forvantade.yaml"
    path.write_text(text, encoding="utf-8")
    return load_calendar(path)


def _wrong(tmp_path: Path, text: str) -> str:
    with pytest.raises(UserError) as caught:
        _load(tmp_path, text)
    assert caught.value.__cause__ is None
    return str(caught.value)


def _slot(**changes: Any) -> dict[str, Any]:
    slot = {
        **{"kalla": "iop", "form": "iop_rapport", "tabell": "iop_rapport", "namnd": "0114", "avsandare": "Jouren"},
        **{"urval": None, "period": "2024", "uttagsdatum": date(2025, 1, 20), "leverans_id": 7, "rader_karantan": 0},
        **{"forsta_ar": 2024, "sista_ar": 2024, "status": "godkand"},
    }
    return slot | changes


def _states(
    tmp_path: Path, text: str, *slots: dict[str, Any], refused: Any = (), today: date = TODAY
) -> dict[str, str]:
    return {v.period: v.lage for v in follow_up(_load(tmp_path, text), slots, refused, today)}


def test_the_sources_are_those_that_there_are() -> None:
    assert {source.kalla for source in SOURCES} <= set(KALLOR)


def test_no_file_and_an_empty_file_are_an_empty_calendar(tmp_path: Path) -> None:
    assert load_calendar(tmp_path / "forvantade.yaml") == ()
    assert _load(tmp_path, "# inget än\n") == ()


def test_every_field_is_read(tmp_path: Path) -> None:
    text = (
        "- kalla: verksamhetssystem\n  form: arbetsbok\n  namnd: '0114'\n  avsandare: Socialkontoret\n  urval: vuxen\n"
        "  period: ar\n  forsta: 2023\n  sista: 2025\n  senast: 31 mars\n  beskrivning: Årets register\n"
    )
    (found,) = _load(tmp_path, text)
    assert (found.kalla, found.form, found.tabell, found.namnd) == ("verksamhetssystem", "arbetsbok", None, "0114")
    assert (found.avsandare, found.urval, found.beskrivning) == ("Socialkontoret", "vuxen", "Årets register")
    assert found.due(2025) == date(2026, 3, 31)
    assert [v.period for v in follow_up([found], [], [], date(2030, 1, 1))] == ["2023", "2024", "2025"]


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("dagar_efter: 0", date(2025, 12, 31)),
        ("dagar_efter: 1", date(2026, 1, 1)),
        ("dagar_efter: 90", date(2026, 3, 31)),
        ("senast: 31 mars", date(2026, 3, 31)),
        ("senast: 1 Februari", date(2026, 2, 1)),
        ("senast: 15/6", date(2026, 6, 15)),
        ("senast: 29 februari", date(2026, 2, 28)),
    ],
)
def test_the_last_day(tmp_path: Path, rule: str, day: date) -> None:
    assert _load(tmp_path, IOP.replace("dagar_efter: 31", rule))[0].due(2025) == day


BAD = {
    "no list": ("kalla: iop\n", "Rad 1: filen ska vara en lista"),
    "an entry that is no mapping": (IOP + "- iop\n", "Rad 2: här ska stå nyckel: värde."),
    "no YAML": (IOP + "- {kalla: [\n", "inte giltig YAML"),
    "aliases": ("- &a {kalla: iop}\n- *a\n", "hänvisningar"),
    "unknown key": (IOP.replace("namnd", "nämnd"), "nämnd är ingen uppgift i kalendern. Menade du namnd?"),
    "unknown source": (IOP.replace("iop,", "ipo,", 1), f"kalla ska vara {FIELDS['kalla']}"),
    "unknown kommun": (IOP.replace("0114", "9999"), "namnd ska vara kommunens fyrsiffriga kod"),
    "a list where a word should be": (IOP.replace("'0114'", "['0114']"), "namnd ska vara"),
    "tertial": (IOP.replace("ar,", "tertial,"), "tertial och månad går inte att följa upp än"),
    "manad": (IOP.replace("ar,", "manad,"), "tertial och månad går inte att följa upp än"),
    "no such day": (IOP.replace("dagar_efter: 31", "senast: 31 april"), "senast ska vara"),
    "no day at all": (IOP.replace(", dagar_efter: 31", ""), "ange antingen dagar_efter"),
    "two last days": (IOP.replace("dagar_efter: 31", "dagar_efter: 31, senast: 1 maj"), "ange antingen dagar_efter"),
    "days below zero": (IOP.replace("dagar_efter: 31", "dagar_efter: -1"), "dagar_efter ska vara"),
    "neither table nor form": (IOP.replace("tabell: iop_rapport, ", ""), "ange antingen tabell eller form"),
    "both": (IOP.replace("tabell:", "form: x, tabell:"), "ange antingen tabell eller form"),
    "no first year": (IOP.replace("forsta: 2024, ", ""), "forsta saknas"),
    "a year in words": (IOP.replace("2024", "i fjol"), "forsta ska vara"),
    "the last before the first": (IOP.replace("forsta: 2024", "forsta: 2024, sista: 2023"), "sista ska vara"),
    "twice": (IOP.replace("forsta: 2024", "forsta: 2024, forsta: 2025"), "forsta står två gånger"),
    "a sender of several lines": (
        IOP.replace("forsta: 2024", 'forsta: 2024, avsandare: "a\\nb"'),
        "avsandare ska vara",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_said_by_line(tmp_path: Path, what: str) -> None:
    text, said = BAD[what]
    message = _wrong(tmp_path, text)
    assert said in message
    assert "forvantade.yaml" in message.splitlines()[0]
    assert all(line.startswith("Rad ") for line in message.splitlines()[1:])


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    message = _wrong(tmp_path, "- kalla: x\n  namnd: '1'\n- {}\n")
    assert [line.partition(":")[0] for line in message.splitlines()[1:]].count("Rad 1") >= 4
    assert "Rad 2: namnd ska vara" in message
    assert "Rad 3: kalla saknas" in message


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "forvantade.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="UTF-8"):
        load_calendar(tmp_path / "forvantade.yaml")


def test_the_states(tmp_path: Path) -> None:
    # 2024 was due on 31 January 2025, 2025 is due on 31 January 2026: one day ago.
    assert _states(tmp_path, IOP) == {"2024": "saknas", "2025": "saknas", "2026": "vantas"}
    assert _states(tmp_path, IOP, today=date(2026, 1, 31))["2025"] == "vantas"
    assert _states(tmp_path, IOP, _slot())["2024"] == "aktuell"
    assert _states(tmp_path, IOP, _slot(rader_karantan=2))["2024"] == "delvis"
    refused = [_slot(status="avvisad", leverans_id=9)]
    assert _states(tmp_path, IOP, refused=refused)["2024"] == "avvisad"
    assert _states(tmp_path, IOP, _slot(), refused=refused)["2024"] == "aktuell"


def test_days_late_are_calendar_days(tmp_path: Path) -> None:
    found = {v.period: v for v in follow_up(_load(tmp_path, IOP), [], [_slot(status="avvisad", leverans_id=9)], TODAY)}
    assert {period: v.dagar_sen for period, v in found.items()} == {"2024": 366, "2025": 1, "2026": 0}
    assert (found["2024"].leverans_id, found["2025"].leverans_id) == (9, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"kalla": "oj"},
        {"tabell": "insats"},
        {"namnd": "0180"},
        {"period": "2023"},
        {"avsandare": "En annan jour"},
        {"urval": "annat"},
    ],
)
def test_another_delivery_does_not_count(tmp_path: Path, changes: dict[str, Any]) -> None:
    text = IOP.replace("period", "avsandare: jouren, urval: vuxen, period")
    assert _states(tmp_path, text, _slot(urval="vuxen"))["2024"] == "aktuell"
    assert _states(tmp_path, text, _slot(urval="vuxen") | changes)["2024"] == "saknas"


def test_without_a_sender_any_sender_counts_and_the_latest_tells(tmp_path: Path) -> None:
    later = _slot(avsandare="B", leverans_id=8, uttagsdatum=date(2025, 5, 1), rader_karantan=1)
    (found, *_) = follow_up(_load(tmp_path, IOP), [later, _slot()], [], TODAY)
    assert (found.lage, found.leverans_id) == ("delvis", 8)


def test_several_years_in_one_delivery(tmp_path: Path) -> None:
    assert _states(tmp_path, IOP, _slot(period="2023-2025")) == {
        "2024": "aktuell",
        "2025": "aktuell",
        "2026": "vantas",
    }


def test_a_helbild_speaks_for_the_years_that_had_ended(tmp_path: Path) -> None:
    text = IOP.replace("iop,", "verksamhetssystem,", 1).replace("iop_rapport", "arende")
    said = {"kalla": "verksamhetssystem", "tabell": "arende", "period": None, "forsta_ar": 2015, "sista_ar": 2024}
    whole = _slot(**said | {"uttagsdatum": date(2025, 12, 31)})
    assert _states(tmp_path, text, whole) == {"2024": "aktuell", "2025": "saknas", "2026": "vantas"}
    # Taken out when the year had ended: no rows for it means that there were none.
    assert _states(tmp_path, text, whole | {"uttagsdatum": date(2026, 1, 1)})["2025"] == "aktuell"
    assert _states(tmp_path, text, whole | {"forsta_ar": 2025})["2024"] == "saknas"


def test_of_public_data_a_helbild_must_reach_the_year(tmp_path: Path) -> None:
    text = IOP.replace("iop,", "kolada,", 1).replace("iop_rapport", "kolada_varde").replace("0114", "0000")
    said = {"kalla": "kolada", "tabell": "kolada_varde", "namnd": "0000", "period": None, "forsta_ar": 2015}
    whole = _slot(**said | {"sista_ar": 2024, "uttagsdatum": date(2026, 1, 15)})
    assert _states(tmp_path, text, whole) == {"2024": "aktuell", "2025": "saknas", "2026": "vantas"}


@given(
    first=st.integers(2000, 2030),
    days=st.integers(0, 1000),
    today=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    delivered=st.sets(st.integers(2000, 2030)),
)
def test_every_year_has_exactly_one_state_and_only_what_is_absent_is_late(
    first: int, days: int, today: date, delivered: set[int]
) -> None:
    one = Forvantan("iop", "0114", first, tabell="iop_rapport", dagar_efter=days)
    found = follow_up([one], [_slot(period=str(y)) for y in delivered], [], today)
    assert [v.period for v in found] == [str(y) for y in range(first, today.year + 1)]
    for v in found:
        year = int(v.period)
        overdue = (today - date(year, 12, 31)).days - days
        assert v.dagar_sen == (max(overdue, 0) if year not in delivered else 0)
        assert v.lage == ("aktuell" if year in delivered else "saknas" if overdue > 0 else "vantas")
