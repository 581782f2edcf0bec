"""A licence's PDF: WeasyPrint with our page - beside ReportLab drawing the same page by hand, and Chromium printing the
same page, same font, same code; alone, and with two workers. Then the seal on it, beside pyHanko as it comes, and Poppler."""

import io
import multiprocessing
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench.bench_cases import ANSWERS, AT, INDUSTRIES
from bench.measure import OURS, Measurement, times_ms

WORKERS = 2
PAPERS_PER_RUN = 8
CHROMIUM = "Chromium, the same page"
NO_ARCHIVE = "no PDF/A, no data inside"
REPORTLAB = "ReportLab, drawn by hand"
NO_WRAPPING = "no PDF/A, no wrapping, no fallback for rare characters"


def measurements(runs: int) -> Iterable[Measurement]:
    """Milliseconds for one licence with five items, once all are warm; papers a second with two processes; the seal."""
    from bench.stage import Stage
    from certificates.models import LicenceVersion

    case = Stage(INDUSTRIES, ANSWERS, AT).finished_case()
    version = LicenceVersion.objects.get(licence__case=case)
    yield from alone(version, runs)
    yield from two_workers(version, runs)
    yield from seals_on(version, runs)


def alone(version: Any, runs: int) -> Iterator[Measurement]:
    """One paper after the other in this process; every one draws its code anew."""
    for who, work, note in contestants(version):
        sizes = {"items": len(version.facts["items"]), "kilobytes": round(len(work()) / 1000)}
        yield Measurement("licence PDF", who, "ms", times_ms(work, runs=runs), sizes=sizes, note=note)


def contestants(version: Any) -> Iterator[tuple[str, Callable[[], bytes], str]]:
    """Who makes the paper, with what, and what is missing on it."""
    from bench.peers.reportlab_page import licence_page
    from certificates import paper

    text = paper.code_text(version)
    yield OURS, lambda: paper.render(version), "HTML and CSS, PDF/A-4f, tagged, its data inside; not sealed yet"
    yield REPORTLAB, lambda: licence_page(version.facts, text), NO_WRAPPING
    if shutil.which("chromium"):
        from bench.peers.chromium_page import printer

        with printer() as printed:
            yield CHROMIUM, lambda: printed(version), NO_ARCHIVE


def two_workers(version: Any, runs: int) -> Iterator[Measurement]:
    """Papers a second of two processes that are warm. Each is a process of its own with its own engine."""
    told = {
        "version": version.version,
        "facts": version.facts,
        "payload": bytes(version.payload),
        "reason": version.reason,
    }
    names = [OURS, REPORTLAB, *([CHROMIUM] if shutil.which("chromium") else [])]
    for who in names:
        # A fork would carry over engines that are running already.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(WORKERS, mp_context=fresh, initializer=begin, initargs=(who, told)) as pool:

            def all_of_them(pool: ProcessPoolExecutor = pool) -> None:
                for _made in pool.map(make_one, range(PAPERS_PER_RUN)):
                    pass

            values = tuple(PAPERS_PER_RUN / (ms / 1000) for ms in times_ms(all_of_them, runs=runs, warm_up=2))
        yield Measurement(f"licence PDF, {WORKERS} workers", who, "PDF/s", values, True, sizes={"workers": WORKERS})


_worker: dict[str, Any] = {}


def begin(who: str, told: dict[str, Any]) -> None:
    """Make this process ready: Django, the engine, the version."""
    import django

    django.setup()
    from certificates.models import LicenceVersion

    version = LicenceVersion(**told)
    found = contestants(version)
    for name, work, _note in found:
        if name == who:
            _worker["work"], _worker["engine"] = work, found  # which ends with the process, not before
            return


def make_one(_number: int) -> int:
    """One paper; its length."""
    return len(_worker["work"]())


def seals_on(version: Any, runs: int) -> Iterator[Measurement]:
    """Sealing a drawn paper, and looking at a sealed one."""
    from bench.peers import plain_seal
    from certificates import paper
    from certificates.signers import seals
    from paper import sealed

    drawn = paper.render(version)
    made = paper.with_seal(drawn, version, at=AT)
    trusted = seals.trusted()
    sizes = {"kilobytes": round(len(made) / 1000), "of them the seal": round((len(made) - len(drawn)) / 1000)}
    signer = plain_seal.signer()
    yield Measurement(
        "seal a PDF", OURS, "ms", times_ms(lambda: paper.with_seal(drawn, version, at=AT), runs=runs), sizes=sizes
    )
    yield Measurement(
        "seal a PDF",
        "pyHanko, P-256",
        "ms",
        times_ms(lambda: plain_seal.sign(drawn, signer), runs=runs),
        note="no picture in the place of the seal",
    )
    assert sealed.look(made, trusted).state is sealed.State.GOOD
    yield Measurement("look at a sealed PDF", OURS, "ms", times_ms(lambda: sealed.look(made, trusted), runs=runs))
    plain = io.BytesIO(plain_seal.sign(drawn, signer))
    yield Measurement(
        "look at a sealed PDF", "pyHanko", "ms", times_ms(lambda: plain_seal.validate(plain, signer), runs=runs)
    )
    if shutil.which("pdfsig"):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "licence.pdf"
            file.write_bytes(made)
            command = ["pdfsig", "-nocert", str(file)]
            values = times_ms(lambda: subprocess.run(command, capture_output=True, check=True), runs=runs)
        yield Measurement("look at a sealed PDF", "Poppler's pdfsig", "ms", values, note="a process each time")
