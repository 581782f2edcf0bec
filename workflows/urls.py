"""Addresses of the pages on which people act."""

from workflows.pages import applicant, department, flow, service_office, staff, window

app_name = "workflows"
urlpatterns = [
    *staff.urlpatterns,
    *applicant.urlpatterns,
    *window.urlpatterns,
    *department.urlpatterns,
    *service_office.urlpatterns,
    *flow.urlpatterns,
]
