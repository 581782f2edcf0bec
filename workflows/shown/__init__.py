"""What pages show of a case, made from the record for the one who reads it."""
