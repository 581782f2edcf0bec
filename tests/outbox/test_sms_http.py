"""The HTTP backend against a server of this machine: handed over, asked again while busy, given up when refused."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from outbox import sms_http
from outbox.sms import SmsFailed


class Service:
    """A server that answers with the given statuses, one after the other, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.asked: list[dict[str, Any]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                facts = json.loads(self.rfile.read(length))
                service.asked.append({"path": self.path, "auth": self.headers["Authorization"], **facts})
                status = service.answers.pop(0)
                self.send_response(status)
                if status in (301, 307):
                    self.send_header("Location", f"http://127.0.0.1:{service.port}/elsewhere")
                self.end_headers()
                self.wfile.write(b'{"receipt":\n 7}')

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.SMS_HTTP_URL, settings.SMS_HTTP_TOKEN = f"http://127.0.0.1:{made.port}/send?x=1", "secret"
    monkeypatch.setattr(sms_http, "PAUSE", 0.0)
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def send() -> str:
    return sms_http.Http().send("13800000000", "办件已受理", id="ab" * 16)


def test_a_message_is_handed_over_with_its_identity(service: Service) -> None:
    service.answers = [200]
    assert send() == '{"receipt": 7}'
    expected = {
        "path": "/send?x=1",
        "auth": "Bearer secret",
        "id": "ab" * 16,
        "to": "13800000000",
        "text": "办件已受理",
    }
    assert service.asked == [expected]


def test_a_busy_service_is_asked_again_with_the_same_identity(service: Service) -> None:
    service.answers = [503, 429, 202]
    send()
    assert len(service.asked) == 3
    assert len({asked["id"] for asked in service.asked}) == 1


def test_a_service_that_stays_busy_is_left_to_the_outbox(service: Service) -> None:
    service.answers = [500] * 4
    with pytest.raises(SmsFailed, match="HTTP 500"):
        send()
    assert len(service.asked) == sms_http.TRIES


@pytest.mark.parametrize("status", [400, 401, 301, 307])
def test_a_refusal_and_a_redirect_are_final(service: Service, status: int) -> None:
    service.answers = [status, 200]
    with pytest.raises(SmsFailed, match=f"HTTP {status}"):
        send()
    assert len(service.asked) == 1


def test_a_service_that_is_away_is_a_failure(service: Service, settings: Any) -> None:
    settings.SMS_HTTP_URL = "http://127.0.0.1:9/"
    with pytest.raises(SmsFailed, match="ConnectionRefusedError"):
        send()


@pytest.mark.parametrize("address", ["", "http://sms.example.com/", "ftp://x/"])
def test_numbers_leave_encrypted_only(settings: Any, address: str) -> None:
    settings.SMS_HTTP_URL, settings.SMS_HTTP_TOKEN = address, ""
    with pytest.raises(ImproperlyConfigured, match="https://"):
        sms_http.Http()
