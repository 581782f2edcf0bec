"""Addresses of the pages on which people act."""

from workflows.pages import applicant, clock, department, flow, service_office, staff, why, window, wordings

app_name = "workflows"
urlpatterns = [
    *staff.urlpatterns,
    *why.urlpatterns,
    *applicant.urlpatterns,
    *window.urlpatterns,
    *department.urlpatterns,
    *clock.urlpatterns,
    *service_office.urlpatterns,
    *wordings.urlpatterns,
    *flow.urlpatterns,
]
