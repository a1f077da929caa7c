"""Which lines of what decides — actions, access, scoring — the tests run. The few modules asked about count for themselves: a
tracer is called for every line of everything, which doubles the time of a run.

`pytest -p tests.lines` with PITHEAD_LINES=FOLDER leaves coverage data there, a file for each process;
`python -m tests.lines FOLDER` names the lines that no process ran, and fails if there are any.
"""

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import coverage

SOURCE = Path(__file__).parent.parent / "src" / "pithead"
DECIDING = ("*/actions.py", "*/actions/*.py", "org/access.py", "assess/scoring.py")
FILES = frozenset(str(path) for pattern in DECIDING for path in SOURCE.glob(pattern))
COUNT = "__ran__"  # what a module calls with the line that is about to run
RAN: dict[str, set[int]] = {}


class Counting(SourceFileLoader):
    """Loads a module that counts. Its code is made anew each time and not kept beside the source."""

    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(self.get_data(self.path), self.path)
        for node in list(ast.walk(tree)):
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list):  # that of a lambda is an expression
                    setattr(node, name, [*counted(block)])
            if isinstance(node, ast.ExceptHandler):
                node.body.insert(0, count(node.lineno))
            elif isinstance(node, ast.match_case):
                node.body.insert(0, count(node.pattern.lineno))
        return compile(ast.fix_missing_locations(tree), self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[COUNT] = RAN.setdefault(self.path, set()).add
        super().exec_module(module)


class Finder(PathFinder):
    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = super().find_spec(fullname, path, target) if fullname.startswith("pithead.") else None
        if spec is None or spec.origin not in FILES:
            return None
        spec.loader = Counting(fullname, spec.origin)
        return spec


def counted(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Each statement after the count of its line, and of its decorators'. Docstrings stay first."""
    for statement in block:
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            decorators = getattr(statement, "decorator_list", ())
            yield from (count(line) for line in (*(one.lineno for one in decorators), statement.lineno))
        yield statement


def count(line: int) -> ast.stmt:
    call = ast.Call(ast.Name(COUNT, ast.Load()), [ast.Constant(line)], [])
    return ast.Expr(call, lineno=line, end_lineno=line, col_offset=0, end_col_offset=0)


def pytest_unconfigure() -> None:
    data = coverage.CoverageData(f"{os.environ['PITHEAD_LINES']}/lines", suffix=str(os.getpid()))
    data.add_lines(RAN)
    data.write()


def report(folder: str) -> bool:
    """Whether every line ran."""
    measured = coverage.Coverage(data_file=f"{folder}/lines", config_file=False)
    measured.combine([folder])
    missing = {path: measured.analysis2(path) for path in sorted(FILES)}
    for path, (*_, lines, said) in missing.items():
        if lines:
            print(f"{Path(path).relative_to(SOURCE)}: {said}")
    uncovered = sum(len(found[3]) for found in missing.values())
    print(f"{len(FILES)} files, {uncovered} uncovered lines")
    return bool(FILES) and not uncovered


if __name__ == "__main__":
    sys.exit(not report(sys.argv[1]))
sys.meta_path.insert(0, Finder)  # as a plugin, before anything is loaded
