"""The second process of the demo: what goes wrong there is told kindly here, and it never outlives the first."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from pipelines.second import Second, SecondFailed, Tell
from pipelines.settings import Settings
from tests.conftest import TestServer
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.database import Database, sibling_url

SECRET = "19121212-1212"


def doubled(_settings: Settings, tell: Tell, number: int) -> int:
    tell(f"Dubblar {number}")
    return 2 * number


def refused(_settings: Settings, _tell: Tell) -> None:
    raise UserError("Det gick inte. Gör så här i stället.")


def broken(_settings: Settings, _tell: Tell) -> None:
    raise LookupError(SECRET)


def gone(_settings: Settings, _tell: Tell) -> None:
    os._exit(1)


def busy(_settings: Settings, tell: Tell) -> None:
    tell("Börjar")
    time.sleep(600)


@pytest.fixture
def settings(server: TestServer, database: Database, tmp_path: Path) -> Settings:
    name = make_url(database.url).database
    assert name is not None
    url = make_url(sibling_url(server.owner_url, name)).render_as_string(hide_password=False)
    return Settings(home=tmp_path / "hem", database_url=url, dagster_url=url)


@pytest.fixture
def second(settings: Settings) -> Iterator[Second]:
    with Second(settings) as made:
        yield made


def test_answers_come_for_what_was_asked_and_errors_in_their_own_words(second: Second) -> None:
    heard: list[str] = []
    first, wrong, unexpected, last = (
        second.ask(doubled, 2), second.ask(refused), second.ask(broken), second.ask(doubled, number=4)
    )  # fmt: skip
    assert second.answer(last, heard.append) == 8  # in any order
    assert second.answer(first) == 4
    assert heard == ["Dubblar 2", "Dubblar 4"]
    with pytest.raises(KvinnofridError, match=r"^Det gick inte. Gör så här i stället\.$"):
        second.answer(wrong)
    with pytest.raises(SecondFailed, match="LookupError") as told:
        second.answer(unexpected)
    assert SECRET not in str(told.value)
    assert second.opened()
    lost = second.ask(gone)
    with pytest.raises(SecondFailed, match="avbröts"):
        second.answer(lost)
    with pytest.raises(SecondFailed, match="avbröts"):
        second.answer(second.ask(doubled, 1))
    assert not second.opened()


def test_it_is_ended_at_once_where_nobody_waits_for_what_it_does(second: Second) -> None:
    assert second.opened()
    second.ask(busy)
    before = time.monotonic()
    second.close()
    assert time.monotonic() - before < 10
    assert not second._process.is_alive()


def test_an_installation_that_cannot_be_opened_is_said_not_to_be(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    with Second(Settings(home=tmp_path / "fil" / "hem")) as made:
        assert not made.opened()
