"""Bars on applying again (R2.27): their terms, what brings them about, what readers are told."""
