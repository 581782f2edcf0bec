"""What the page of truth says of the life of permits after the grant."""

from typing import Any

from django.utils.translation import gettext as _

from certificates.models import RegistrationDuty

Said = tuple[str, str, str]
"""Who did it, what, and its text."""


class WordsOfLife:
    """One method for each act of `certificates`, named as the log names it."""

    def _department(self, facts: dict[str, Any]) -> str:
        raise NotImplementedError

    def _names(self, facts: dict[str, Any]) -> str:
        raise NotImplementedError

    def _version(self, facts: dict[str, Any]) -> str:
        raise NotImplementedError

    def _suspended(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("暂扣许可"), self._with_reason(facts)

    def _reinstated(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("恢复许可"), self._with_reason(facts)

    def _grant_withdrawn(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("撤回许可"), self._with_reason(facts)

    def _revoked_as_penalty(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("吊销许可"), self._with_reason(facts)

    def _permit_expired(self, facts: dict[str, Any]) -> Said:
        return _("系统"), _("许可有效期届满"), self._names(facts)

    def _renewal_applied_for(self, facts: dict[str, Any]) -> Said:
        return _("申请人"), _("申请延续许可"), self._names(facts)

    def _renewed(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("准予延续"), self._names(facts)

    def _renewed_by_silence(self, facts: dict[str, Any]) -> Said:
        return _("系统"), _("逾期未决定，视为准予延续"), self._names(facts)

    def _renewal_refused(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("不予延续"), self._with_reason(facts)

    def _change_applied_for(self, facts: dict[str, Any]) -> Said:
        return _("申请人"), _("申请变更"), self._names(facts)

    def _changed(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("准予变更"), self._names(facts)

    def _change_refused(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("不予变更"), self._with_reason(facts)

    def _licence_replaced(self, facts: dict[str, Any]) -> Said:
        return _("政务服务办公室"), _("补发证书"), self._version(facts)

    def _cancellation_applied_for(self, facts: dict[str, Any]) -> Said:
        return _("申请人"), _("申请注销许可"), self._with_reason(facts)

    def _cancellation_refused(self, facts: dict[str, Any]) -> Said:
        return self._department(facts), _("不予注销"), self._with_reason(facts)

    def _registration_reported(self, facts: dict[str, Any]) -> Said:
        how = RegistrationDuty.How(facts["how"]).label if facts.get("how") else ""
        text = _("%(names)s：%(how)s，%(on)s") % {"names": self._names(facts), "how": how, "on": facts.get("on", "")}
        return _("申请人"), _("报告登记办理情况"), text

    def _with_reason(self, facts: dict[str, Any]) -> str:
        return _("%(names)s：%(reason)s") % {"names": self._names(facts), "reason": facts.get("reason", "")}
