"""`python -m bench.fuzz_verify --inputs 1000000 [--javascript]`: changed and made-up codes for the verifier, nightly.

None may be accepted, none may raise anything; exit 1 otherwise, with the seed and the input that did it. Prints JSON: the
reasons of refusal with their counts, inputs per second, and the most memory that was taken.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

HOLDS = ("valid", "partly_valid", "not_valid")


def inputs(chance: random.Random, count: int) -> Iterator[str]:
    """Texts: true codes with changed bytes or digits, parts of several put together, bytes of any kind behind a true head."""
    from certificates import code
    from tests.vectors.issuer import CHINESE, EDWARDS, MAIN, SITE, licence

    raws = [code.seal(licence(items), signer) for signer in (MAIN, EDWARDS, CHINESE) for items in (1, 2, 6)]
    known = set(map(code.to_digits, raws))
    kinds = (changed, within, spliced, digits_changed, made_up)
    while count:
        text = chance.choice(kinds)(chance, raws)
        digits = code.to_digits(text) if isinstance(text, bytes) else text
        if digits in known:
            continue
        count -= 1
        yield f"{SITE}/v/7KQ2M4XWZD#{digits}"


def changed(chance: random.Random, raws: list[bytes]) -> bytes:
    """One to four bytes replaced, taken away, put in, or a part repeated."""
    data = bytearray(chance.choice(raws))
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[place] = (data[place] + chance.randint(1, 255)) % 256
            case 1:
                del data[place]
            case 2:
                data.insert(place, chance.randrange(256))
            case 3:
                data[place:place] = data[: chance.randrange(1, 40)]
    return bytes(data)


def within(chance: random.Random, raws: list[bytes]) -> bytes:
    """A few bits of payload or signature are others: the message stays whole more often."""
    data = bytearray(chance.choice(raws))
    for _ in range(chance.randint(1, 3)):
        data[chance.randrange(20, len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def signed_anew(chance: random.Random) -> bytes:
    """A changed payload with a true signature, as only we could make it: what reads it must not stumble either."""
    from certificates import code
    from tests.vectors.issuer import MAIN, licence

    payload = code.parse_bytes(code.seal(licence(chance.choice((1, 2, 6))), MAIN)).payload
    return code.sign1(bytes(changed(chance, [payload])), MAIN)


def spliced(chance: random.Random, raws: list[bytes]) -> bytes:
    """The beginning of one code and the end of another."""
    one, other = chance.sample(raws, 2)
    return one[: chance.randrange(1, len(one))] + other[chance.randrange(len(other)) :]


def digits_changed(chance: random.Random, raws: list[bytes]) -> str:
    """A digit or two are others; the first is never zero."""
    from certificates import code

    digits = list(code.to_digits(chance.choice(raws)))
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(1, len(digits))
        digits[place] = str((int(digits[place]) + chance.randint(1, 9)) % 10)
    return "".join(digits)


def made_up(chance: random.Random, raws: list[bytes]) -> bytes:
    """A true head, then anything."""
    head = chance.choice(raws)[: chance.randrange(1, 30)]
    return head + chance.randbytes(chance.randrange(0, 480))


def python(count: int, seed: int) -> dict[str, Any]:
    """Every input by `certificates.verifying.offline`."""
    from certificates import code
    from certificates.verifying import offline
    from tests.vectors.issuer import AT
    from tests.vectors.make import published

    known, reasons, begun = published(), Counter[str](), time.perf_counter()
    for text in inputs(random.Random(seed), count):
        try:
            verdict = offline.verify_text(text, at=AT, published=known)
        except Exception as error:
            raise SystemExit(f"seed {seed}: {type(error).__name__} {error}: {text}") from error
        if verdict.answer in HOLDS:
            raise SystemExit(f"seed {seed}: accepted: {text}")
        reasons[verdict.reason] += 1
    chance = random.Random(seed + 1)
    for _ in range(count // 20):
        raw = signed_anew(chance)
        reasons[
            f"signed anew: {offline.verify_text(code.to_digits(raw), at=AT, published=known).reason or 'read'}"
        ] += 1
    seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"inputs": count, "seed": seed, "accepted": 0, "per_second": round(count / seconds), "megabytes": memory} | {
        "reasons": dict(reasons.most_common())
    }


def javascript(count: int) -> dict[str, Any]:
    """As many changed codes by the browser's verifier, in Node."""
    from scripts.assets import node_folder
    from tests.vectors import make

    command = [str(node_folder() / "node"), "--no-warnings", str(make.HERE / "run.mjs"), str(count)]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Node: {done.stderr[-2000:]}")
    told = json.loads(done.stdout)
    if told["accepted"]:
        raise SystemExit(f"JavaScript accepted {told['accepted']}: {done.stderr[-2000:]}")
    seconds = time.perf_counter() - begun
    return {"inputs": count, "accepted": 0, "per_second": round(count / seconds), "slowest_ms": told["slowest"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_verify", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--javascript", action="store_true", help="the browser's verifier in the place of Python's")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    report = javascript(asked.inputs) if asked.javascript else python(asked.inputs, asked.seed)
    json.dump(report, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
