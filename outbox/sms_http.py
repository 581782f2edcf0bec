"""SMS by HTTP: a backend for services that take JSON, the district's own adapter or a provider's.

    SMS_BACKEND=outbox.sms_http.Http
    SMS_HTTP_URL=https://sms.example.gov.cn/send      SMS_HTTP_TOKEN=…

It posts `{"id", "to", "text"}` with `Authorization: Bearer …`, and takes any 2xx as handed over. A busy or silent service
is asked again at once a few times; what lasts longer is the outbox's, which waits for minutes and hours.
"""

import http.client
import json
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from outbox.sms import SmsFailed

TRIES = 3
TIMEOUT = 10.0
"""Seconds for one try; all of them stay below the outbox's lease."""
PAUSE = 0.5
"""Seconds before the second try; twice as long before each further one."""
HERE = ("127.0.0.1", "::1", "localhost")
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class Http:
    """One address; redirects are not followed, since they could lead numbers anywhere."""

    def __init__(self) -> None:
        parts = urlsplit(settings.SMS_HTTP_URL)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise ImproperlyConfigured(f"SMS_HTTP_URL={settings.SMS_HTTP_URL!r}: write an https:// address")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._token = settings.SMS_HTTP_TOKEN

    def send(self, to: str, text: str, *, id: str) -> str:
        """Hand a message over; the service's answer is the receipt. Raises SmsFailed."""
        body = json.dumps({"id": id, "to": to, "text": text}, ensure_ascii=False).encode()
        problem = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(PAUSE * 2 ** (attempt - 1))
            try:
                status, answer = self._post(body)
            except (OSError, http.client.HTTPException) as error:
                problem = f"{type(error).__name__}: {error}"
                continue
            if 200 <= status < 300:
                return answer or str(status)
            problem = f"HTTP {status} {answer}".strip()
            if status not in BUSY:
                break
        raise SmsFailed(problem)

    def _post(self, body: bytes) -> tuple[int, str]:
        """One try: status and the beginning of the answer, in one line."""
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=TIMEOUT)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request("POST", self._path, body, headers)
            answer = connection.getresponse()
            return answer.status, " ".join(answer.read(200).decode("utf-8", "replace").split())
        finally:
            connection.close()
