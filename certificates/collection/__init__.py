"""Collection (归集): each version of each licence goes to the city's store of electronic licences (市电子证照库, R1.16, R1.25).

Start with `parcels` (written with the act), `sending` (what is still to go, in which order), `days` (the daily comparison);
`store` is the port, `rest` its adapter, `entries` what is told, `message_signature` how a request is signed.
"""
