"""The words of the command line. Each leaf names the function that carries it out as `module:function`."""

import argparse
import datetime as dt
from pathlib import Path

from pithead.cli.words import speak_plainly

CODES = "six-good 六好区队、six-type 六型班组、five-star 五星党支部"
FORMATS = "table 给人看（默认），其余给程序用"


def parser() -> argparse.ArgumentParser:
    speak_plainly()
    top = argparse.ArgumentParser(prog="pithead", description="井口：区队班组建设平台")
    words = top.add_subparsers(required=True, metavar="命令")
    _serve(words)
    _setup(words)
    _imports(words)
    _assess(words)
    _issues(words)
    _duties(words)
    _figures(words)
    _practices(words)
    _documents(words)
    _templates(words)
    _verify(words)
    _upkeep(words)
    return top


def _acting() -> argparse.ArgumentParser:
    """What every command that touches a mine takes."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--mine", metavar="代码", help="矿的代码，只有一个矿时不用写")
    common.add_argument("--as", dest="staff_no", metavar="工号", help="以谁的名义，不写则日志记为系统")
    return common


def _leaf(
    words: "argparse._SubParsersAction", name: str, command: str, text: str, *, acting: bool = True
) -> argparse.ArgumentParser:
    parents = [_acting()] if acting else []
    leaf: argparse.ArgumentParser = words.add_parser(name, help=text, description=text, parents=parents)
    leaf.set_defaults(command=command)
    return leaf


def _serve(words: "argparse._SubParsersAction") -> None:
    leaf = _leaf(words, "serve", "serve:serve_desk", "启动网页服务", acting=False)
    leaf.add_argument(
        "--host", default="127.0.0.1", metavar="地址", help="监听地址，默认只给本机用；给全矿用写 0.0.0.0"
    )
    leaf.add_argument("--port", type=_port, default=8000, metavar="端口", help="默认 8000")
    leaf.add_argument("--workers", type=int, default=0, metavar="个数", help="进程数，默认按处理器")


def _setup(words: "argparse._SubParsersAction") -> None:
    leaf = _leaf(words, "setup", "installing:setup", "建立或升级数据库；可以装入演示矿，或新建一个矿", acting=False)
    leaf.add_argument("--demo", action="store_true", help="装入演示矿（已装过就不再装）")
    leaf.add_argument("--as-of", type=_date, metavar="日期", help="演示矿演到哪一天，默认今天")
    leaf.add_argument("--seed", type=int, default=1, metavar="数", help="演示矿的随机种子")
    leaf.add_argument("--mine", metavar="名称", help="新建一个矿：科室、制度、标准一并建好")
    leaf.add_argument("--code", metavar="代码", help="新矿的代码，默认 MINE")


def _imports(words: "argparse._SubParsersAction") -> None:
    kinds = words.add_parser("import", help="从 Excel 导入").add_subparsers(required=True, metavar="什么")
    roster = _leaf(kinds, "roster", "imports:roster", "导入花名册")
    scores = _leaf(kinds, "scores", "imports:scores", "导入打分表")
    standard = _leaf(kinds, "standard", "imports:standard", "导入本矿自己的评分标准，没有问题就发布")
    hazards = _leaf(kinds, "hazards", "imports:hazards", "导入矿上现有的隐患台账，月报、日报都行，重复导不会重复记")
    records = _leaf(kinds, "records", "imports:records", "导入上级系统已有的三会一课、主题党日等记录，重复导不会重复记")
    for leaf in (roster, scores, standard, hazards, records):
        leaf.add_argument("file", type=Path, metavar="文件")
        leaf.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    roster.add_argument("--create-units", action="store_true", help="表里有而系统里没有的区队、班组，一并建立")
    for leaf in (roster, hazards, records):
        leaf.add_argument("--keep-good", action="store_true", help="有问题的行留下，没问题的先导入")
    for leaf in (roster, records):
        leaf.add_argument("--failed", type=Path, metavar="文件", help="把没导入的行连同原因写到这个文件")
    scores.add_argument("--standard", required=True, metavar="标准", help=CODES)
    scores.add_argument("--period", required=True, metavar="周期", help="如 2026-06")
    standard.add_argument("--code", required=True, metavar="标准", help=f"{CODES}，或自己起一个代码")
    standard.add_argument("--from", dest="start", required=True, metavar="周期", help="从哪个月起执行，如 2026-07")
    standard.add_argument("--title", default="", metavar="名称", help="不写就用现行标准的名称，或表上的标题")
    standard.add_argument("--sheet", default="", metavar="工作表", help="一个工作簿里有几个标准时，读哪一张")
    standard.add_argument("--draft", action="store_true", help="只建草案，先不发布")


def _assess(words: "argparse._SubParsersAction") -> None:
    verbs = words.add_parser("assess", help="考核").add_subparsers(required=True, metavar="动作")
    steps = {
        "open": "开启一个月的考核",
        "close": "关闭打分，计算，转入审核",
        "review": "审核通过",
        "approve": "记录党政联席会审定",
        "publish": "公示；申诉改变结果以后再公示一次",
        "finalise": "公示期满，确定结果",
        "reopen": "退回打分",
        "show": "看结果",
        "appeals": "看申诉",
    }
    leaves = {}
    for verb, text in steps.items():
        module = "showing" if verb in ("show", "appeals") else "assessing"
        leaf = leaves[verb] = _leaf(verbs, verb, f"{module}:{verb}", text)
        leaf.add_argument("code", metavar="标准", help=CODES)
        leaf.add_argument("period", metavar="周期", help="如 2026-06")
    leaves["approve"].add_argument(
        "--minutes", required=True, metavar="编号", help="党政联席会纪要编号，如 2026年第7次"
    )
    leaves["approve"].add_argument("--decision", default="", metavar="意见", help="会议意见")
    depart = "会议对个别单位另有决定：档次，或“不评先”，可以写几次"
    leaves["approve"].add_argument("--depart", action="append", metavar="单位=档次", help=depart)
    leaves["publish"].add_argument("--contacts", default="", metavar="文字", help="监督联系方式，不写就和上次一样")
    leaves["reopen"].add_argument("--reason", required=True, metavar="原因", help="为什么退回")
    leaves["show"].add_argument("--format", choices=("table", "json", "csv"), default="table", help=FORMATS)
    leaves["appeals"].add_argument("--format", choices=("table", "json"), default="table", help=FORMATS)
    trial = _leaf(
        verbs, "try", "trying:try_version", "用一版标准（草案也行）试算已定的月份，看名次和档次怎么动；不写入"
    )
    trial.add_argument("code", metavar="标准", help=CODES)
    trial.add_argument("version", type=int, metavar="版次", help="如 2")
    trial.add_argument("--periods", required=True, metavar="月份", help="如 2026-01..2026-06，或一个月")
    trial.add_argument("--format", choices=("table", "json"), default="table", help=FORMATS)
    lint = _leaf(verbs, "lint", "linting:lint", "查评分细则里有没有减负规则不许考核的内容", acting=False)
    lint.add_argument("file", type=Path, metavar="文件", help="评分表 .xlsx、标准包 .yaml，或每行一条的 .txt")


def _issues(words: "argparse._SubParsersAction") -> None:
    leaf = _leaf(words, "issues", "listing:show", "列出一类问题：隐患、三违、建议……；保密的不列")
    leaf.add_argument("--kind", default="hazard", metavar="类", help="如 hazard 隐患、violation 三违，默认隐患")
    leaf.add_argument("--period", metavar="周期", help="什么时候发现的，如 2026-06，不写就是全部")
    leaf.add_argument("--format", choices=("table", "json", "csv"), default="table")


def _duties(words: "argparse._SubParsersAction") -> None:
    leaf = _leaf(words, "duties", "duties:show", "列出一段时间里谁该做什么、做了没有；私密的不列")
    leaf.add_argument("period", metavar="周期", help="如 2026-06、2026-Q2、2026-W23；最后一天落在里面的才算")
    leaf.add_argument("--unit", default="", metavar="单位", help="单位的代码，连同下级；不写就是看得到的全部")
    leaf.add_argument("--format", choices=("table", "json"), default="table", help=FORMATS)


def _figures(words: "argparse._SubParsersAction") -> None:
    leaf = _leaf(words, "measure", "figures:measured", "一个指标在一段时间里各单位的数")
    leaf.add_argument("code", metavar="指标", help="如 production.tonnes_done、quality.first_rate")
    leaf.add_argument("period", metavar="周期", help="如 2026-06、2026-Q2、2026-H1")
    verbs = words.add_parser("figures", help="从别处来的数据").add_subparsers(required=True, metavar="动作")
    load = _leaf(verbs, "import", "figures:load", "导入调度日报、采掘日报、质量、材料等表，重复导不会重复记")
    load.add_argument("file", type=Path, metavar="文件")
    load.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    load.add_argument("--keep-good", action="store_true", help="有问题的行留下，没问题的先导入")
    load.add_argument("--overwrite", action="store_true", help="和已录的不一样的，按表更正；原来的数留着")
    shown = _leaf(verbs, "list", "figures:listed", "列出录过的数")
    shown.add_argument("period", metavar="周期", help="如 2026-06")
    shown.add_argument("--quantity", default="", metavar="数据", help="数据代码，如 tonnes，不写就是全部")
    told = _leaf(verbs, "history", "figures:told", "一个数是谁录的，改过几次")
    told.add_argument("quantity", metavar="数据", help="数据代码，如 tonnes")
    told.add_argument("unit", metavar="单位", help="单位的代码")
    told.add_argument("on", metavar="时间", help="2026-06、2026-06-03 或 2026-06-03.1（第1班）")
    for one in (leaf, shown):
        one.add_argument("--unit", default="", metavar="单位", help="单位的代码，不写就是看得到的全部")
    for one in (leaf, shown, told):
        one.add_argument("--format", choices=("table", "json"), default="table", help=FORMATS)


def _practices(words: "argparse._SubParsersAction") -> None:
    verbs = words.add_parser("practices", help="工作法").add_subparsers(required=True, metavar="动作")
    shown = _leaf(verbs, "list", "packing:listed", "有哪些工作法，哪些单位采用")
    shown.add_argument("--format", choices=("table", "json"), default="table", help=FORMATS)
    export = _leaf(verbs, "export", "packing:export", "把一套工作法写成文件（YAML），可以改好再装入")
    export.add_argument("code", metavar="工作法", help="代码，如 walk_and_ask")
    export.add_argument("-o", "--output", type=Path, metavar="文件", help="不写就打印出来")
    load = _leaf(verbs, "import", "packing:load", "检查并装入一份工作法文件；同一份再装，什么都不动")
    load.add_argument("file", type=Path, metavar="文件")
    load.add_argument("--since", type=_date, metavar="日期", help="从哪天起，默认今天")
    load.add_argument("--dry-run", action="store_true", help="只检查，不写入")


def _documents(words: "argparse._SubParsersAction") -> None:
    kinds = words.add_parser("document", help="出文书").add_subparsers(required=True, metavar="文种")
    for name, text in (("bulletin", "月度考核通报（.docx）"), ("results", "结果表（.xlsx）")):
        leaf = _leaf(kinds, name, f"papers:{name}", text)
        leaf.add_argument("code", metavar="标准", help=CODES)
        leaf.add_argument("period", metavar="周期", help="如 2026-06")
        leaf.add_argument("-o", "--output", type=Path, required=True, metavar="文件")
        if name == "bulletin":
            leaf.add_argument("--number", default="", metavar="发文字号", help="如 青党发〔2026〕7号")


def _templates(words: "argparse._SubParsersAction") -> None:
    kinds = words.add_parser("template", help="空表").add_subparsers(required=True, metavar="什么")
    for name, text in (("roster", "花名册空表"), ("scores", "打分空表"), ("records", "上级系统已有记录的空表")):
        leaf = _leaf(kinds, name, f"papers:empty_{name}", text, acting=False)
        leaf.add_argument("-o", "--output", type=Path, required=True, metavar="文件")


def _verify(words: "argparse._SubParsersAction") -> None:
    leaf = _leaf(words, "verify", "verifying:verify_mine", "核对封存：打分、结果、申诉、标准有没有被绕过系统改动")
    leaf.add_argument("--anchor", metavar="校验码", help="通报上印的校验码，如 128:9f3a0c1be24d5f67，一并核对")
    leaf.add_argument("--format", choices=("table", "json"), default="table", help=FORMATS)


def _upkeep(words: "argparse._SubParsersAction") -> None:
    jobs = words.add_parser("jobs", help="到时间的工作").add_subparsers(required=True, metavar="动作")
    text = "马上办一遍：超期升级、到期清除；网站运行时自动办，超期升级每 5 分钟一次，不用写"
    _leaf(jobs, "run", "jobs:run", text, acting=False)
    keys = words.add_parser("keys", help="密钥").add_subparsers(required=True, metavar="动作")
    _leaf(keys, "rotate", "keys:rotate", "换主密钥：帮扶、矛盾和谈心等保密内容的密钥重新加封，内容不变", acting=False)


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("端口在 1 到 65535 之间")
    return port


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-07-06") from None
