"""What happened, provably: append-only entries, chained per subject, and their verification.

Start with `audit.chain.append`, the only way to write an entry, and `audit.chain.verify`, which finds what was changed.
"""
