"""For whom somebody acts: applicants, agents with an authority, agents at the counter (R2.16)."""
