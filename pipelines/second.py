"""A second process beside this one, for what takes a processor of its own: it does what it is asked, in order.

It holds the installation open meanwhile, so the server that it started is there for both. What it does is the asker's;
what goes wrong there is told here as a ``KvinnofridError``.
"""

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from pipelines.settings import Settings
from warehouse.contracts.errors import KvinnofridError

P = ParamSpec("P")
T = TypeVar("T")
Tell = Callable[[str], None]
_PATIENCE = 10.0
"""Seconds that a process with nothing to do has for closing the installation."""


class SecondFailed(KvinnofridError):
    """The second process ended, or met an error that is ours. No value: the type only."""


class Second:
    """The second process. Ask, do something else, then take the answers."""

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        self._conn, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, settings), daemon=True)
        self._process.start()
        theirs.close()
        self._asked = 0
        self._answers: list[tuple[str, Any]] = []

    def ask(self, task: Callable[Concatenate[Settings, Tell, P], Any], *args: P.args, **said: P.kwargs) -> int:
        """Have ``task(settings, tell, ...)`` done there after what was asked before; returns the number to answer by.

        The task stands at the top of a module, and what it takes and returns can be pickled.
        """
        with suppress(OSError):  # it is gone: the answer will say so
            self._conn.send((task, args, said))
        self._asked += 1
        return self._asked - 1

    def answer(self, number: int, tell: Tell = lambda _text: None) -> Any:
        """What the task returned. Waits for it; ``tell`` hears what is going on there.

        Raises:
            KvinnofridError: In the task's own words, or ``SecondFailed``.
        """
        while number >= len(self._answers):
            try:
                kind, what = self._conn.recv()
            except (EOFError, OSError):
                raise SecondFailed("Den andra processen avbröts. Kör kommandot igen.") from None
            if kind == "tell":
                tell(what)
            else:
                self._answers.append((kind, what))
        kind, what = self._answers[number]
        if kind == "fel":
            raise KvinnofridError(what)
        if kind == "oväntat":
            raise SecondFailed(f"Oväntat fel ({what}). Det är vårt fel, inte ditt: anmäl det gärna.")
        return what

    def opened(self) -> bool:
        """Wait until the installation is open there. False where that failed: opening it here will say why."""
        try:
            self.answer(self.ask(_nothing))
        except KvinnofridError:
            return False
        return True

    def close(self) -> None:
        """End it: at once where it works at something that nobody waits for any more."""
        self._conn.close()
        if self._asked > len(self._answers):
            self._process.terminate()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def __enter__(self) -> "Second":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _nothing(_settings: Settings, _tell: Tell) -> None:
    """Only to be answered."""


def _serve(conn: Connection, settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which ends this one
    from pipelines.work import working

    def tell(words: str) -> None:
        conn.send(("tell", words))

    with suppress(KvinnofridError, OSError, EOFError), working(settings):
        while True:
            task, args, said = conn.recv()
            try:
                answer = ("ok", task(settings, tell, *args, **said))
            except KvinnofridError as error:
                answer = ("fel", str(error))
            except Exception as error:  # its text can hold a record
                answer = ("oväntat", type(error).__name__)
            conn.send(answer)
