"""What codes and status lists are made of. The code itself: `certificates.code`."""
