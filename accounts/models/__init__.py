"""People and who stands in for whom, enterprises and who is authorised for them,
the business register's table, and public bodies with their number series."""

from accounts.models.authority import Authority, Lack
from accounts.models.enterprises import BusinessFacts, Enterprise, RegisterEntry, Representation
from accounts.models.people import Body, SignInFailures, User
from accounts.models.series import NumberSeries
from accounts.models.substitution import Substitution

__all__ = [
    "Authority",
    "Body",
    "BusinessFacts",
    "Enterprise",
    "Lack",
    "NumberSeries",
    "RegisterEntry",
    "Representation",
    "SignInFailures",
    "Substitution",
    "User",
]
