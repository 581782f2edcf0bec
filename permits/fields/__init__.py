"""Field types of the merged form that check themselves, forgive what can be forgiven, and say what to write.

    value = clean(field, raw, context)      # raises Fault
    words(field, value)                     # the value as a person reads it

`field` is the catalogue's `Field`, `raw` what was typed (or a value that `clean` gave before: cleaning twice changes
nothing), `context` the section's other raw values, for a number whose kind another field names, and under `today` the
day of judging. Values are JSON: text, number, true or false, an ISO date, a list of options, a list of rows. No
database, no clock.
"""

from permits.fields.checks import clean, is_blank
from permits.fields.display import words
from permits.fields.faults import Fault
from permits.fields.groups import group_title

__all__ = ["Fault", "clean", "group_title", "is_blank", "words"]
