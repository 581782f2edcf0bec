"""People, enterprises, the business register's table, and public bodies with their number series."""

from accounts.models.enterprises import BusinessFacts, Enterprise, RegisterEntry, Representation
from accounts.models.people import Body, SignInFailures, User
from accounts.models.series import NumberSeries

__all__ = [
    "Body",
    "BusinessFacts",
    "Enterprise",
    "NumberSeries",
    "RegisterEntry",
    "Representation",
    "SignInFailures",
    "User",
]
