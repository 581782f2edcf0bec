"""What only the counter does: taking a case over, originals, telephones, receipt slips, those who leave without an answer."""
