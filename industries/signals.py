"""What the room tells the rooms above it.

`notice_read`: somebody signed in reads an issued notice on the screen. Sent with `notice` (industries.models.Notice), `user` and `on`
(the day); a receiver answers with a list of `industries.results.Remark`, which the page shows above the matters. Papers and
PDFs are nobody's in particular and say nothing of that kind.
"""

from django.dispatch import Signal

notice_read = Signal()
