"""Pages by who acts on them: applicant, window, department, service office; and the flow's own chart."""
