"""Who is told what, in which words, on which channels.

An act writes a parcel (`permits.messages.told`); after the commit `compose.compose` makes the letters of the event's kind
(`kinds.KINDS`) for its recipients (`recipients`), from the texts in `templates/messages/`; the outbox brings them there.
"""
