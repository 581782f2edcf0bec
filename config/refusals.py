"""What a visitor gets who was refused before any room was asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a token of this browser: too old a page, or no cookies. `reason` is for the log, not the page."""
    return render(request, "csrf_failure.html", status=403)
