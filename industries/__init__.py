"""What is required: catalogue versions, conditions, questions, and the one-time notice compiled from them.

Start with `entities.py` (what a catalogue says), then `notice.py` (what follows from it for one business).
`conditions.py`, `relevance.py`, `entities.py`, `catalogue.py`, `answers.py` and `notice.py` are pure; `publishing.py`
keeps published versions and issues numbered notices; `views.py` is the public column, the questions and the notice.
"""
