"""Draws one page of a PDF as a JPEG, in a process of its own: `python draw_page.py PAGE WIDTH < file.pdf > page.jpg`.

A small PDF may hold millions of lines to draw, and PDFium cannot be interrupted. This process sets itself limits of time
and memory; whoever starts it waits no longer than that, and its death takes nothing else along. No Django here: it has
to start quickly. Exit 3: there is no such page.
"""

import io
import resource
import sys

import pypdfium2

SECONDS = 10
MEMORY = 1024**3
HIGHEST = 4000
NO_SUCH_PAGE = 3


def main() -> int:
    """Draw what the arguments name."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    page, width = int(sys.argv[1]), int(sys.argv[2])
    with pypdfium2.PdfDocument(sys.stdin.buffer.read()) as document:
        document.init_forms()  # a seal is the look of a signature field: without forms the page is drawn without it
        if not 1 <= page <= len(document):
            return NO_SUCH_PAGE
        sheet = document[page - 1]
        scale = min(width / max(sheet.get_width(), 1), HIGHEST / max(sheet.get_height(), 1))
        picture = sheet.render(scale=scale).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    sys.stdout.buffer.write(out.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
