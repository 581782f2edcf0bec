"""Acts in the life of a permit, one file for each kind; what they share: `certificates.life`."""
