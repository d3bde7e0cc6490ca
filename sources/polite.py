"""HTTP towards public sources: waits, tries again, remembers answers, gives up with words. Knows no source's shapes.

One ``Polite`` serves one thread and one host. Its errors tell what happened and what to do, never what was answered.
"""

import json as jsonlib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from sources._answers import Answer, Answers
from warehouse.contracts.errors import KvinnofridError
from warehouse.contracts.swedish import STOCKHOLM

__all__ = ["Answer", "Params", "Polite", "Unavailable"]

Params = Mapping[str, str | int | Sequence[str | int]]

USER_AGENT = f"kvinnofrid/{version('kvinnofrid')} (kommunal uppfoljning; python-httpx/{httpx.__version__})"
MOST_BYTES = 64 << 20

_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 5
_FIRST_WAIT = 1.0
_WHOLE = 10
"""A whole answer may take this many times ``timeout``, which itself holds for each wait on the network."""

set_on_retry_hooks(())  # a retry is not worth a line: what failed in the end is told by the error


class Unavailable(KvinnofridError):
    """A public source could not be asked, or its answer not be used. Nothing of the answer stands in the text."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        """``status`` is the HTTP status where the source answered with an error."""
        super().__init__(message)
        self.status = status


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted: reading them takes longer than most answers, so all clients share them."""
    return httpx.create_ssl_context()


class _Again(Exception):
    """Something that may go better next time."""

    def __init__(self, what: str, *, after: float | None = None, status: int | None = None) -> None:
        super().__init__(what)
        self.what, self.after, self.status = what, after, status


@dataclass(frozen=True, slots=True)
class _Limits:
    attempts: int
    most_wait: float
    most_bytes: int
    whole: float


