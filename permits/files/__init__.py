"""Files that come in: looked at, taken apart, put together anew, stored privately."""
