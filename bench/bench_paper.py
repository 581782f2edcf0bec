"""A licence's PDF: WeasyPrint with our page - beside ReportLab drawing the same page by hand, same font, same code."""

from collections.abc import Iterable

from bench.bench_cases import ANSWERS, AT, INDUSTRIES
from bench.measure import OURS, Measurement, times_ms


def measurements(runs: int) -> Iterable[Measurement]:
    """Milliseconds for one licence with five items, once both are warm; both draw the code anew."""
    from bench.peers.reportlab_page import licence_page
    from bench.stage import Stage
    from certificates import paper
    from certificates.models import LicenceVersion

    case = Stage(INDUSTRIES, ANSWERS, AT).finished_case()
    version = LicenceVersion.objects.get(licence__case=case)
    text = paper.code_text(version)
    ours, theirs = paper.render(version), licence_page(version.facts, text)
    sizes = {"items": len(version.facts["items"]), "kilobytes": round(len(ours) / 1000)}
    rows = (
        (OURS, lambda: paper.render(version), sizes, "HTML and CSS, PDF/A-3u, the same template as a page"),
        (
            "ReportLab, drawn by hand",
            lambda: licence_page(version.facts, text),
            sizes | {"kilobytes": round(len(theirs) / 1000)},
            "no PDF/A, no wrapping, no fallback for rare characters",
        ),
    )
    for who, work, about, note in rows:
        yield Measurement("licence PDF", who, "ms", times_ms(work, runs=runs), sizes=about, note=note)
