"""The joint visit for those who hold it: the bundle that a phone takes along, what it sends back, and the lists of visits.

The acts are `permits.inspections`'; here are only reading, forms and addresses. `workflows.pages.on_site.inspection_api`
documents the JSON that an offline client speaks.
"""
