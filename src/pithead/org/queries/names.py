"""Names of people in what everybody may read, and the words that merely look like one."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pithead.org.models import Person, Place, Unit

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


class Veil:
    """`names` become 马某某 wherever they stand, but inside a longer word: 高强锚杆 is nobody's though somebody be called 高强."""

    def __init__(self, names: Iterable[str], words: Iterable[str]):
        self._words = ORDINARY | set(map(_closed, words))
        self._index: dict[str, list[str]] = defaultdict(list)
        for name in {known for known in map(_closed, names) if len(known) >= SHORTEST}:
            self._index[name[:SHORTEST]].append(name)
        for known in self._index.values():
            known.sort(key=len, reverse=True)  # the longer of two first: 马小军 before 马小

    def over(self, text: str) -> str:
        """Papers put a blank into names of two characters, 高　山: between characters there is none."""
        stands = [at for at, letter in enumerate(text) if not letter.isspace()]
        told, end = [], 0
        for at, name in self._meant("".join(text[at] for at in stands)):
            begins, ends = stands[at], stands[at + len(name) - 1] + 1
            if begins >= end:
                told += [text[end:begins], veiled_name(name)]
                end = ends
        return "".join([*told, text[end:]])

    def _meant(self, plain: str) -> Iterator[tuple[int, str]]:
        for at in range(len(plain) - 1):
            known = self._index.get(plain[at : at + SHORTEST], ())
            name = next((name for name in known if plain.startswith(name, at)), None)
            if name and not self._is_a_place(plain, at, name) and not self._inside_a_word(plain, at, at + len(name)):
                yield at, name

    @staticmethod
    def _is_a_place(plain: str, at: int, name: str) -> bool:
        """李家沟; but 马小军沟通不够."""
        return len(name) == SHORTEST and plain[at + SHORTEST : at + SHORTEST + 1] in tuple(PLACE_ENDS)

    def _inside_a_word(self, plain: str, at: int, end: int) -> bool:
        return any(
            plain[start : start + length] in self._words
            for length in range(end - at + 1, LONGEST_WORD + 1)
            for start in range(max(end - length, 0), at + 1)
        )


def _closed(name: str) -> str:
    return re.sub(r"\s+", "", name)


def veiled_name(name: str) -> str:
    return name[0] + "某" * min(len(name) - 1, 2)


def veil_of(mine: Unit) -> Veil:
    """Everybody who ever belonged to the mine. Three queries, however many people."""
    people = set(Person.objects.filter(mine=mine).values_list("name", flat=True))
    units = Unit.objects.of_mine(mine).values_list("name", "short_name")
    places = Place.objects.filter(mine=mine).values_list("name", flat=True)
    return Veil(people, {word for names in units for word in names} | set(places))
