"""The layout in which Pithead itself writes a rubric, so that nothing is lost when it is read back."""

from pithead.assess.models import Aggregation, ClauseKind, Counting, VetoEffect
from pithead.assess.models.standards import Automation
from pithead.kernel.workbooks import Column
from pithead.org.models import Specialty, UnitKind

SHEET, SETTINGS = "评分标准", "设置"
COLUMNS = (
    Column("检查项目", 16, wrap=True),
    Column("编号", 6),
    Column("项目内容", 20, wrap=True),
    Column("条款", 7),
    Column("考核内容及评分标准", 48, wrap=True),
    Column("标准分", 7),
    Column("考核科室", 12, wrap=True),
    Column("计分方式", 10, wrap=True),
    Column("每次", 6),
    Column("最多", 6),
    Column("余数", 12, wrap=True),
    Column("取数", 9, wrap=True),
    Column("不考核的专业", 10, wrap=True),
    Column("关联或后果", 14, wrap=True),
    Column("扣分原因", 16, wrap=True),
    Column("实得分", 8),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
PLACE = {heading: number for number, heading in enumerate(HEADINGS)}
BONUS, VETO = "加分项", "一票否决"

# What stands in the cells for what a pack says.
KINDS = {kind.value: kind.label for kind in ClauseKind}
COUNTINGS = {counting.value: counting.label for counting in Counting}
AUTOMATIONS = {automation.value: automation.label for automation in Automation}
EFFECTS = {effect.value: effect.label for effect in VetoEffect}
SUBJECTS = {kind.value: kind.label for kind in UnitKind}
SPECIALTIES = {specialty.value: specialty.label for specialty in Specialty}
AGGREGATIONS = {aggregation.value: aggregation.label for aggregation in Aggregation}

HEADER = {  # key of a content → its line in the settings
    "code": "标准代码",
    "title": "名称",
    "subject": "考核对象",
    "owner": "牵头科室",
    "policy": "依据的制度",
    "clause": "条款号",
    "full_marks": "满分",
    "bonus_cap": "加分最多",
    "tie_breakers": "得分相同先比",
    "publicity_days": "公示工作日",
    "aggregation": "季度、年度怎么算",
    "weights": "各月权数",
}
DIMENSION, TIER, GROUP = "大类", "档次", "分组"
FEEDS, GAUGE = "取自闭环", "取自指标"
WHOLE = "全部"  # a link to the whole score of another standard


def back(words: dict[str, str], label: str) -> str:
    """The pack's word for a label; an unknown label stays as it is and is refused later, by name."""
    return next((value for value, own in words.items() if own == label), label)
