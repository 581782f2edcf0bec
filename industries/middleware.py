"""Sets the reading aid into English pages, whichever room has made them."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from industries.reading_aid import read_aloud

# Scripts, styles, what people type and what says translate="no" are left alone; of all else, tags and texts take turns.
PART = re.compile(
    r"(<(?P<kept>script|style|textarea)\b.*?</(?P=kept)\s*>"
    r"|<(?P<own>article|code)\b[^>]*\stranslate=\"no\".*?</(?P=own)\s*>"
    r"|<!--.*?-->|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)",
    re.DOTALL,
)
SEEN = re.compile(r"(\s(?:aria-label|alt|title|placeholder|data-label)=)\"([^\"]*)\"")
# Elements that hold text alone.
PLAIN = re.compile(r"<(title|option)\b", re.IGNORECASE)


class ReadingAid:
    """Django's middleware: every HTML page in English gets the meaning of the catalogue's texts beside them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        if is_page and getattr(request, "LANGUAGE_CODE", "") == "en":
            response.content = annotated(response.content.decode(response.charset)).encode(response.charset)
        return response


def annotated(page: str) -> str:
    """The page with the aid in its texts and in the attributes that people read or hear."""
    done, at, plain = [], 0, False
    for found in PART.finditer(page):
        done.append(read_aloud(page[at : found.start()], marked=not plain))
        done.append(found[0] if found["kept"] or found["own"] else SEEN.sub(_attribute, found[0]))
        plain = PLAIN.match(found[0]) is not None
        at = found.end()
    return "".join([*done, read_aloud(page[at:], marked=True)])


def _attribute(found: re.Match[str]) -> str:
    return f'{found[1]}"{read_aloud(found[2], marked=False)}"'
