"""The counter at work: who is next, which time is booked, who and what is found."""
