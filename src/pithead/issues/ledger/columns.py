"""What the headings and words of a hazard ledger mean. All of it is data: a mine that says it otherwise is one more line here."""

import re
from collections.abc import Mapping

from pithead.issues.workflows import Kind
from pithead.issues.workflows.safety import SPECIALTIES

KIND = Kind.HAZARD

# field → its headings; the first is its name in our sentences. Month and day reports share one table: no heading is in both
# with two meanings.
WANTED: Mapping[str, tuple[str, ...]] = {
    "number": ("隐患编号", "编号", "通知单编号", "整改单编号", "整改通知单编号", "单号"),
    "found": ("检查日期", "检查时间", "发现日期", "发现时间", "排查日期", "排查时间", "日期", "上报时间", "上报日期"),
    "shift": ("班次", "检查班次", "发现班次"),
    "finders": ("发现人", "隐患发现人", "检查人", "检查人员", "排查人", "排查人员", "上报人"),
    "body": ("检查单位", "检查部门", "排查单位", "发现单位"),
    "place": ("地点", "隐患地点", "检查地点", "隐患部位", "部位", "具体地点", "存在地点"),
    "text": (
        "隐患内容",
        "存在的隐患问题",
        "隐患描述",
        "存在问题",
        "存在的问题",
        "问题描述",
        "隐患问题",
        "内容",
        "存在隐患",
        "存在的隐患",
        "隐患情况",
    ),
    "category": ("类别", "隐患类别", "类型", "隐患类型", "专业", "隐患专业"),
    "grade": ("级别", "隐患级别", "隐患等级", "等级"),
    "state": ("状态", "隐患状态", "整改状态", "当前状态"),
    "unit": ("责任单位", "整改单位", "责任部门", "责任区队", "整改责任单位", "责任队组"),
    "measure": ("整改措施", "措施", "整改要求", "处理措施"),
    "due": ("五定时间", "整改期限", "整改时限", "限改时间", "限期", "完成期限", "要求完成时间", "规定整改时间", "期限"),
    "settled": ("解决时间", "处理时间"),  # a deadline as long as the row is open
    "fixed": ("整改时间", "整改日期", "整改完成时间", "整改完成日期", "完成时间", "完成日期", "实际完成时间"),
    "owner": ("责任单位负责人", "负责人", "责任人", "整改责任人", "整改人", "整改负责人", "责任单位责任人"),
    "supervisor": ("督办人", "督办负责人", "督查人"),
    "rechecked": ("复查时间", "复查日期", "验收时间", "验收日期", "销号时间", "销号日期"),
    "rechecker": ("复查人", "复查人员", "验收人", "验收人员", "销号人"),
    "result": ("复查结果", "验收结果", "复查意见", "复查情况"),
    "struck": ("是否销号", "销号", "销号情况", "是否闭合"),
    "done": ("整改情况", "处理情况", "落实情况"),
}
REQUIRED = ("text", "unit")
NOT_WORTH_NAMING = {"序号", "序", "备注"}  # dropped without a word
RUNNING_NUMBER = re.compile(r"\d{1,5}")  # 1, 2, 3 …: begins again with every report and names nothing

PLACEHOLDERS = {"/", "-", "—", "--", "——", "无", "空", "\\"}  # written where there is nothing to write
DITTO = {"同上", "〃", "″", "”", '"'}
NOTHING_ROW = re.compile(r"(本(日|月|班|周|旬))?(无|未发现|没有发现)(安全)?隐患")

# How far a row has come. `spot`: fixed on the spot.
FOUND, ASSIGNED, FIXED, SPOT, CLOSED, FAILED = "found", "assigned", "rectified", "spot", "closed", "failed"
STATES: Mapping[str, str] = {
    **dict.fromkeys(("未五定", "待五定", "未分派", "待分派", "未指派", "已上报", "已登记"), FOUND),
    **dict.fromkeys(
        ("已五定", "已下发", "已指派", "已分派", "未整改", "整改中", "待整改", "正在整改", "限期整改"), ASSIGNED
    ),
    **dict.fromkeys(("已整改", "整改完成", "整改完毕", "已完成", "已执行", "待复查", "未复查", "已落实"), FIXED),
    **dict.fromkeys(("已现场处理", "现场处理", "现场整改", "现场已整改", "立即整改", "当场整改", "已当场处理"), SPOT),
    **dict.fromkeys(("已复查", "已销号", "销号", "复查合格", "已闭合", "闭合", "已关闭", "已验收"), CLOSED),
    **dict.fromkeys(("复查不合格", "不合格", "整改不合格"), FAILED),
}
# Instead of a day in the column of a deadline.
AT_ONCE = {"现场", "当场", "立即", *(word for word, state in STATES.items() if state == SPOT)}
SAME_DAY = {"当班", "本班", "当日", "当天", "班内", "当班处理", "当班整改"}
RESULTS: Mapping[str, bool] = {
    **dict.fromkeys(("合格", "复查合格", "通过", "已合格", "√", "已整改", "已整改合格", "符合要求"), True),
    **dict.fromkeys(("不合格", "复查不合格", "不通过", "×", "未整改", "不符合要求"), False),
}
STRUCK: Mapping[str, bool] = {
    **dict.fromkeys(("是", "已销号", "销号", "√", "已闭合", "闭合", "Y", "y"), True),
    **dict.fromkeys(("否", "未销号", "×", "未闭合", "未", "N", "n"), False),
}

TO_BE_CONFIRMED = "A"  # the gravest grade that one person may set; 重大 is confirmed by two
GRADES: Mapping[str, str] = {
    **{code: code for code in "ABCD"},
    **{f"{code}{word}": code for code in "ABCD" for word in ("级", "类", "级隐患", "类隐患")},
    **dict.fromkeys(("一般", "一般隐患", "一般事故隐患"), ""),
    **dict.fromkeys(("较大", "较大隐患"), "B"),
}
MAJOR = {"重大", "重大隐患", "重大事故隐患"}
# The first word found in a category gives ours.
CATEGORIES: tuple[tuple[str, str], ...] = (
    *((label, code) for code, label in SPECIALTIES.items()),
    ("开掘", "tunnelling"),
    ("开拓", "tunnelling"),
    ("顶板", "extraction"),
    ("供电", "electromechanical"),
    ("电气", "electromechanical"),
    ("提升", "haulage"),
    ("皮带", "haulage"),
    ("通防", "ventilation"),
    ("一通三防", "ventilation"),
    ("瓦斯", "ventilation"),
    ("防尘", "ventilation"),
    ("防灭火", "ventilation"),
    ("监测监控", "ventilation"),
    ("地测", "water"),
    ("防治水", "water"),
    ("水害", "water"),
)


def category_of(word: str) -> str | None:
    return next((code for label, code in CATEGORIES if label in word), None)
