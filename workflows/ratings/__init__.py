"""The good-bad review (好差评, R3.1 to R3.10): five levels, given freely by the applicant at any stage, answered where bad.

`rules` says what the levels mean and how long an answer may take, `acts` gives and answers reviews, `figures` counts them.
"""
