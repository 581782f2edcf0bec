"""What is granted: licences, their items and versions, the code they carry, their paper, verification and register."""
