"""The form's sections: what they are called, in the order in which people know their answers."""

from permits.fields.faults import _

TITLES = {
    "applicant": _("经营者和联系人"),
    "premises": _("经营场所"),
    "personnel": _("从业人员"),
    "food": _("食品经营"),
    "alcohol": _("酒类经营"),
    "tobacco": _("烟草零售"),
    "drug": _("药品经营"),
    "device": _("医疗器械经营"),
    "health": _("公共场所卫生"),
    "fire": _("消防安全"),
    "signboard": _("户外招牌"),
    "drainage": _("污水排放"),
    "sports": _("体育项目"),
    "hotel": _("旅馆"),
    "culture": _("文化经营"),
    "animal": _("动物诊疗和兽药"),
    "clinic": _("诊所"),
    "hr": _("人力资源服务"),
    "training": _("培训机构"),
    "parking": _("停车场"),
    "commitment": _("声明与承诺"),
}
DECLARATIONS = "commitment"
"""The group whose yes-or-no fields are declarations: they have to be ticked."""


def group_title(group: str) -> str:
    """The section's name; a group that a newer catalogue brings shows its id."""
    return TITLES.get(group, group)


def group_place(group: str) -> int:
    """Where the section stands in the list: declarations last, unknown groups before them."""
    known = list(TITLES)
    return known.index(group) if group in TITLES else len(known) - 2
