"""Who acts now, by when: the flow, the steps that move it, worklists, the pages on which people act, periodic work.

Start with `workflows.flows` (the route of a case) and `workflows.steps` (one function per step: record first, token
second, in one transaction).
"""
