"""The kinds of messages: for each event who is told, and on which channels.

Every kind has its text in each language in `templates/messages/<kind>.<language>.txt` (the first line is the subject),
and for SMS in `templates/messages/sms/`; a test holds both against this table.
"""

from collections.abc import Mapping

from outbox.models import Channel

APPLICANT, CLERK, OFFERER, HOLDERS, HEADS, STAFF = "applicant", "clerk", "offerer", "holders", "heads", "staff"
"""The enterprise's people; the clerk who asked for the supplement; the clerk who offered to take papers later; the officers
who have claimed a section; the heads of the bodies that an extension was asked of; whoever of the administration stands on
a rung (`workflows.reminders`)."""
CHECKERS, REVIEWERS, VISITORS = "checkers", "reviewers", "visitors"
"""The officers of the bodies that still have to check a commitment, to answer a completeness review, to come by."""
GRANTERS = "granters"
"""The officers of the departments that have to decide on a renewal or a change (`certificates.acts.applications`)."""
RATED, RATER, HIDDEN = "rated", "rater", "hidden"
"""Whoever answers the bad reviews of a case, and whoever gave them (`workflows.ratings`)."""
ASKERS = "askers"
"""Whoever asked for an extension that was not approved."""
BOTH, APPROVERS, HANDLERS, ARRANGERS = "both", "approvers", "handlers", "arrangers"
"""Both people of a substitution (`workflows.substituting`); whoever may approve what was proposed; whose proposal was sent
back; the heads of a body and the administrators, where nobody may approve (`permits.proposals`)."""
INSPECTING, ARRANGING = "inspecting", "arranging"
"""The officers named for the open or last joint visit, all officers of a department that has named none; whoever arranges it
(`permits.inspections`)."""

DECIDERS, SCANNERS = "deciders", "scanners"
"""The officers of the bodies to which a problem found on site was handed over; whose referral was answered
(`workflows.scanning.referrals`)."""
WAITING = "waiting"
"""Whoever holds the section of one of the event's matters; where nobody does, all officers of its department
(`permits.prerequisites`)."""
FINDER, OFFICE, RECEIVERS = "finder", "office", "receivers"
"""Who reported a licence that is believed forged, the service office, and the officers of the body to which it was handed over
(`workflows.messages.suspicions`)."""
PRESIDING = "presiding"
"""Whoever presides over the hearings of a case that are to be held (`permits.hearing.hearings`)."""

BOOKER = "booker"
"""Whoever booked a time at the counter (`workflows.messages.bookings`)."""

INBOX = (Channel.INBOX,)
WRITTEN = (Channel.INBOX, Channel.EMAIL)
ALL = (Channel.INBOX, Channel.EMAIL, Channel.SMS)

UNNAMED: Mapping[str, str] = {"bad_rating": "workflows:ratings"}
"""Kinds that do not say which case they are about, with the page that they lead to instead (R3.5)."""

LINKS: Mapping[str, str] = {"problem_referred": "workflows:referrals", "referral_answered": "workflows:scans"}
"""Kinds that lead to another page than the case's, which not everybody who is told may see."""

