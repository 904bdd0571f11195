"""Draws each state machine into state_machines/README.md, from the definition and nothing else.

    python -m tests.flows.drawing

writes what stands between `<!-- drawn: <machine> -->` and `<!-- /drawn -->`; a test compares it.
What every step shares (a fault or an unknown outcome leads to a person) is said once in the text, not drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.flows.definitions import MACHINES, Definition, State, definition, is_gate, stems

PAGE = MACHINES / "README.md"
_DRAWN = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- /drawn -->)", re.DOTALL)


def page() -> str:
    """The page as it should be: the text around the drawings stays as it is."""
    return _DRAWN.sub(lambda found: found[1] + drawn(found[2]) + found[3], PAGE.read_text(encoding="utf-8"))


def machines_on_the_page() -> list[str]:
    """The machines that have a place on the page."""
    return sorted(found[2] for found in _DRAWN.finditer(PAGE.read_text(encoding="utf-8")))


def drawn(stem: str) -> str:
    """One machine: its graph and, below, what each of its states says about itself."""
    machine = definition(stem)
    return f"```mermaid\n{graph(machine)}\n```\n\n{table(machine)}\n"


def graph(machine: Definition) -> str:
    """A mermaid flowchart: steps are boxes, gates hexagons, choices diamonds, ends round."""
    lines = ["flowchart TD"]
    lines += [f"    {_shape(name, state)}" for name, state in machine["States"].items()]
    for name, state in machine["States"].items():
        lines += [f"    {name} {arrow} {then}" for arrow, then in _arrows(state)]
    gates = [name for name, state in machine["States"].items() if is_gate(state)]
    lines += ["    classDef gate fill:#fff3cd,stroke:#b58900,color:#222", f"    class {','.join(gates)} gate"]
    return "\n".join(lines)


def table(machine: Definition) -> str:
    """Every state in the order of the story, in its own words."""
    rows = [f"| `{name}` | {_kind(state)} | {state['Comment']} |" for name, state in machine["States"].items()]
    return "\n".join(["| state | is a | in its own words |", "|---|---|---|", *rows])


def _shape(name: str, state: State) -> str:
    if is_gate(state):
        return f"{name}{{{{{name}}}}}"
    opened, closed = {
        "Choice": ("{", "}"),
        "Succeed": ("([", "])"),
        "Fail": ("[[", "]]"),
        "Pass": ("(", ")"),
    }.get(state["Type"], ("[", "]"))
    return f"{name}{opened}{name}{closed}"


def _kind(state: State) -> str:
    if is_gate(state):
        return "gate"
    return {"Task": "step", "Choice": "choice", "Pass": "note", "Succeed": "end", "Fail": "failed end"}[state["Type"]]


def _arrows(state: State) -> Iterator[tuple[str, str]]:
    """Arrows with their labels; several outcomes that lead to one place share an arrow."""
    if "Next" in state:
        yield "-->", state["Next"]
    outcomes: dict[str, list[str]] = {}
    for rule in state.get("Choices", ()):
        outcomes.setdefault(rule["Next"], []).append(rule["StringEquals"])
    for then, words in outcomes.items():
        yield f"-->|{', '.join(words)}|", then
    for catcher in state.get("Catch", ()):
        if catcher["ErrorEquals"] != ["States.ALL"]:
            yield "-.->|silence|", catcher["Next"]
        elif catcher["Next"] != "ParkCase":
            yield "-.->|fault|", catcher["Next"]


if __name__ == "__main__":
    assert machines_on_the_page() == stems(), f"{PAGE} has no place for every machine"
    PAGE.write_text(page(), encoding="utf-8")
