"""A city's store of licences in a process of its own, for the tests: `python -m tests.certificates.fake_store KEY_ID SECRET`
prints its port.

It checks what it gets by itself: signature, digest, age, numbers used once. `POST /faults` with a list makes it fail at the
next requests, one fault each: see `FAULTS`. `GET /all` tells what it has, `POST /forget` loses an entry.
"""

import base64
import hashlib
import hmac
import json
import re
import socket
import sys
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS = ("500", "503", "drop", "lost", "silent", "drip", "twice", "garbage", "other", "empty", "redirect", "endless")
PARAMETERS = re.compile(r'one-licence=(\(([^)]*)\);created=(\d+);nonce="([^"]+)";keyid="([^"]+)";alg="hmac-sha256")')
OLDEST = 300


class Store:
    """What was taken: by identifier the entries by sequence, each with its digest, state and how often it came."""

    def __init__(self, key_id: str, secret: str) -> None:
        self.key_id, self.secret = key_id, secret.encode()
        self.entries: dict[str, dict[str, dict[str, Any]]] = {}
        self.log: list[str] = []
        self.nonces: set[str] = set()
        self.faults: deque[str] = deque()

    def refusal(self, handler: "Handler", body: bytes) -> str:
        """Why a request is not believed; nothing where it is."""
        found = PARAMETERS.fullmatch(handler.headers.get("Signature-Input", ""))
        if not found:
            return "not signed"
        params, names, created, nonce, key_id = found.groups()
        if key_id != self.key_id or abs(time.time() - int(created)) > OLDEST or nonce in self.nonces:
            return "key, age or nonce"
        self.nonces.add(nonce)
        values = {
            "@method": handler.command,
            "@authority": handler.headers["Host"],
            "@path": handler.path,
            "content-digest": handler.headers.get("content-digest"),
            "idempotency-key": handler.headers.get("idempotency-key"),
        }
        covered = re.findall(r'"([^"]+)"', names)
        if {"@method", "@authority", "@path"} - set(covered) or (
            body and {"content-digest", "idempotency-key"} - set(covered)
        ):
            return "too little is signed"
        base = "".join(f'"{name}": {values[name]}\n' for name in covered) + f'"@signature-params": {params}'
        mac = base64.b64encode(hmac.new(self.secret, base.encode(), hashlib.sha256).digest()).decode()
        if handler.headers["Signature"] != f"one-licence=:{mac}:":
            return "signature"
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if body and handler.headers["content-digest"] != f"sha-256=:{digest}:":
            return "digest"
        return ""

    def take(self, path: str, key: str, body: bytes) -> dict[str, Any]:
        """Keep an entry; the same one again changes nothing."""
        said, sha256 = json.loads(body), hashlib.sha256(body).hexdigest()
        identifier, sequence = said["identifier"], said["sequence"]
        assert path == f"/api/licences/{identifier}" + ("" if sequence == 1 else "/state")
        known = self.entries.setdefault(identifier, {})
        before = known.get(str(sequence))
        times = before["times"] + 1 if before and before["key"] == key else 1
        state = said["state_number"]
        known[str(sequence)] = {"sha256": sha256, "state": state, "day": said["day"], "key": key, "times": times}
        if times == 1:
            known[str(sequence)]["file"] = len(said.get("file", {}).get("pdf", ""))
            self.log.append(f"{identifier} {sequence}")
        return {"identifier": identifier, "sequence": sequence, "sha256": sha256, "receipt": f"r{len(self.log)}"}

    def day(self, day: str) -> list[dict[str, Any]]:
        """The entries of a day."""
        return [
            {"identifier": identifier, "sequence": int(sequence), "sha256": entry["sha256"]}
            for identifier, several in self.entries.items()
            for sequence, entry in several.items()
            if entry["day"] == day
        ]

    def tally(self, day: str) -> dict[str, Any]:
        lines = sorted(f"{one['identifier']} {one['sequence']} {one['sha256']}\n" for one in self.day(day))
        return {"day": day, "count": len(lines), "digest": hashlib.sha256("".join(lines).encode()).hexdigest()}


class Handler(BaseHTTPRequestHandler):
    """Answers one request, well or as the next fault says."""

    store: Store

    def do_GET(self) -> None:
        if self.path == "/all":
            return self.say({"entries": self.store.entries, "log": self.store.log})
        if why := self.store.refusal(self, b""):
            return self.say({"error": why}, 401)
        fault = self.store.faults.popleft() if self.store.faults else ""
        day = self.path.removeprefix("/api/days/")[:10]
        told = {"entries": self.store.day(day)} if self.path.endswith("/entries") else self.store.tally(day)
        return self.fail(fault, told) if fault else self.say(told)

    def do_POST(self) -> None:
        said = json.loads(self.body())
        if self.path == "/faults":
            self.store.faults = deque(said)
        else:
            del self.store.entries[said["identifier"]][said["sequence"]]
        self.say({})

    def do_PUT(self) -> None:
        body = self.body()
        if why := self.store.refusal(self, body):
            return self.say({"error": why}, 401)
        fault = self.store.faults.popleft() if self.store.faults else ""
        if fault in ("500", "503", "drop", "silent", "redirect"):
            return self.fail(fault, {})
        told = self.store.take(self.path, self.headers["idempotency-key"], body)
        return self.fail(fault, told) if fault else self.say(told, 201)

    def fail(self, fault: str, told: dict[str, Any]) -> None:
        """Answer wrongly, late, twice or not at all."""
        if fault in ("drop", "lost"):
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "silent":
            time.sleep(1)
        elif fault == "drip":
            self.send_response(200)
            self.end_headers()
            for _nth in range(40):
                time.sleep(0.05)
                self.wfile.write(b" ")
        elif fault == "twice":
            self.say(told)
            self.say(told)
        elif fault == "endless":
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 30))
            self.end_headers()
            self.wfile.write(b"x" * 70000)
        elif fault == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
        elif fault in ("garbage", "empty"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>" if fault == "garbage" else b"")
        elif fault == "other":
            self.say(told | {"sha256": "0" * 64, "day": "1999-01-01", "entries": 7})
        else:
            self.say({"error": fault}, int(fault))

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def say(self, told: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle(self) -> None:
        """A line that the other side cut is none of our faults."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main() -> None:
    Handler.store = Store(*sys.argv[1:3])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
