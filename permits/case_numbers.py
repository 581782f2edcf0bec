"""Case numbers (办件编号): one code runs through the whole handling (R6.14)."""

from django.conf import settings
from stdnum.iso7064 import mod_11_10


def case_number(year: int, serial: int) -> str:
    """District, year, six digits, and a check digit (ISO 7064 MOD 11,10) against typing errors at the counter."""
    digits = f"{settings.CASE_NUMBER_PREFIX}{year}{serial:06d}"
    return digits + str(mod_11_10.calc_check_digit(digits))
