"""What to write: an example for each field, a hint where the label does not say enough, and what helps typing it."""

from industries.entities import Field
from permits.fields.faults import _

BY_TYPE = {
    "text": "长宁示例便利店",
    "textarea": "食品销售；烟草制品零售；日用百货销售",
    "address": "上海市长宁区愚园路1088号1层101室",
    "number": "80.5",
    "integer": "12",
    "date": "2026-03-01",
    "phone": "13812345678",
    "id_number": "11010519491231002X",
}
BY_ID = {
    "f_name": "上海长宁示例便利店有限公司",
    "f_uscc": "91310105MA1FW00290",
    "f_rep_name": "王小店",
    "f_agent_name": "李代办",
    "f_contact_name": "王小店",
    "f_email": "name@example.com",
    "f_property_no": "沪(2024)长字不动产权第000001号",
    "f_floor": "1/6",
    "f_hours": "07:00—23:00",
    "f_food_director": "张安全",
    "f_health_manager": "张卫生 13812345678",
    "f_fire_resp": "王小店 13812345678",
    "f_fire_manager": "张消防 13812345678",
    "f_food_url": "外卖平台“长宁示例便利店”",
    "f_alc_staff": "张酒水",
    "f_tob_supplier": "上海烟草集团长宁烟草糖酒有限公司",
    "f_drug_quality": "张质量",
    "f_net_admin": "张网管",
    "f_bk_person": "王小店",
    "f_sign_text": "长宁示例便利店",
    "f_sign_size": "6米×0.8米×0.2米",
    "f_sign_pos": "愚园路1088号一层店门上方",
    "f_sign_mat": "铝塑板，内置发光二极管",
    "f_sp_depth": "1.2米/1.8米",
    "f_fm_halls": "6个影厅/820座",
    "f_drain_outlet": "1个，店后院东南角，直径100毫米",
    "f_net_ip": "示例电信，203.0.113.10",
    "f_pk_fee": "每小时10元，封顶60元",
    "f_ht_cctv": "32个点位，存储90天",
    "f_fire_building": "示例大厦，高24米",
    "f_fire_struct": "钢筋混凝土/二级",
}
COLUMNS = {
    "姓名": "王小店",
    "姓名/名称": "王小店",
    "证件号码": "11010519491231002X",
    "岗位": "店员",
    "健康证明有效期": "2027-03-01",
    "专职/兼职": "专职",
    "名称": "冷藏柜",
    "数量": "2",
    "位置": "售货区",
    "用途": "冷藏食品",
    "出资比例": "100%",
    "是否有奖": "否",
    "学历": "本科",
    "机型": "示例一型",
    "型号": "示例一型",
}
HINTS = {
    "f_uscc": _("18位，在营业执照右上角；没有营业执照的个人写身份证号码"),
    "f_licence_valid_to": _("营业执照写“长期”的，留空"),
    "f_rep_id_no": _("按上面选的证件类型填写，例如：11010519491231002X"),
    "f_premises_address": _("写到门牌号、楼层和室号，例如：上海市长宁区愚园路1088号1层101室"),
    "f_floor": _("所在楼层/总楼层，例如：1/6"),
    "f_staff_health": _("直接接触食品或为顾客服务的人员须持健康合格证明"),
}
AUTOCOMPLETE = {"f_contact_name": "name", "f_contact_phone": "tel", "f_email": "email"}
WIDTHS = {"date": "10", "integer": "5", "number": "10", "phone": "20", "id_number": "20"}
KEYBOARDS = {"integer": "numeric", "number": "decimal", "phone": "tel", "date": "numeric"}


def example(field: Field) -> str:
    """A value that would be right, as one would type it."""
    return BY_ID.get(field.id) or BY_TYPE.get(field.type, "")


def hint(field: Field) -> tuple[str, str]:
    """What helps to fill it in: a template, and the example that goes into it. Both may be empty."""
    if field.id in HINTS:
        return HINTS[field.id], ""
    given = BY_ID.get(field.id) or (BY_TYPE[field.type] if field.type in ("date", "phone", "address") else "")
    return (_("例如：%(example)s"), given) if given else ("", "")


def cell_example(column: str) -> str:
    """A value for a column of a table."""
    return COLUMNS.get(column, "示例")
