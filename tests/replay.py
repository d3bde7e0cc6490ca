"""A real local HTTP server that answers as scripted, faults included, and remembers what it was asked. No tests here.

with Replay(Reply(status=503), json_reply({"values": []})) as server, Polite(server.url, per_second=100) as polite:
    ...
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``cut`` sends only so many bytes of the body, though its whole length was announced."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before anything is sent."""
    cut: int | None = None
    announced: bool = True
    """False leaves Content-Length out, so that an answer cut short looks whole."""
    hang_up: bool = False
    """Close without a word."""


def json_reply(value: Any, **more: Any) -> Reply:
    """An answer of JSON; ``more`` as in ``Reply``."""
    return Reply(json.dumps(value, ensure_ascii=False).encode(), **({"content_type": "application/json"} | more))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    """Without the query."""
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes


Script = Callable[[Asked], Reply]


class Replay:
    """Answers in the order given, the last one again and again; or as one function of the request says."""

    def __init__(self, *answers: Reply | Script) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._broken: Exception | None = None
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        """The server's address, with a slash last."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        self._no_proxy = os.environ.get("NO_PROXY")
        os.environ["NO_PROXY"] = ",".join(filter(None, [self._no_proxy, "127.0.0.1"]))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._no_proxy is None:
            os.environ.pop("NO_PROXY", None)
        else:
            os.environ["NO_PROXY"] = self._no_proxy
        if self._broken is not None and kind is None:
            raise self._broken

    def answer(self, asked: Asked) -> Reply:
        """What this request gets."""
        with self._lock:
            place = len(self.asked)
            self.asked.append(asked)
        chosen = self._answers[min(place, len(self._answers) - 1)]
        try:
            return chosen(asked) if callable(chosen) else chosen
        except Exception as error:  # the script's own fault: told when the server is closed
            self._broken = self._broken or error
            return Reply(status=501)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets: the second would wait for the ack

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Silent."""

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = replay.answer(Asked(self.command, parts.path, parse_qs(parts.query), headers, body))
                if reply.delay:
                    replay._stop.wait(reply.delay)
                if reply.hang_up:
                    self.close_connection = True
                    return
                try:
                    self._send(reply)
                except OSError:
                    self.close_connection = True  # the client had enough

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.content_type)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.announced:
                    self.send_header("Content-Length", str(len(reply.body)))
                if not reply.announced or reply.cut is not None:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                self.end_headers()
                self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])

            do_GET = do_POST = _serve  # noqa: N815

        return Handler
