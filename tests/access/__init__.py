"""Who may open and who may send what: every address, every role, own and other."""
