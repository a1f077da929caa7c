"""The empty roster to fill in: headings, one made-up row, and a sheet that says what may stand where."""

from pithead.kernel import workbooks
from pithead.kernel.workbooks import Column, Table

_COLUMNS = (
    # heading, width, typed as text, example, what it may hold
    ("工号", 12, True, "90001", "必填。一人一个，重新导入时按工号更新"),
    ("姓名", 12, False, "示例甲", "必填"),
    ("性别", 6, False, "男", "男、女；填了身份证号可以不填"),
    ("用工类别", 10, False, "正式", "正式、协议、临时"),
    ("文化程度", 10, False, "中专", "如 高中、中专、大专、本科、硕士"),
    ("政治面貌", 12, False, "群众", "中共党员、预备党员、入党积极分子、共青团员、群众"),
    (
        "职务",
        12,
        False,
        "班长",
        "区队长、副区队长、核算员、支部书记、班长、副班长会同时设为任职；其他职务和没有职务的留空",
    ),
    ("区队", 14, False, "示例一队", "必填。区队或科室的名称、简称或编码"),
    ("班组", 12, False, "示例班", "在班组的人填写；区队直属的留空"),
    ("岗位", 14, False, "采煤机司机", "工种或岗位名称"),
    ("定岗日期", 12, True, "2024-03-01", "如 2024-03-01、2024.3、2024年3月；只有月份时按当月 1 日"),
    ("身份证号", 22, True, "", "18 位，按文本填写；加密保存"),
    ("联系电话", 16, True, "", "加密保存"),
    ("出生年月", 12, True, "1990-05", "填了身份证号可以不填"),
    ("入矿时间", 12, True, "2015-07-01", "写法同定岗日期"),
)


def roster_template() -> bytes:
    """The example's unit does not exist, so that a template sent back unchanged imports nobody."""
    roster = Table(
        name="花名册",
        columns=[Column(heading, width, as_text=as_text) for heading, width, as_text, _, _ in _COLUMNS],
        rows=[[example for _, _, _, example, _ in _COLUMNS]],
    )
    explained = Table(
        name="说明",
        columns=[Column("列", 12), Column("怎么填", 80, wrap=True)],
        rows=[(heading, explanation) for heading, _, _, _, explanation in _COLUMNS],
        notes=(
            "第 2 行是示例，请删掉后填写。",
            "列的先后可以变，可以少列（工号、姓名、区队三列必须有），多出的列不导入。",
            "再次导入会更新已有的人，空着的格不会清掉原来的内容；文件里没有的人只列出来，不会删除。",
        ),
    )
    return workbooks.write([roster, explained])
