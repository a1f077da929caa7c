"""The empty roster to fill in. The example's unit does not exist, so that a template sent back unchanged imports nobody."""

from pithead.kernel.workbooks import Explained, write_template

_COLUMNS = (
    Explained("工号", 12, True, "90001", "必填。一人一个，重新导入时按工号更新"),
    Explained("姓名", 12, False, "示例甲", "必填"),
    Explained("性别", 6, False, "男", "男、女；填了身份证号可以不填"),
    Explained("用工类别", 10, False, "正式", "正式、协议、临时"),
    Explained("文化程度", 10, False, "中专", "如 高中、中专、大专、本科、硕士"),
    Explained("政治面貌", 12, False, "群众", "中共党员、预备党员、入党积极分子、共青团员、群众"),
    Explained(
        "职务",
        12,
        False,
        "班长",
        "区队长、副区队长、核算员、支部书记、班长、副班长会同时设为任职；其他职务和没有职务的留空",
    ),
    Explained("区队", 14, False, "示例一队", "必填。区队或科室的名称、简称或编码"),
    Explained("班组", 12, False, "示例班", "在班组的人填写；区队直属的留空"),
    Explained("岗位", 14, False, "采煤机司机", "工种或岗位名称"),
    Explained("定岗日期", 12, True, "2024-03-01", "如 2024-03-01、2024.3、2024年3月；只有月份时按当月 1 日"),
    Explained("身份证号", 22, True, "", "18 位，按文本填写；加密保存"),
    Explained("联系电话", 16, True, "", "加密保存"),
    Explained("出生年月", 12, True, "1990-05", "填了身份证号可以不填"),
    Explained("入矿时间", 12, True, "2015-07-01", "写法同定岗日期"),
)


def roster_template() -> bytes:
    notes = (
        "列的先后可以变，可以少列（工号、姓名、区队三列必须有），多出的列不导入。",
        "再次导入会更新已有的人，空着的格不会清掉原来的内容；文件里没有的人只列出来，不会删除。",
    )
    return write_template("花名册", _COLUMNS, notes)
