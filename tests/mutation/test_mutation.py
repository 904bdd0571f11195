"""The judge is judged: mutants that must be grown, that must be noticed, that must survive, and lists that must fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flows.definitions import ROOT
from tests.mutation import equivalents, page
from tests.mutation.__main__ import asked_for, sampled
from tests.mutation.equivalents import Equivalent
from tests.mutation.modules import BAR, GROUPS, MODULES, Module
from tests.mutation.mutants import Mutant, grown, mutants_of
from tests.mutation.tally import Tally

SMALL = "chalicelib/usecases/access.py"


def changes(source: str) -> set[tuple[str, str]]:
    return {(mutant.was, mutant.now) for mutant in mutants_of(source, "x.py")}


# --- what is mutated, and by which tests


@pytest.mark.parametrize("name", MODULES)
def test_a_module_and_its_tests_are_there(name: str) -> None:
    assert MODULES[name].file.is_file()
    assert [] == [test for test in MODULES[name].tests if not (ROOT / test).is_file()]


def test_a_module_is_in_one_group() -> None:
    assert len(MODULES) == sum(len(modules) for modules in GROUPS.values())


def test_modules_are_asked_for_by_name_or_group() -> None:
    assert {"domain/money", *GROUPS["SSRF"]} == {module.name for module in asked_for(["domain/money", "SSRF"])}
    assert list(MODULES) == [module.name for module in asked_for([])]


def test_a_module_that_is_not_there_is_no_empty_success() -> None:
    with pytest.raises(SystemExit, match="domain/monkey"):
        asked_for(["domain/monkey"])


# --- mutants


@pytest.mark.parametrize(
    ("source", "was", "now"),
    [
        ("def f(a):\n    return a + 1\n", "return a + 1", "return a - 1"),
        ("def f(a):\n    return a < 2\n", "return a < 2", "return a <= 2"),
        ("def f(a):\n    return g(a, b=1)\n", "return g(a, b=1)", "return g(a, )"),
        ("def f(a):\n    if a:\n        g()\n", "if a:", "if not (a):"),
        ("def f(a):\n    g(a)\n", "g(a)", "pass"),
        ("def f(a):\n    raise E\n", "raise E", "pass"),
        ("try:\n    f()\nexcept (A, B):\n    pass\n", "except (A, B):", "except (A, ZeroDivisionError):"),
        ("try:\n    f()\nexcept A:\n    pass\n", "except A:", "except ZeroDivisionError:"),
        ("@property\ndef f(self):\n    return not self.x\n", "return not self.x", "return self.x"),
        ("TABLE = {'a': 1}\n", "TABLE = {'a': 1}", "TABLE = {'XXaXX': 1}"),
        ("def f(a=1):\n    return a\n", "def f(a=1):", "def f(a=2):"),
        ("x = [a for a in b if a]\n", "x = [a for a in b if a]", "x = [a for a in b if not (a)]"),
    ],
)
def test_a_line_is_made_wrong(source: str, was: str, now: str) -> None:
    assert (was, now) in changes(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""What this is: 1 + 1."""\n',
        "a: Literal['x', 1]\n",
        "def f(a: g(1) = A) -> Literal[2]: ...\n",
        "if TYPE_CHECKING:\n    from x import y\n    z = 1\n",
        "Fetch = Callable[[str], bytes]\n",
        "Answer = Reply | tuple[int, str]\n",
    ],
)
def test_what_is_never_executed_is_left_as_it_is(source: str) -> None:
    assert set() == changes(source)


def test_of_a_file_that_does_more_only_what_guards_is_made_wrong() -> None:
    guards, reads = "HEADER = 'a'\n\n\ndef verify(a):\n    return a + 1\n\n\n", "def read(a):\n    return a + 2\n"
    some = list(mutants_of(guards + reads, "x.py", frozenset({"HEADER", "verify"})))
    assert {"HEADER = 'a'", "return a + 1"} == {mutant.was for mutant in some}
    assert [] == [mutant for mutant in some if not mutant.code.endswith(reads)]


@pytest.mark.parametrize("module", [each for each in MODULES.values() if each.only], ids=lambda each: each.name)
def test_what_guards_is_there_by_its_name(module: Module) -> None:
    names = {line.partition("(")[0].removeprefix("def ").split(" ")[0] for line in module.file.read_text().splitlines()}
    assert "verify" in names & module.only


def test_a_mutant_is_the_file_with_one_difference() -> None:
    source = (ROOT / SMALL).read_text()
    assert len(grown(ROOT / SMALL, ROOT)) > 50
    for mutant in grown(ROOT / SMALL, ROOT):
        lines = [line.strip() for line in mutant.code.splitlines()]
        assert source != mutant.code
        assert [] == [line for line in mutant.now.splitlines() if line and line not in lines]


def test_lines_that_read_alike_are_told_apart() -> None:
    twins = [one for one in mutants_of("def f():\n    g(1)\n    h(2)\n    g(1)\n", "x.py") if one.was == "g(1)"]
    assert len(twins) == len({twin.id for twin in twins}) > 2


def test_a_sample_is_the_same_every_time_and_another_seed_another_one() -> None:
    mutants = grown(ROOT / SMALL, ROOT)
    parts = [sampled(mutants, 5, seed) for seed in range(5)]
    assert parts[0] == sampled(mutants, 5, 0)
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in mutants)


# --- the lists


