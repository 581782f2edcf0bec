"""The sentences of a case's timeline on promises: checks after a commitment, and promises for a whole industry (R6.7)."""

from typing import Any

from django.utils.translation import gettext as _

from permits.models import Case


class PromiseWords:
    """Mixed into the timeline's words, which know the names of matters and departments."""

    case: Case

    def _department(self, facts: dict[str, Any]) -> str:
        raise NotImplementedError

    def _names(self, facts: dict[str, Any]) -> str:
        raise NotImplementedError

    def _industry(self, id: str) -> tuple[str, str]:
        """The names of an industry and of its lead department."""
        catalogue = self.case.own_catalogue
        if id not in catalogue.industries:
            return id, ""
        industry = catalogue.industries[id]
        return industry.name, catalogue.departments[industry.lead_department].short_name

    def _industry_promised(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        names = "、".join(self._industry(id)[0] for id in facts.get("industries", ()))
        return _("申请人"), _("签署行业承诺书"), names

    def _industry_promise_taken_back(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("收回行业承诺"), self._industry(facts.get("industry", ""))[0]

    def _industry_promise_broken(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        name, lead = self._industry(facts.get("industry", ""))
        return lead, _("行业承诺没有履行，已终止"), f"{name}：{facts.get('findings', '')}"

    def _industry_promise_put_right(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        name, lead = self._industry(facts.get("industry", ""))
        return lead, _("确认行业承诺的问题已改正"), f"{name}：{facts.get('repair', '')}"

    def _post_check_kept(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("事后核查：履行承诺"), self._names(facts)

    def _rectification_ordered(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        text = _("%(names)s：请在 %(due)s 前整改") % {"names": self._names(facts), "due": facts.get("due_on", "")}
        return self._department(facts), _("事后核查：与承诺不符，责令限期整改"), text