KINDS: Mapping[str, Mapping[str, tuple[Channel, ...]]] = {
    "submitted": {APPLICANT: ALL},
    "taken_over": {APPLICANT: INBOX},
    "supplement_requested": {APPLICANT: ALL},
    "supplemented": {CLERK: INBOX},
    "accepted": {APPLICANT: ALL},
    "accepted_by_silence": {APPLICANT: ALL},
    "tolerance_offered": {APPLICANT: ALL},
    "accepted_tolerantly": {APPLICANT: ALL},
    "late_paper_handed_in": {OFFERER: INBOX},
    "late_paper_sent_back": {APPLICANT: ALL},
    "late_paper_too_late": {APPLICANT: ALL},
    "late_papers_complete": {APPLICANT: WRITTEN},
    "acceptance_ended": {APPLICANT: ALL, HOLDERS: INBOX},
    "industry_promise_broken": {APPLICANT: WRITTEN},
    "industry_promise_put_right": {APPLICANT: WRITTEN},
    "declined": {APPLICANT: ALL},
    "withdrawn": {APPLICANT: WRITTEN, HOLDERS: INBOX},
    "matters_withdrawn": {APPLICANT: WRITTEN, HOLDERS: INBOX},
    "returned": {APPLICANT: ALL},
    "granted": {APPLICANT: WRITTEN},
    "refused": {APPLICANT: ALL},
    "single_permit": {APPLICANT: ALL},
    "licence_issued": {APPLICANT: ALL},
    "licence_extended": {APPLICANT: WRITTEN},
    "delivered": {APPLICANT: WRITTEN},
    "served": {APPLICANT: ALL},
    "papers_served": {APPLICANT: INBOX},
    "clock_moved": {APPLICANT: WRITTEN, HOLDERS: INBOX},
    "check_moved": {APPLICANT: WRITTEN, CHECKERS: INBOX},
    "answer_moved": {APPLICANT: WRITTEN},
    "rectification_moved": {APPLICANT: WRITTEN},
    "review_moved": {REVIEWERS: INBOX},
    "visit_moved": {VISITORS: INBOX},
    "hearing_moved": {APPLICANT: WRITTEN, HOLDERS: INBOX},
    "application_moved": {APPLICANT: WRITTEN, GRANTERS: INBOX},
    "delay_explained": {APPLICANT: WRITTEN},
    "clock_stopped": {APPLICANT: ALL},
    "clock_resumed": {APPLICANT: WRITTEN},
    "hearing_told": {APPLICANT: ALL},
    "hearing_asked": {APPLICANT: WRITTEN, HOLDERS: WRITTEN},
    "hearing_waived": {HOLDERS: INBOX},
    "hearing_scheduled": {APPLICANT: ALL, PRESIDING: WRITTEN},
    "hearing_held": {APPLICANT: WRITTEN, HOLDERS: INBOX},
    "hearing_lapsed": {HOLDERS: INBOX},
    "hearing_stated": {HOLDERS: WRITTEN},
    "extension_requested": {HEADS: WRITTEN},
    "extension_rejected": {ASKERS: WRITTEN},
    "limit_extended": {APPLICANT: ALL},
    "joint_limit_extended": {APPLICANT: ALL},
    "rectification_ordered": {APPLICANT: ALL},
    "inspection_proposed": {INSPECTING: WRITTEN},
    "inspection_scheduled": {APPLICANT: ALL, INSPECTING: WRITTEN},
    "inspection_no_slot": {ARRANGING: WRITTEN},
    "inspection_wish": {ARRANGING: WRITTEN},
    "inspection_cancelled": {APPLICANT: WRITTEN, INSPECTING: WRITTEN},
    "inspection_closed": {APPLICANT: ALL},
    "rectification_notified": {APPLICANT: ALL},
    "rectification_reported": {INSPECTING: INBOX, ARRANGING: WRITTEN},
    "revoked": {APPLICANT: ALL},
    "suspended": {APPLICANT: ALL},
    "reinstated": {APPLICANT: ALL},
    "permit_ended": {APPLICANT: ALL},
    "holder_applied": {APPLICANT: WRITTEN, GRANTERS: INBOX},
    "application_decided": {APPLICANT: ALL},
    "licence_replaced": {APPLICANT: WRITTEN},
    "held_permit_answered": {APPLICANT: WRITTEN},
    "bad_rating": {RATED: WRITTEN},
    "rating_answered": {RATER: WRITTEN},
    "rating_words_hidden": {HIDDEN: WRITTEN},
    "reminders": {APPLICANT: ALL, STAFF: WRITTEN},
    "problem_referred": {DECIDERS: INBOX},
    "referral_answered": {SCANNERS: INBOX},
    "prerequisite_over": {WAITING: WRITTEN},
    "suspicion_reported": {OFFICE: WRITTEN},
    "suspicion_concluded": {FINDER: WRITTEN},
    "suspicion_handed_over": {RECEIVERS: WRITTEN},
    "suspicion_dealt_with": {FINDER: INBOX, OFFICE: INBOX},
    "decision_proposed": {APPROVERS: WRITTEN},
    "approval_lacking": {ARRANGERS: WRITTEN},
    "decision_sent_back": {HANDLERS: WRITTEN},
    "appointment_booked": {BOOKER: ALL},
    "appointment_moved": {BOOKER: ALL},
    "appointment_cancelled": {BOOKER: ALL},
    "appointment_reminder": {BOOKER: ALL},
    "substitution_made": {BOTH: WRITTEN},
    "substitution_ended": {BOTH: WRITTEN},
}
