"""What is asked and decided: the case with its form, materials, sections, matters, documents and legal clock.

Start with `permits.models.case` (the record), `permits.intake` and `permits.decisions` (the acts), `permits.clock` (the days).
"""
