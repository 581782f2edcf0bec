"""What still has to leave: side effects written in the act's transaction, delivered after it, retried, never doubled.

Start with `outbox.post` (write) and `outbox.delivery` (deliver). Handlers are registered by the rooms that know the
meaning: `@outbox.delivery.handler("permits.document")`.
"""
