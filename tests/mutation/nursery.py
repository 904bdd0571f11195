"""Where the mutants of one module live and die: `python -m tests.mutation.nursery`, a job on stdin, answers on stdout.

A fresh interpreter would spend a second or two on imports for every mutant. Here everything that is not ours is
imported once, ours is forgotten again, and every mutant is a fork: it imports our modules anew, one of them from the
mutant's text. No file is ever written, so a run that is killed leaves nothing behind, and two do not meet.

The job is `{"module", "file", "tests", "workers", "mutants": [{"id", "code", "lines"}]}`, and `patience` if a mutant
may spend another number of seconds than 5 beyond its share. The answers are lines of JSON: first `{"tests", "seconds"}`
or `{"failed"}` for the module as it is, then `{"id", "outcome", "by"}` for each mutant.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from types import CodeType, ModuleType
from typing import Any, NoReturn, TextIO

import pytest

from tests.mutation.forgetting import forget
from tests.mutation.watching import QUIET, Choice, Watch

STILLBORN = 100  # exit status: the module itself cannot be imported, so no test had to notice
OUTCOMES = {0: "survived", 1: "killed", 2: "killed", STILLBORN: "stillborn"}
MEMORY = 4 * 1024**3  # bytes of address space: a mutant may collect for ever


class _Mutated(importlib.machinery.SourceFileLoader):
    """The module's file, with another text."""

    code = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.code, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, module: str, file: str, code: str) -> None:
        self._module, self._file, self._code = module, file, code

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        if fullname != self._module:
            return None
        loader = _Mutated(fullname, self._file)
        loader.code = self._code
        return importlib.util.spec_from_file_location(fullname, self._file, loader=loader)


@dataclass
class Child:
    pid: int
    says: int  # the reading end of a pipe, at its end when the child is
    ends_by: float
    mutant: Mapping[str, Any]
    left: Sequence[str]  # tests to try it with afterwards


class Nursery:
    def __init__(self, job: Mapping[str, Any], answers: TextIO) -> None:
        self._job, self._answers = job, answers
        self._watch = Watch(job["file"])
        self._cpu, self._wall = 60, 300.0

    def run(self) -> None:
        try:
            self._prepare()
        except _Unfit as why:
            return self._answer(failed=str(why))
        waiting, alive = list(reversed(self._job["mutants"])), list[Child]()
        while waiting or alive:
            while waiting and len(alive) < self._job["workers"]:
                mutant = waiting.pop()
                near = self._watch.passing(*mutant["lines"])
                rest = [test for test in self._watch.seconds if test not in set(near)]
                alive.append(self._born(mutant, near, rest) if near else self._born(mutant, rest, ()))
            ended = self._await(alive)
            alive.remove(ended)
            outcome, by = self._end(ended)
            if outcome == "survived" and ended.left:  # caches and threads hide who passes by: then all are asked
                alive.append(self._born(ended.mutant, ended.left, ()))
            else:
                self._answer(id=ended.mutant["id"], outcome=outcome, by=by)
        return None

    def _prepare(self) -> None:
        """The module as it is: once here, to import and to watch, and once as the mutants will be tried."""
        status = pytest.main([*QUIET, *self._job["tests"]], plugins=[self._watch])
        if status != 0 or not self._watch.seconds:
            raise _Unfit(f"the tests do not pass as they are (pytest says {status})")
        forget(self._job["module"])
        gc.collect()
        gc.freeze()
        with open(self._job["file"], encoding="utf-8") as file:
            child = self._born({"code": file.read()}, list(self._watch.seconds), ())
        began = time.monotonic()
        self._await([child])
        took, before = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome, by = self._end(child)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if outcome != "survived":
            raise _Unfit(f"unchanged, it is {outcome} in a fork, by {by or 'nobody'}")
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        # Time of the processor, so that a busy machine kills nobody; by the clock only what waits for ever.
        self._cpu, self._wall = ceil(5 * cpu + self._job.get("patience", 5)), 10 * took + 60
        self._answer(tests=len(self._watch.seconds), seconds=round(took, 2))

    def _born(self, mutant: Mapping[str, Any], tests: Sequence[str], left: Sequence[str]) -> Child:
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reads)
            self._live(mutant, tests, writes)
        os.close(writes)
        return Child(pid, reads, time.monotonic() + self._wall, mutant, left)

    def _live(self, mutant: Mapping[str, Any], tests: Sequence[str], writes: int) -> NoReturn:
        """In the fork: the outcome as exit status, the test that noticed on the pipe."""
        status = 70
        try:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (self._cpu, self._cpu + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            _content_with_any_example()
            choice = Choice(tests, self._watch.seconds, lambda test: _noticed(writes, test))
            sys.meta_path.insert(0, _Finder(self._job["module"], self._job["file"], mutant["code"]))
            if _can_be_imported(self._job["module"]):
                files = dict.fromkeys(test.partition("::")[0] for test in tests)
                status = int(pytest.main([*QUIET, *files], plugins=[choice]))
            else:
                status = STILLBORN
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _await(self, alive: Sequence[Child]) -> Child:
        """The next to end; whoever has had all its time is ended."""
        while True:
            patience = min(child.ends_by for child in alive) - time.monotonic()
            ready, _, _ = select.select([child.says for child in alive], [], [], max(0.0, patience))
            if ready:
                return next(child for child in alive if child.says == ready[0])
            late = min(alive, key=lambda child: child.ends_by)
            with suppress(ProcessLookupError):
                os.killpg(late.pid, signal.SIGKILL)
            return late

    def _end(self, child: Child) -> tuple[str, str]:
        said = b""
        while chunk := os.read(child.says, 4096):
            said += chunk
        os.close(child.says)
        _, status = os.waitpid(child.pid, 0)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)  # what it started
        if os.WIFSIGNALED(status):
            return "timeout", signal.Signals(os.WTERMSIG(status)).name
        return OUTCOMES.get(os.WEXITSTATUS(status), "broken"), said.decode(errors="replace")

    def _answer(self, **answer: Any) -> None:
        print(json.dumps(answer), file=self._answers, flush=True)


class _Unfit(Exception):
    """Raised when the tests of a module cannot judge mutants."""


def _can_be_imported(module: str) -> bool:
    try:
        importlib.import_module(module)
    except BaseException:
        return False
    return True


def _content_with_any_example() -> None:
    """Whatever fails a property will do: looking for the smallest example would take most of the time."""
    from hypothesis import Phase, settings  # pytest warns when it finds it imported before it begins

    settings.register_profile(
        "any", derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("any")
    type.__setattr__(settings, "load_profile", lambda _: None)  # so that no conftest loads another


def _noticed(writes: int, test: str) -> NoReturn:
    """The first test that fails is all that is asked: what follows would only clean up."""
    os.write(writes, test.encode()[:4000])
    os._exit(1)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    if not os.environ.get("SHOW"):
        os.dup2(nothing, 2)
    Nursery(json.load(sys.stdin), answers).run()


if __name__ == "__main__":
    main()