class Polite:
    """Asks one host: at most ``per_second`` requests, several tries, and a cache on disk where one is wanted.

    Tries again after 429, 500, 502, 503, 504, a broken connection, a timeout and an answer that is not whole; waits 1,
    2, 4 ... seconds between, or what ``Retry-After`` asks for, never more than ``most_wait`` seconds.

    The cache is for sources where the same address always means the same thing. One that keeps what was asked in a
    session (cookies) must have none.
    """

    def __init__(
        self,
        base_url: str,
        *,
        per_second: float,
        cache: Path | None = None,
        fresh_seconds: float = 0.0,
        attempts: int = 5,
        timeout: float = 30.0,
        most_wait: float = 60.0,
        most_bytes: int = MOST_BYTES,
        kalla: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``kalla`` is the source's name in messages (its host where none); ``clock`` gives seconds since 1970."""
        self._base = httpx.URL(base_url if base_url.endswith("/") else base_url + "/")
        self._kalla = kalla or self._base.host
        self._gap = 1 / per_second
        self._cache = Answers(cache, fresh_seconds, clock) if cache and fresh_seconds > 0 else None
        self._limits = _Limits(attempts, most_wait, most_bytes, _WHOLE * timeout)
        self._sleep, self._clock = sleep, clock
        self._last: float | None = None
        headers = {"User-Agent": USER_AGENT}
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=False, verify=_trusted())

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its connections."""
        self._client.close()

    def get(self, path: str, params: Params | None = None) -> Answer:
        """Ask for a path under the base address, or for an address on the same host.

        Raises:
            Unavailable: when no usable answer came.
        """
        return self._ask(self._request("GET", path, params=params))

    def post(self, path: str, *, data: Mapping[str, Any] | None = None, json: Any = None) -> Answer:
        """Post a form or JSON. It may be sent several times, so only for questions. Raises as ``get``."""
        return self._ask(self._request("POST", path, data=data, json=json))

    def json(self, path: str, params: Params | None = None) -> Any:
        """The same as ``get`` for an answer that must be whole JSON and say so in its content type."""
        return _parsed(self._ask(self._request("GET", path, params=params), _must_be_json))

    def post_json(self, path: str, *, json: Any) -> Any:
        """Post JSON, for an answer that must be whole JSON."""
        return _parsed(self._ask(self._request("POST", path, json=json), _must_be_json))

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        data: Mapping[str, Any] | None = None,
        json: Any = None,
    ) -> httpx.Request:
        url = self._own(self._base, path)
        if params:
            url = url.copy_merge_params({name: _listed(value) for name, value in params.items()})
        return self._client.build_request(method, url, data=data, json=json)

    def _own(self, start: httpx.URL, path: str) -> httpx.URL:
        """The address that ``path`` means, which must be on the host that was asked for."""
        try:
            url = start.join(path)
        except httpx.InvalidURL:
            raise self._gives_up("hänvisade till en adress som inte går att använda") from None
        if url.host != self._base.host or url.scheme not in {"http", "https"}:
            raise self._gives_up("hänvisade till en annan server, och dit går ingen fråga")
        # Servers behind a proxy often write http in addresses that they give.
        if self._base.scheme == "https" and url.scheme == "http":
            url = url.copy_with(scheme="https", port=self._base.port)
        if url.port != self._base.port:
            raise self._gives_up("hänvisade till en annan server, och dit går ingen fråga")
        return url

    def _ask(self, request: httpx.Request, check: Callable[[Answer], None] = lambda _: None) -> Answer:
        key = (request.method, str(request.url), request.content)
        if self._cache and (kept := self._cache.find(*key)):
            try:
                check(kept)
            except _Again:
                pass
            else:
                return kept
        answer = self._insist(request, check)
        if self._cache:
            self._cache.keep(*key, answer)
        return answer

    def _insist(self, request: httpx.Request, check: Callable[[Answer], None]) -> Answer:
        wait = 0.0
        tries = 0

        def later(error: Exception) -> bool | float:
            nonlocal wait
            if not isinstance(error, _Again):
                return False
            wait = min(self._limits.most_wait, error.after or _FIRST_WAIT * 2 ** (tries - 1))
            return 0.0  # waited for below, so that tests can put another clock in

        try:
            for attempt in stamina.retry_context(on=later, attempts=self._limits.attempts, timeout=None):
                with attempt:
                    tries = attempt.num
                    if wait:
                        self._sleep(wait)
                    answer = self._once(request)
                    check(answer)
        except _Again as again:
            raise self._gives_up(f"{again.what} ({tries} försök)", status=again.status) from None
        return answer

    def _once(self, request: httpx.Request) -> Answer:
        """One try, with the redirects that it leads to."""
        for _ in range(_MOST_HOPS + 1):
            self._pace()
            try:
                response = self._client.send(request, stream=True)
                try:
                    if response.status_code not in _MOVED:
                        return self._body(response)
                finally:
                    response.close()
            except httpx.TimeoutException:
                raise _Again("svarade inte i tid") from None
            except httpx.DecodingError:
                raise _Again("skickade ett svar som inte är helt") from None
            except httpx.RemoteProtocolError:
                raise _Again("avbröt förbindelsen innan svaret var helt") from None
            except httpx.TransportError:
                raise _Again("gick inte att nå") from None
            request = self._moved(request, response)
        raise self._gives_up("hänvisade runt mellan adresser utan slut")

    def _moved(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        target = response.headers.get("Location")
        if not target:
            raise self._gives_up("hänvisade till en adress som inte går att använda")
        url = self._own(request.url, target)
        if response.status_code in {307, 308} or request.method == "GET":
            kind = {"Content-Type": request.headers["Content-Type"]} if "Content-Type" in request.headers else {}
            return self._client.build_request(request.method, url, content=request.content or None, headers=kind)
        return self._client.build_request("GET", url)

    def _body(self, response: httpx.Response) -> Answer:
        status = response.status_code
        if status in _AGAIN:
            raise _Again(f"svarade med felkod {status}", after=self._asked_wait(response, status), status=status)
        if not 200 <= status < 300:
            raise self._gives_up(
                f"svarade med felkod {status}",
                "Det kan bero på att källan har ändrat sina adresser, eller på att det som frågades efter inte finns "
                "där. Kontrollera frågan; hjälper inte det behöver hämtningen rättas",
                status=status,
            )
        started, content = self._clock(), bytearray()
        stated = response.headers.get("Content-Length", "")
        size = int(stated) if stated.isascii() and stated.isdecimal() else 0
        for piece in response.iter_bytes() if size <= self._limits.most_bytes else ():
            content += piece
            if len(content) > self._limits.most_bytes:
                break
            if self._clock() - started > self._limits.whole:
                raise _Again("svarade för långsamt")
        if max(size, len(content)) > self._limits.most_bytes:
            limit = self._limits.most_bytes / (1 << 20)
            raise self._gives_up(f"svarade med mer än {limit:.3g} MB", "Fråga efter färre år eller kommuner i taget")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
        return Answer(bytes(content), kind)

    def _asked_wait(self, response: httpx.Response, status: int) -> float | None:
        """Seconds that ``Retry-After`` asks for; gives up at once when that is longer than anybody waits here."""
        said = response.headers.get("Retry-After", "").strip()
        now = self._clock()
        if said.isascii() and said.isdecimal():
            seconds = float(said[:9])
        else:
            try:
                day = parsedate_to_datetime(said)
            except ValueError:
                return None
            seconds = (day if day.tzinfo else day.replace(tzinfo=UTC)).timestamp() - now
        if seconds <= self._limits.most_wait:
            return max(seconds, 0.0) or None
        try:
            when = f"{datetime.fromtimestamp(now + seconds, STOCKHOLM):%Y-%m-%d kl. %H.%M}"
        except (OverflowError, ValueError):
            when = "i morgon"
        raise self._gives_up("ber om en paus", f"Försök igen efter {when}", status=status)

    def _pace(self) -> None:
        now = self._clock()
        if self._last is not None:
            # A clock that was set back must not make us wait longer than the gap.
            wait = min(self._gap, self._last + self._gap - now)
            if wait > 0:
                self._sleep(wait)
        self._last = self._clock()

    def _gives_up(self, what: str, then: str = "Försök igen senare", *, status: int | None = None) -> Unavailable:
        return Unavailable(f"{self._kalla} {what}. {then}. Ingenting har hämtats.", status=status)


def _listed(value: str | int | Sequence[str | int]) -> str | int | list[str | int]:
    return value if isinstance(value, (str, int)) else list(value)


def _must_be_json(answer: Answer) -> None:
    kind = answer.content_type
    if kind not in {"application/json", "text/json"} and not kind.endswith("+json"):
        raise _Again("svarade med något annat än JSON, kanske en felsida")
    try:
        _parsed(answer)
    except (ValueError, RecursionError):
        raise _Again("skickade ett svar som inte är helt") from None


def _parsed(answer: Answer) -> Any:
    return jsonlib.loads(answer.content, parse_constant=_no_constant)


def _no_constant(_: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError
