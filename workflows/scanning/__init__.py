"""What follows from a scan on site: its place in the log (`log`), the same paper at two places (`places`), and a problem handed
over to the department that decided (`referrals`). The verdict itself is `certificates.verifying.verification`'s."""
