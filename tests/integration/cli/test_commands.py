"""Every command: its help, its exit status, its words."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError

from engine.storage.database import Database
from host.cli.main import WHERE, bihuan
from host.migrations.running import newest
from tests.integration.cli.conftest import Run

ROOT = Path(__file__).parents[3]
WORKFLOWS = ROOT / "workflows"
PROBLEM = re.compile(r"\S+ (error|warning|information) [a-z_]+(\.[a-z_]+)+ \S.*")
GENERATE = ("county", "generate", "--policy", "shawan", "--year", 2021)


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = list(commands(bihuan))


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) or "bihuan" for path, _ in ALL])
def test_the_help_of_every_command_is_complete(
    run: Run, path: tuple[str, ...], command: click.Command
) -> None:
    ran = run(*path, "--help")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: {' '.join(('bihuan', *path))}")
    assert command.help
    named = [option for one in command.params for option in one.opts if option.startswith("--")]
    assert [option for option in named if option not in ran.out] == []
    silent = [one.name for one in command.params if isinstance(one, click.Option) and not one.help]
    assert silent == []
    if isinstance(command, click.Group):
        names = command.list_commands(click.Context(command))
        assert [name for name in names if f"  {name}" not in ran.out] == []


def test_every_command_of_a_module_is_found_and_one_does_not_read_the_others() -> None:
    for module in set(WHERE.values()):
        group = click.Group()
        import_module(f"host.cli.{module}").add_to(group)
        assert {name: WHERE[name] for name in group.commands} == dict.fromkeys(group.commands, module)
    said = "import sys; from host.cli.main import bihuan; bihuan(['feel', '1 + 1'], standalone_mode=False); "
    ran = subprocess.run(
        [sys.executable, "-c", f"{said}print('flask' in sys.modules)"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert ran.stdout.split() == ["2", "False"]


def test_the_program_says_its_version(run: Run) -> None:
    ran = run("--version")

    assert ran.status == 0
    assert re.search(r"bihuan.* \d+\.\d+", ran.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("check",),
        ("check", "--bogus"),
        ("feel",),
        ("feel", "1", "2"),
        ("county", "generate"),
        (*GENERATE[:-1], "soon", "--out", "x.json"),
        (*GENERATE[:-1], 1999, "--out", "x.json"),
        (*GENERATE, "--seed", -1, "--out", "x.json"),
        ("simulate", "--policy", "shawan", "--ledger", "x.json"),
        ("simulate", "--policy", "shawan", "--ledger", "x.json", "--report", "o.json", "--late", "1.1"),
        ("simulate", "--policy", "shawan", "--ledger", "x.json", "--report", "o.json", "--seed", "one"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments)),
)
def test_wrong_usage_is_status_two_and_says_where_the_help_is(
    run: Run, arguments: tuple[object, ...]
) -> None:
    ran = run(*arguments)

    assert (ran.status, ran.out) == (2, "")
    assert "Usage: bihuan" in ran.err
    assert "--help" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["processes/self_evaluation.bpmn", "decisions/grade.dmn"])
def test_checking_a_good_file_says_nothing(run: Run, name: str) -> None:
    ran = run("check", WORKFLOWS / name)

    assert (ran.status, ran.out, ran.err) == (0, "", "")


def bad_files() -> dict[str, tuple[str, str, str]]:
    """Return file text, element and code of a problem, by file name."""
    target = (WORKFLOWS / "processes" / "target.bpmn").read_text("utf-8")
    grade = (WORKFLOWS / "decisions" / "grade.dmn").read_text("utf-8")
    expression = re.search(r"<text>([^<]+)</text>", grade)
    assert expression is not None
    return {
        "due.bpmn": (
            target.replace("dates.target.due", "dates.target.("),
            "file_target",
            "expression.syntax",
        ),
        "torn.bpmn": ("<a", "-", "xml.syntax"),
        "torn.dmn": ("<a", "-", "xml.syntax"),
        "entity.bpmn": ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "-", "xml.doctype"),
        "cut.bpmn": (
            target.replace('targetRef="review_target"', 'targetRef="end_stopped"'),
            "review_target",
            "",
        ),
        "entry.dmn": (grade.replace(expression[0], "<text>1 + (</text>"), "", ""),
    }


@pytest.mark.parametrize("name", list(bad_files()))
def test_checking_a_bad_file_prints_a_line_per_problem(run: Run, tmp_path: Path, name: str) -> None:
    body, element, code = bad_files()[name]
    (tmp_path / name).write_text(body, encoding="utf-8")

    ran = run("check", name)

    lines = ran.out.splitlines()
    assert (ran.status, ran.err) == (1, "")
    assert [line for line in lines if not PROBLEM.fullmatch(line)] == []
    assert [line for line in lines if line.startswith(element) and " error " in line and code in line]


def test_warnings_alone_are_not_a_failure(run: Run, tmp_path: Path) -> None:
    found = {path.name: run("check", path) for path in sorted((WORKFLOWS / "processes").glob("*.bpmn"))}

    assert [name for name, ran in found.items() if ran.status] == []
    assert [name for name, ran in found.items() if " error " in ran.out] == []


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    ran = run("check", "missing.bpmn")

    assert (ran.status, ran.out, ran.code) == (1, "", "file.unreadable")
    assert "missing.bpmn" in ran.err


@pytest.mark.parametrize(
    ("expression", "context", "value"),
    [
        ("1 + 1", "{}", 2),
        ("amount * 2", '{"amount": 2.5}', 5),
        ('项目.等级 = "优"', '{"项目": {"等级": "优"}}', True),
        ("[1, 2][item > 1]", "{}", [2]),
        ('{a: 1, b: "x"}', "{}", {"a": 1, "b": "x"}),
        ("null", "{}", None),
        ('date("2021-03-31") + duration("P1D")', "{}", "2021-04-01"),
    ],
)
def test_an_expression_is_evaluated_to_json(run: Run, expression: str, context: str, value: object) -> None:
    ran = run("feel", expression, "--context", context)

    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out) == value


@pytest.mark.parametrize(
    ("expression", "place"),
    [("1 +", "1:4"), ('"a\nb" +', "2:5"), ("", "1:1"), ("if 1 then", "1:10"), ("项目 ++", "1:5")],
)
def test_a_syntax_error_says_code_line_and_column(run: Run, expression: str, place: str) -> None:
    ran = run("feel", expression)

    assert (ran.status, ran.out) == (1, "")
    code, found, text = ran.err.strip().split(" ", 2)
    assert re.fullmatch(r"feel\.[a-z_]+", code)
    assert found == place
    assert text


@pytest.mark.parametrize(
    ("expression", "code"), [("unknown + 1", "feel.unknown_name"), ("1 / 0", "feel.bad_operands")]
)
def test_what_becomes_null_is_warned_of_with_its_place(run: Run, expression: str, code: str) -> None:
    ran = run("feel", expression)

    assert (ran.status, json.loads(ran.out)) == (0, None)
    assert re.match(rf"{re.escape(code)} 1:\d+ \S", ran.err)


@pytest.mark.parametrize(
    ("context", "code"),
    [
        ("{", "context.not_json"),
        ("[1]", "context.not_object"),
        ("", "context.not_json"),
        ("3", "context.not_object"),
    ],
)
def test_a_context_that_is_no_object_is_refused(run: Run, context: str, code: str) -> None:
    ran = run("feel", "1", "--context", context)

    assert (ran.status, ran.out, ran.code) == (1, "", code)


def test_an_expression_that_never_ends_is_stopped(run: Run) -> None:
    ran = run("feel", "for i in 1..1000000000 return i")

    assert (ran.status, ran.code) == (1, "feel.budget")


def test_a_county_is_generated_and_the_seed_decides_it(run: Run, tmp_path: Path) -> None:
    for name, seed in (("a.json", 3), ("b.json", 3), ("c.json", 4)):
        ran = run(*GENERATE, "--projects", 6, "--seed", seed, "--out", f"new/{name}")
        assert (ran.status, ran.err) == (0, "")
        assert f"{name}:" in ran.out

    texts = [(tmp_path / "new" / name).read_text("utf-8") for name in ("a.json", "b.json", "c.json")]
    assert texts[0] == texts[1] != texts[2]
    assert len(json.loads(texts[0])["projects"]) == 6


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--projects", 2, "--out", "x.json"), "county.project_count"),
        (("--projects", 99_999, "--out", "x.json"), "county.project_count"),
        (("--projects", 6, "--policy", "atlantis", "--out", "x.json"), "policy.not_found"),
        (("--projects", 6, "--out", "/proc/nowhere/x.json"), "county.not_written"),
        (("--projects", 6, "--out", "taken/x.json"), "county.not_written"),
    ],
)
def test_a_county_that_cannot_be_made_is_refused(
    run: Run, tmp_path: Path, arguments: tuple[object, ...], code: str
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")

    ran = run(*GENERATE, *arguments)

    assert (ran.status, ran.out, ran.code) == (1, "", code)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_migrating_twice_finds_the_newest_version(run: Run, own_server: Database) -> None:
    first, second = run("migrate"), run("migrate")

    assert (first.status, second.status) == (0, 0)
    assert newest() in first.out
    assert "已是最新版本" in second.out


def test_who_enters_the_same_a_moment_later_is_told_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def second(**_: object) -> None:
        raise IntegrityError("insert", None, UniqueViolation())

    monkeypatch.setattr("host.cli.main.bihuan", second)

    ran = run("place", "add")

    assert (ran.status, ran.out, ran.code) == (1, "", "request.same_twice")


WRONG_FOLDER = ("BIHUAN_DATA_DIR", "not/absolute", "settings.invalid")
WRONG_ADDRESS = ("BIHUAN_DATABASE_URL", "nonsense", "settings.invalid")
NOBODY_THERE = (
    "BIHUAN_DATABASE_URL",
    "postgresql://somebody:hush@127.0.0.1:1/none",
    "storage.unreachable",
)


@pytest.mark.parametrize(
    ("command", "variable", "value", "code"),
    [
        ("migrate", *WRONG_FOLDER),
        ("migrate", *WRONG_ADDRESS),
        ("migrate", *NOBODY_THERE),
        ("worker", *WRONG_FOLDER),
        ("worker", *WRONG_ADDRESS),  # where nobody is, a worker waits: tests/chaos/test_workers.py
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_is_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, variable: str, value: str, code: str
) -> None:
    monkeypatch.setenv(variable, value)

    ran = run(command)

    assert (ran.status, ran.out, ran.code) == (1, "", code)
    assert variable in ran.err
    assert "hush" not in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("said", ["已启动", "taking jobs"])
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_well_at_any_moment_it_is_told_to(
    own_server: Database, own_folder: Path, stop: signal.Signals, said: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "host.cli.main", "worker"],
        cwd=ROOT,
        env={"BIHUAN_DATA_DIR": str(own_folder), "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        try:
            assert any(said in line for line in process.stderr)
            process.send_signal(stop)
            _, rest = process.communicate(timeout=60)
        finally:
            process.kill()

    assert process.returncode == 0, rest
    assert "Traceback" not in rest
