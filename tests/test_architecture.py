"""What import-linter cannot say about the house: which modules are public, where tables may point, how large things may grow."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from django.apps import apps

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "pithead"
PUBLIC = {"models", "queries", "actions", "registry", "access", "testing"}
OPEN_APPS = {"kernel", "ui"}  # everything above may use all of them
FUNCTION_LINES, FILE_LINES, VIEW_LINES = 40, 400, 250


def layers() -> dict[str, int]:
    """App → its height, read from the import contract itself."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    from_the_top = next(c["layers"] for c in contracts if c["name"] == "Apps import downwards")
    return {
        app.strip(): height for height, layer in enumerate(reversed(from_the_top)) for app in re.split(r"[|:]", layer)
    }


HEIGHT = layers()
APPS = sorted(HEIGHT, key=HEIGHT.__getitem__)


def sources(folder: Path = SOURCE) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def product_sources() -> Iterator[Path]:
    return (path for path in sources() if "tests" not in path.parts)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_app_is_installed_and_has_its_layer() -> None:
    installed = {config.label for config in apps.get_app_configs() if config.name.startswith("pithead.")}
    assert installed == set(APPS)


def test_across_apps_only_public_modules_are_imported() -> None:
    graph = grimp.build_graph("pithead", cache_dir=None)
    private = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            own, other = importer.split(".")[1:2], imported.split(".")[1:]
            if not other or own == other[:1] or other[0] in OPEN_APPS:
                continue
            if len(other) < 2 or other[1] not in PUBLIC:
                private.append(f"{importer} imports {imported}")
    assert not private, "\n".join(sorted(private))


def test_the_outside_imports_nothing_but_public_modules_either() -> None:
    """Cross-app tests and benchmarks know the apps as their neighbours do; `web` is the site under test."""
    allowed = re.compile(rf"pithead\.(?:(?:{'|'.join(OPEN_APPS)}|web|cli|demo)\b|\w+\.(?:{'|'.join(PUBLIC)})\b)")
    private = [
        f"{relative(path)} imports {name}"
        for path in [*sources(ROOT / "tests"), *sources(ROOT / "bench"), ROOT / "conftest.py"]
        for name in imported_names(path)
        if name.startswith("pithead.") and not allowed.match(name)
    ]
    assert not private, "\n".join(private)


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_tables_point_downwards_only() -> None:
    """Also those named by a string, which no import graph sees."""
    upward = []
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_label
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = field.related_model._meta.app_label if isinstance(field.related_model, type) else label
            if label in HEIGHT and target in HEIGHT and target != label and HEIGHT[target] >= HEIGHT[label]:
                upward.append(f"{model._meta.label}.{field.name} points up to {target}")
    assert not upward, "\n".join(upward)


def test_no_model_is_fetched_by_name_and_no_key_is_generic() -> None:
    banned = re.compile(  # a field's own `pre_save` is no signal
        r"\bget_model\(|GenericForeignKey|GenericRelation|(?<!def )\b(?:pre|post)_(?:save|delete|init)\b|m2m_changed"
    )
    found = [
        f"{relative(path)}:{number}"
        for path in product_sources()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if banned.search(line)
    ]
    assert not found, f"Signals, generic keys and look-ups by name hide a dependency: {found}"


def test_templates_extend_and_include_only_lower_apps() -> None:
    used = re.compile(r"""{%\s*(?:extends|include)\s+["']([\w-]+)/""")
    upward = [
        f"{relative(path)} uses {target}/"
        for path in SOURCE.rglob("templates/**/*.html")
        for target in used.findall(path.read_text())
        if (app := path.relative_to(SOURCE).parts[0]) != target and HEIGHT.get(target, -1) >= HEIGHT[app]
    ]
    assert not upward, "\n".join(upward)


def test_templates_lie_under_the_name_of_their_app() -> None:
    stray = [
        relative(path)
        for path in SOURCE.rglob("templates/**/*.html")
        if (parts := path.relative_to(SOURCE).parts)[2] != parts[0]
        and parts[0] != "ui"
        and path.parent.name != "templates"
    ]
    assert not stray


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "util", "helpers", "services", "misc", "common", "managers", "signals"}
    assert not [relative(path) for path in sources() if path.stem in vague or path.parent.name in vague]


@pytest.mark.parametrize("app", APPS)
def test_an_app_says_what_it_owns(app: str) -> None:
    readme = SOURCE / app / "README.md"
    assert readme.exists(), f"{app} has no README.md"
    lines = readme.read_text().splitlines()
    assert 10 <= len(lines) <= 32, f"{relative(readme)} has {len(lines)} lines; 15 to 25 say enough"
    assert lines[0] == f"# {app}"


def test_files_stay_short() -> None:
    long = []
    for path in [*sources(), *sources(ROOT / "tests"), *sources(ROOT / "bench")]:
        limit = VIEW_LINES if path.stem == "views" or path.parent.name == "views" else FILE_LINES
        if (lines := len(path.read_text().splitlines())) > limit:
            long.append(f"{relative(path)}: {lines} lines, at most {limit}")
    assert not long, "\n".join(long)


def test_functions_stay_short() -> None:
    long = []
    for path in [*sources(), *sources(ROOT / "tests"), *sources(ROOT / "bench")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long.append(f"{relative(path)}:{node.lineno} {node.name}: {lines} lines, at most {FUNCTION_LINES}")
    assert not long, "\n".join(long)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        relative(path)
        for path in product_sources()
        if (tree := ast.parse(path.read_text())).body and path.stem != "apps" and not ast.get_docstring(tree)
    ]
    assert not silent, "A module begins with a line that says what it owns: " + ", ".join(silent)


def test_actions_are_keyword_only_and_say_who_and_when() -> None:
    """What a face may call with `by=` is a verb: it takes nothing by position and `at=` besides."""
    loose = []
    for path in product_sources():
        if path.stem != "actions" and path.parent.name != "actions":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name in offered(path):
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                if "by" in names_of(node) and (not {"by", "at"} <= keywords or node.args.args):
                    loose.append(f"{relative(path)}:{node.lineno} {node.name}")
    assert not loose, "An action is keyword-only with by= and at=: " + ", ".join(loose)


def names_of(node: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}


def offered(path: Path) -> set[str]:
    """The public functions of a module; of a package what its `__init__` hands on."""
    facade = path if path.stem == "actions" else path.with_name("__init__.py")
    tree = ast.parse(facade.read_text())
    handed_on = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in handed_on | own if not name.startswith("_")}


def test_only_faces_ask_what_time_it_is() -> None:
    """Views and the cards of the desk belong to a face; so do `web` and `cli`."""
    clock = re.compile(r"timezone\.now\(|datetime\.now\(|\.today\(\)|local(?:date|time)\(\)|time\.time\(")
    faces = {"web", "cli"}
    asked = [
        f"{relative(path)}:{number}"
        for path in product_sources()
        if path.relative_to(SOURCE).parts[0] not in faces
        and not (path.stem in ("views", "home", "testing") or path.parent.name == "views")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if clock.search(line) and "default=" not in line
    ]
    assert not asked, f"The clock comes in as `at=`: {asked}"


def test_templates_are_within_the_content_security_policy() -> None:
    """Nothing inline: no script text, no style, no handler attribute, no address of another host."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|(?:src|href|action)=[\"'](?:https?:)?//"
    )
    found = [
        f"{relative(path)}:{number}: {line.strip()[:80]}"
        for path in SOURCE.rglob("templates/**/*")
        if path.suffix in (".html", ".svg")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]
    assert not found, "\n".join(found)
