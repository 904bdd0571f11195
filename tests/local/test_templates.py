from __future__ import annotations

from pathlib import Path

import pytest

from local import templates


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Bus", {"Ref": "Bus"}),
        ("!GetAtt Bus.Arn", {"Fn::GetAtt": ["Bus", "Arn"]}),
        ("!GetAtt Parent.Outputs.Arn", {"Fn::GetAtt": ["Parent", "Outputs.Arn"]}),
        ("!Sub 'a-${Stage}'", {"Fn::Sub": "a-${Stage}"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!If [Own, !Ref A, !Ref B]", {"Fn::If": ["Own", {"Ref": "A"}, {"Ref": "B"}]}),
        ("{'Fn::ImportValue': !Sub 'a-${Stage}'}", {"Fn::ImportValue": {"Fn::Sub": "a-${Stage}"}}),
    ],
)
def test_short_tags_become_long_forms(tmp_path: Path, short: str, long: object) -> None:
    written(tmp_path, one=f"Value: {short}")
    assert {"Value": long} == templates.read(tmp_path / "one.yaml")


def test_the_files_of_a_folder_are_one_template(tmp_path: Path) -> None:
    written(tmp_path, one="Resources: {A: {Type: X}}", two="Resources: {B: {Type: Y}}\nOutputs: {C: {Value: 1}}")
    expected = {"Resources": {"A": {"Type": "X"}, "B": {"Type": "Y"}}, "Outputs": {"C": {"Value": 1}}}
    assert expected == templates.join(tmp_path)


def test_a_name_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    written(tmp_path, one="Resources: {A: {Type: X}}", two="Resources: {A: {Type: Y}}")
    with pytest.raises(ValueError, match=r"two\.yaml names A of Resources a second time"):
        templates.join(tmp_path)
