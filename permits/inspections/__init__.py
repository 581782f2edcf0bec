"""Joint visits (一同核查): one visit for all matters of a case that need a site check, one record, one list of what has to be put
right, one visit that looks at it again.

`needs` says which matters wait for a check, `arranging` finds a day and two officers for each (R2.18), `entries` takes in
what is found (with ids of its makers, so that a phone without signal may send twice), `findings` is the pure rule that turns
entries into outcomes, `closing` writes the record and the one notice, `sent_closing` does so when a phone has asked for it,
`rectifying` is the business's answer to the notice.
A visit stops no clock (R2.21); putting things right does only where the matter's own rule says so (R2.22).
"""
