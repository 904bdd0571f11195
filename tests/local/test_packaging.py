from __future__ import annotations

from pathlib import Path

import pytest

from local import packaging


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "app.py": "",
        "chalicelib/errors.py": "",
        "requirements.txt": "",
        ".chalice/config.json": "{}",
        "infra/app/stage.yaml": "Resources: {}",
        "state_machines/refund_flow.asl.json": '{"StartAt": "A", "States": {}}',
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["app.py", "chalicelib/new.py", "infra/app/stage.yaml", "state_machines/refund_flow.asl.json"]
)
def test_a_change_of_anything_that_is_packaged_makes_another_package(project: Path, name: str) -> None:
    before = packaging.fingerprint(project)
    (project / name).write_text("changed")
    assert before != packaging.fingerprint(project)


@pytest.mark.parametrize(
    "name",
    ["chalicelib/__pycache__/errors.cpython-311.pyc", "chalicelib/.mypy_cache/x.json", ".chalice/deployments/x.zip"],
)
def test_what_tools_leave_behind_is_no_change(project: Path, name: str) -> None:
    before = packaging.fingerprint(project)
    (project / name).parent.mkdir(parents=True)
    (project / name).write_text("left behind")
    assert before == packaging.fingerprint(project)


def test_an_unchanged_project_is_not_packaged_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project / "build" / "package"
    folder.mkdir(parents=True)
    for name in ("template.json", "deployment.zip"):
        (folder / name).touch()
    (folder / "stamp").write_text(packaging.fingerprint(project))
    monkeypatch.setattr(packaging, "_chalice", lambda *_: pytest.fail("Chalice was called"))
    assert folder / "template.json" == packaging.package(project).template


def test_a_definition_takes_the_place_of_its_path(project: Path) -> None:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionS3Location": "state_machines/refund_flow.asl.json"},
    }
    packaging.inline_definitions({"Resources": {"RefundFlow": machine}}, project)
    assert {"DefinitionString": '{"StartAt":"A","States":{}}'} == machine["Properties"]
