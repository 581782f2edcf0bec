"""The vectors by which verifiers are held to the format: made by `python -m tests.vectors.make`, read in any language.

`published/` holds `keys.json` and `status.cbor` as a site publishes them. `codes.json` lists texts with the moment of
asking and the whole verdict; `lists.json` lists files in the place of `status.cbor`, with the keys.json that comes with each
where it is not the published one, and with the reason of their refusal. The
private keys are derived from words in this folder and sign nothing else.
"""
