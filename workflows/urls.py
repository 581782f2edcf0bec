"""Addresses of the pages on which people act."""

from workflows.pages import (
    after_checks,
    applicant,
    approvals,
    breaches,
    clock,
    department,
    flow,
    leaving,
    refusals,
    reminders,
    reports,
    service_office,
    staff,
    substitutions,
    visits,
    why,
    window,
    wordings,
)

app_name = "workflows"
urlpatterns = [
    *staff.urlpatterns,
    *reminders.urlpatterns,
    *why.urlpatterns,
    *applicant.urlpatterns,
    *window.urlpatterns,
    *after_checks.urlpatterns,
    *department.urlpatterns,
    *approvals.urlpatterns,
    *clock.urlpatterns,
    *leaving.urlpatterns,
    *breaches.urlpatterns,
    *service_office.urlpatterns,
    *refusals.urlpatterns,
    *visits.urlpatterns,
    *wordings.urlpatterns,
    *substitutions.urlpatterns,
    *reports.urlpatterns,
    *flow.urlpatterns,
]
