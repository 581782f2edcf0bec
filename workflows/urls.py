"""Addresses of the pages on which people act."""

from workflows.pages import applicant, department, flow, service_office, window

app_name = "workflows"
urlpatterns = [
    *applicant.urlpatterns,
    *window.urlpatterns,
    *department.urlpatterns,
    *service_office.urlpatterns,
    *flow.urlpatterns,
]
