"""Who are you, and for whom do you act: users, enterprises, the business register, bodies, number series, sign-in."""