def test_every_listed_equivalent_is_about_lines_of_today_and_says_why() -> None:
    """Quick; that each is a mutant, and one that nobody notices, is seen whenever mutants are tried."""
    entries = equivalents.listed()
    for entry in entries:
        lines = [line.strip() for line in (ROOT / entry.file).read_text().splitlines()]
        assert [] == [line for line in entry.was.splitlines() if line not in lines]
    assert [] == [entry for entry in entries if len(entry.why.split()) < 5]
    assert len(entries) == len({(entry.file, entry.was, entry.now, entry.nth) for entry in entries})


def test_an_entry_whose_line_has_changed_is_stale() -> None:
    entry = Equivalent("x.py", "g(1)", "g(2)", "because it was so")
    mutants = list(mutants_of("g(3)\n", "x.py"))
    assert [entry] == equivalents.stale([entry], mutants, ["x.py"])
    assert [] == equivalents.stale([entry], mutants, ["y.py"])


def test_the_page_has_every_module_and_none_far_below_the_bar() -> None:
    scores = page.scores_of(page.read())
    assert set(MODULES) == set(scores)
    assert [] == [name for name, score in scores.items() if score.percent < BAR]


def test_the_page_keeps_the_rows_of_what_was_not_tried_and_renews_the_others() -> None:
    first = page.written(tally(killed=9, survived=1), [], "")
    other = Tally()
    other.note(MODULES["adapters/targets"], mutant("x"), "killed", None)
    both = page.written(other, [], first)
    assert {"domain/money": 90.0, "adapters/targets": 100.0} == {
        name: score.percent for name, score in page.scores_of(both).items()
    }
    assert ("domain/money.py:1`", 1) == (
        both.partition("- `chalicelib/")[2].partition(":")[0] + ":1`",
        both.count("- `"),
    )
    assert "**90.9 % of 11 mutants were noticed.**" in both
    assert "Nothing survived." in page.written(tally(killed=10), [], both)


# --- the score


def mutant(was: str = "a", nth: int = 1) -> Mutant:
    return Mutant("chalicelib/domain/money.py", was, "b", nth, "b\n", (1, 1))


def tally(**outcomes: int) -> Tally:
    made = Tally()
    for outcome, times in outcomes.items():
        for i in range(times):
            made.note(MODULES["domain/money"], mutant(outcome, i), outcome, None)
    return made


def test_a_group_below_the_bar_is_a_violation() -> None:
    assert [] == tally(killed=9, survived=1).below()
    assert ["money: 89.0 % of 100 mutants were noticed, 90 % must be"] == tally(killed=89, survived=11).below()


def test_a_mutant_that_ran_out_of_time_was_noticed_and_a_stillborn_one_does_not_count() -> None:
    document = tally(killed=8, timeout=1, survived=1, stillborn=90).document()
    assert (10, 90.0, 1) == (document["mutants"], document["score"], len(document["survivors"]))


def test_a_listed_equivalent_does_not_count_and_must_not_be_noticed() -> None:
    entry = Equivalent("chalicelib/domain/money.py", "a", "b", "nobody can tell")
    made = Tally()
    made.note(MODULES["domain/money"], mutant(), "survived", entry)
    assert (0, []) == (made.whole.mutants, made.violations)
    made.note(MODULES["domain/money"], mutant(), "killed", entry)
    assert 1 == len(made.violations)


# --- the nursery, on a module with known gaps

ORIGINAL = "LIMIT = 2\n\n\ndef small(n):\n    return n < LIMIT\n"
TESTS = """
from planted import small


def test_small_is_small():
    assert small(1)


def test_large_is_not():
    assert not small(3)
"""
MUTANTS = {
    "noticed": ORIGINAL.replace("<", ">"),
    "survives": ORIGINAL.replace("<", "<="),
    "cannot be imported": ORIGINAL.replace("= 2", "= 2 / 0"),
    "never ends": ORIGINAL.replace("return n < LIMIT", "while True: pass"),
    "the same": ORIGINAL,
}


def nursed(folder: Path, tests: str = TESTS, **more: Any) -> list[dict[str, Any]]:
    (folder / "planted.py").write_text(ORIGINAL)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_planted.py").write_text(tests)
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n')
    job = {
        "module": "planted",
        "file": str(folder / "planted.py"),
        "tests": ["tests/test_planted.py"],
        "workers": 2,
        "patience": 1,
        "mutants": [{"id": name, "code": code, "lines": [5, 5]} for name, code in MUTANTS.items()],
        **more,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tests.mutation.nursery"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, input=json.dumps(job), capture_output=True, text=True,
    )  # fmt: skip
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_nursery_tells_who_noticed_and_who_did_not(tmp_path: Path) -> None:
    first, *answers = nursed(tmp_path)
    assert 2 == first["tests"]
    by_name = {answer["id"]: (answer["outcome"], answer["by"]) for answer in answers}
    assert {
        "survives": ("survived", ""),
        "cannot be imported": ("stillborn", ""),
        "never ends": ("timeout", "SIGXCPU"),
        "the same": ("survived", ""),
    } == {name: told for name, told in by_name.items() if name != "noticed"}
    outcome, by = by_name["noticed"]
    assert ("killed", "tests/test_planted.py") == (outcome, by.partition("::")[0])


def test_tests_that_do_not_pass_judge_nobody(tmp_path: Path) -> None:
    [answer] = nursed(tmp_path, TESTS + "\n\ndef test_wrong():\n    assert small(2)\n")
    assert "do not pass" in answer["failed"]
