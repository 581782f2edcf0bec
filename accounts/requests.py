"""The request of somebody who has signed in, for views behind `login_required`."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """Its user is a person, never anonymous."""

    user: User
