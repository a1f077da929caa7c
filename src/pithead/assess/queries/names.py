"""Names of workers in what the whole mine may read. The people of the assessed unit are meant wherever their name stands; other
people of the mine only where it is written like a person: 职工王强, 王强未戴安全帽. Words that merely look like a name are let be."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from pithead.assess.models import Cycle
from pithead.assess.personal import normal, tight
from pithead.org.models import Membership, Person, Place, Serves, Unit, ids_of

SHORTEST = 2
LONGEST_WORD = 16  # names of units and places that are longer hide no name

# What stands in reasons and begins, ends or is made like a name. A name inside a longer one of these is not meant.
_WORDS = """
高强度 高强锚杆 高强螺栓 高强预应力 高压 高压管 高低 高低压 高度 高空 高温 高处 高处作业 高级 高顶 高冒
安全 安全帽 安全带 安全员 安全绳 安全阀 安全生产 安装 安标 平安 张紧 张紧轮 张紧装置 张紧力 张紧绞车 张拉
马达 马丽散 王牌 石门 石灰 石块 金属 金属网 方向 方案 常规 常开 常闭 明显 明火 严重 严格 严禁 平衡 平直 平巷
白班 白灰 夜班 夏季 冬季 雷管 雷雨 雷电 温度 温升 易燃 易爆 计划 计量 单体 单轨 单轨吊 单项 车辆 车场 车皮
连接 连续 连锁 连采机 时间 时限 毛巾 毛刺 毛石 水泵 水仓 水沟 水袋 水棚 水质 水管 风门 风筒 风机 风量 风桥 风险
阳光 应急 应急灯 成本 成绩 成形 成型 成果 全员 全部 全面 全程 关键 关闭 党费 党员 党建 步距 印章 巩固 强度 强制
支护 支架 支柱 支部 管理 管路 管线 管子 段队 段长 牛鼻子 项目 项圈 路线 路面 卡轨 卡轨车 双回路 双风机 产量 周期
周全 周边 周报 曲轨 曲线 曲率 余量 余煤 林区 林立 田间 汪水 石料 江水 沙石 沙子 查岗 查验 查处 文明 文件 文化 文明生产
元件 花名册 花纹 华灯 华光 康复 武装 古巷 古空 景观 幸福 和谐 和平 万向 万向轴 万元 千斤顶 百分 包机 包保 包装 包胶
任务 任务书 任期 钟摆 钟表 程序 程度 祝贺 冷却 冷包头 冷风 凌乱 广播 广角 解放 解锁 寿命 通风 通道 通讯 通信 齐全 齐平
宁静 向心 柳条 鲁班 焦油 焦煤 麻花 井口 井下 盘区 舒适 宋体 童车 乌黑 滑轨 都有 都是 于是 于今 许可 许多 何时 何种 罗盘
"""
ORDINARY = frozenset(_WORDS.split())
PLACE_ENDS = "沟村庄镇湾塬堡寨庙"  # 李家沟 is a place though 李家 be somebody's name
BEFORE = re.compile(
    r"(同志|师傅|职工|工人|员工|党员|队员|当事人|责任人|违章人|班组?长|队长|书记|组长|科长|区长|主任|技术员|核算员|材料员|安全员"
    r"|瓦检员|检查员|验收员|群监员|司机|学徒|名叫|(支护|采煤|掘进|电|钳|焊|瓦检|皮带|维修|检修|爆破|放炮|钻|运料|把钩|信号|打眼|锚杆|通风|巷修)工)"
    r"[:“\"(、]?$"
)
AFTER = re.compile(
    r"[\"”)]?(同志|师傅|本人|一人|(等|共)?[\d一二两三四五六七八九十]+(名|人|位)|“?三违|违章|违纪|违规|迟到|早退|旷工|缺勤|脱岗|睡岗|串岗|离岗|空岗"
    r"|酒后|饮酒|喝酒|打架|受伤|轻伤|重伤|负伤|擅自|私自|冒险|无证|说不|答不|答错|背不|睡觉|打盹|吸烟|玩手机|请假|入井|升井|跟班|带班|作业时|上岗"
    r"|(未|没有|没|不)(按规定)?(正确)?(戴|佩戴|系|持证|带|穿|携带|到岗|到会|参加|签字|签到|请假|跟班|带班|上岗|参训))"
)
# Of three characters and more a name is hardly anything else: a person it is, too, where it stands by itself.
ALONE_BEFORE = re.compile(r"(^|[,。、;:!?()“”\"由对被和与及是为给让])$")
ALONE_AFTER = re.compile(r"$|[,。、;:!?()“”\"在未没不因于的和与及等将把]")


class Names:
    """Who could be meant in the reasons of one cycle. `own`: unit → names of its people; `everybody`: of the mine; `words`: what
    units and places are called."""

    def __init__(self, own: Mapping[int, set[str]], everybody: Iterable[str], words: Iterable[str]):
        self._own = own
        self._words = ORDINARY | {normal(word) for word in words}
        self._index: dict[str, list[str]] = defaultdict(list)
        for name in {known for known in map(normal, everybody) if len(known) >= SHORTEST}:
            self._index[name[:SHORTEST]].append(name)
        for names in self._index.values():
            names.sort(key=len, reverse=True)  # the longer of two first: 马小军 before 马小

    def found_in(self, unit_id: int | None, text: str) -> list[str]:
        """The names of workers in a text about a unit, in their order, each once. None: about the month; there whoever has a
        name of three characters is meant wherever it stands."""
        own: Collection[str] = self._own.get(unit_id, ()) if unit_id is not None else ()
        plain = normal(text)
        closed = tight(plain)
        found = self._all_meant(plain, own, unit_id is None)
        if (
            closed != plain
        ):  # 马，小军: of two characters a name would be found where one sentence ends and another begins
            found += [name for name in self._all_meant(closed, own, unit_id is None) if len(name) > SHORTEST]
        return list(dict.fromkeys(found))

    def _all_meant(self, text: str, own: Collection[str], of_month: bool) -> list[str]:
        return [
            name
            for name, at in self._standing(text)
            if self._meant(text, name, at, name in own or (of_month and len(name) > SHORTEST))
        ]

    def _standing(self, text: str) -> Iterator[tuple[str, int]]:
        for at in range(len(text) - 1):
            known = self._index.get(text[at : at + SHORTEST], ())
            if name := next((name for name in known if text.startswith(name, at)), None):
                yield name, at

    def _meant(self, text: str, name: str, at: int, own: bool) -> bool:
        end = at + len(name)
        after = AFTER.match(text, end)
        if self._inside_a_word(text, at, end) or text[end : end + 1] in tuple(PLACE_ENDS):
            return False
        if name in self._words:
            return own and after is not None
        return own or after is not None or BEFORE.search(text[:at]) is not None or _alone(text, name, at)

    def _inside_a_word(self, text: str, at: int, end: int) -> bool:
        return any(
            text[start : start + length] in self._words
            for length in range(end - at + 1, LONGEST_WORD + 1)
            for start in range(max(end - length, 0), at + 1)
        )


def _alone(text: str, name: str, at: int) -> bool:
    if len(name) == SHORTEST:
        return False
    return ALONE_BEFORE.search(text[:at]) is not None and ALONE_AFTER.match(text, at + len(name)) is not None


def names_of(cycle: Cycle) -> Names:
    """Six queries, however many people and units."""
    rows = Person.objects.filter(mine=cycle.mine_id).exclude(left_on__lt=cycle.starts_on)
    everybody = set(rows.values_list("name", flat=True))
    own = own_names(cycle)
    units = Unit.objects.filter(mine=cycle.mine_id).values_list("name", "short_name")
    places = Place.objects.filter(mine=cycle.mine_id).values_list("name", flat=True)
    words = {word for names in units for word in names if word} | set(places)
    return Names({unit: set(map(normal, names)) for unit, names in own.items()}, everybody.union(*own.values()), words)


def names_in(cycle: Cycle, unit_id: int | None, text: str) -> list[str]:
    """The names of workers that a text about a unit must not have where the whole mine reads it."""
    return names_of(cycle).found_in(unit_id, text) if text.strip() else []


def own_names(cycle: Cycle) -> dict[int, set[str]]:
    """Participant → the people who belonged to it, or to a unit it serves (a branch), in the period. Three queries."""
    owners = _owners(cycle)
    names: dict[int, set[str]] = defaultdict(set)
    members = Membership.objects.during(cycle.starts_on, cycle.ends_on).filter(mine=cycle.mine_id)
    for name, path in members.values_list("person__name", "unit__path"):
        for unit_id in ids_of(path):
            for owner in owners.get(unit_id, ()):
                names[owner].add(name)
    return names


def _owners(cycle: Cycle) -> dict[int, set[int]]:
    """unit → the participants whose people those below it are."""
    taking_part = Unit.objects.filter(pk__in=cycle.participants.values("unit")).values_list("pk", flat=True)
    owners: dict[int, set[int]] = {unit_id: {unit_id} for unit_id in taking_part}
    served = Serves.objects.during(cycle.starts_on, cycle.ends_on).filter(server__in=owners)
    for server_id, unit_id in served.values_list("server_id", "unit_id"):
        owners.setdefault(unit_id, set()).add(server_id)
    return owners
