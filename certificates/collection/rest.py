"""The store by REST: a signed request for each entry, and for the tally of a day (docs/district.md says what goes to and fro).

    ELICENCE_STORE=certificates.collection.rest.Rest
    ELICENCE_STORE_URL=https://store.example.gov.cn/api     ELICENCE_STORE_KEY_ID=…     ELICENCE_STORE_SECRET=…

One try for each call: what fails is the outbox's, which waits longer and longer. An answer counts only where it repeats what
was sent.
"""

import http.client
import json
import secrets
import socket
import threading
import time
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from certificates.collection import message_signature
from certificates.collection.entries import Entry
from certificates.collection.store import Known, StoreFailed, Tally

TIMEOUT = 10.0
"""Seconds without a sign of life."""
DEADLINE = 20.0
"""Seconds for the whole answer, however slowly it drips."""
LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes; a day of some twenty thousand entries."""
LONGEST_RECEIPT = 100
HERE = ("127.0.0.1", "::1", "localhost")
TAKEN = frozenset({200, 201})


class Rest:
    """One address; redirects are not followed, since they could lead licences anywhere."""

    def __init__(self) -> None:
        parts = urlsplit(settings.ELICENCE_STORE_URL)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise ImproperlyConfigured(f"ELICENCE_STORE_URL={settings.ELICENCE_STORE_URL!r}: write an https:// address")
        if not (settings.ELICENCE_STORE_KEY_ID and settings.ELICENCE_STORE_SECRET):
            raise ImproperlyConfigured("set ELICENCE_STORE_KEY_ID and ELICENCE_STORE_SECRET: requests are signed")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._authority, self._root = parts.netloc.lower(), parts.path.rstrip("/")
        self._key_id, self._secret = settings.ELICENCE_STORE_KEY_ID, settings.ELICENCE_STORE_SECRET.encode()

    def put(self, entry: Entry) -> str:
        """Hand an entry over: the version itself, or how it stands now. Raises StoreFailed."""
        path = f"/licences/{entry.identifier}{'' if entry.sequence == 1 else '/state'}"
        told = self._ask("PUT", path, entry.body, entry.key)
        expected = {"identifier": entry.identifier, "sequence": entry.sequence, "sha256": entry.sha256}
        if {name: told.get(name) for name in expected} != expected:
            raise StoreFailed("the answer is about something else")
        return str(told.get("receipt", ""))[:LONGEST_RECEIPT]

    def tally(self, day: date) -> Tally:
        """How many entries of a day the store has. Raises StoreFailed."""
        told = self._ask("GET", f"/days/{day}")
        if told.get("day") != day.isoformat() or not isinstance(told.get("count"), int):
            raise StoreFailed("the answer is about something else")
        return Tally(told["count"], str(told.get("digest")))

    def entries(self, day: date) -> Known:
        """The entries of a day. Raises StoreFailed."""
        told = self._ask("GET", f"/days/{day}/entries").get("entries")
        try:
            return {(str(one["identifier"]), int(one["sequence"])): str(one["sha256"]) for one in told or []}
        except (TypeError, KeyError, ValueError) as error:
            raise StoreFailed("entries that nobody can read") from error

    def _ask(self, method: str, path: str, body: bytes = b"", key: str = "") -> dict[str, Any]:
        """One request, and its answer as JSON."""
        try:
            status, answer = self._request(method, f"{self._root}{path}", body, key)
        except (OSError, http.client.HTTPException) as error:
            raise StoreFailed(f"{type(error).__name__}: {error}") from error
        if status not in TAKEN:
            raise StoreFailed(f"HTTP {status} {' '.join(answer[:200].decode('utf-8', 'replace').split())}".strip())
        try:
            told = json.loads(answer)
        except ValueError as error:
            raise StoreFailed("an answer that is no JSON") from error
        if not isinstance(told, dict):
            raise StoreFailed("an answer that is no JSON object")
        return told

    def _request(self, method: str, path: str, body: bytes, key: str) -> tuple[int, bytes]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=TIMEOUT)
        try:
            connection.connect()
            # A store that sends a byte now and then passes every timeout: after the deadline the line is cut.
            watch = threading.Timer(DEADLINE, _cut, [connection.sock])
            watch.daemon = True
            watch.start()
            try:
                connection.request(method, path, body or None, self._headers(method, path, body, key))
                answer = connection.getresponse()
                content = answer.read(LONGEST_ANSWER + 1)
            finally:
                watch.cancel()
        finally:
            connection.close()
        if len(content) > LONGEST_ANSWER or (answer.length or 0) > 0:
            raise StoreFailed("an answer without an end")
        return answer.status, content

    def _headers(self, method: str, path: str, body: bytes, key: str) -> dict[str, str]:
        parts = {"@method": method, "@authority": self._authority, "@path": path}
        sent = {"Host": self._authority, "Accept": "application/json"}
        if body:
            said = {"content-digest": message_signature.content_digest(body), "idempotency-key": key}
            parts |= said
            sent |= {"Content-Type": "application/json; charset=utf-8", **said}
        signed = message_signature.headers(
            parts,
            secret=self._secret,
            key_id=self._key_id,
            created=int(time.time()),
            nonce=secrets.token_urlsafe(16),
        )
        return sent | signed


def _cut(line: socket.socket) -> None:
    """End a line on which somebody waits."""
    with suppress(OSError):  # it may have ended by itself
        line.shutdown(socket.SHUT_RDWR)
