"""What is granted: status, code, keys, issuing, paper, verification, pages."""
