"""Commitments (告知承诺) and promises in the place of proofs: letters, checks afterwards, breaches (R6.1 to R6.7)."""
