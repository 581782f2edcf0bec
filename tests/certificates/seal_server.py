"""A seal server in a process of its own, for the tests: `python -m tests.certificates.seal_server MODE TOKEN` prints its port.

MODE: `good` signs as it should; the others fail as real servers do.
"""

import base64
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.vectors.issuer import CHINESE, MAIN, ORDER

SIGNERS = {"SM2": CHINESE, "ES256": MAIN}


class Handler(BaseHTTPRequestHandler):
    """Answers one POST."""

    mode, token = "good", ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 200 if self.headers.get("Authorization") == f"Bearer {self.token}" else 401
        signer = SIGNERS[asked["algorithm"]]
        assert asked["kid"] == signer.kid.hex()
        signature = signer.sign(base64.b64decode(asked["message"]))
        if self.mode == "high":
            signature = signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
        if self.mode == "wrong":
            signature = bytes(64)
        if self.mode == "slow":
            time.sleep(3)
        body = json.dumps({"signature": base64.b64encode(signature).decode()}).encode()
        if self.mode == "noise":
            body = b"<html>"
        if self.mode == "elsewhere":
            status = 302
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main() -> None:
    Handler.mode, Handler.token = sys.argv[1], sys.argv[2]
    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
