"""Reads and joins CloudFormation templates written in YAML with its short tags (`!Ref`, `!Sub`, `!GetAtt` …)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]


class Loader(yaml.SafeLoader):
    """PyYAML's safe loader that also knows CloudFormation's tags, and answers their long form."""


def _tag(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _tag)


def read(file: Path) -> Template:
    """One template with every tag in its long form."""
    return dict(yaml.load(file.read_text(), Loader))


def join(folder: Path) -> Template:
    """The templates of a folder as one; two that name the same thing are a mistake, so it is loud."""
    whole: Template = {}
    for file in sorted(folder.glob("*.yaml")):
        for section, content in read(file).items():
            if not isinstance(content, dict):
                whole[section] = content
                continue
            twice = whole.setdefault(section, {}).keys() & content.keys()
            if twice:
                raise ValueError(f"{file.name} names {', '.join(sorted(twice))} of {section} a second time")
            whole[section].update(content)
    return whole
