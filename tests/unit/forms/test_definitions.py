"""A faulty form definition is refused with its place; an administrator's folder works like the factory's."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from forms import library
from forms.errors import DefinitionInvalid, FormNotFound
from forms.reading import read
from forms.validation import validate

BASE: dict[str, Any] = {
    "form": "trial",
    "version": 1,
    "title": "试用表",
    "optional_context": ["policy"],
    "sections": [
        {
            "key": "one",
            "title": "一",
            "fields": [
                {"name": "amount", "type": "money", "label": "金额", "required": True},
                {"name": "kind", "type": "choice", "label": "类别", "options": ["甲", "乙"]},
                {"name": "note", "type": "text", "label": "说明"},
                {
                    "name": "rows", "type": "table", "label": "明细", "key": "no",
                    "columns": [{"name": "no", "type": "integer", "label": "序号"}, {"name": "part", "type": "money", "label": "分项"}],
                    "rules": [],
                },
                {"name": "total", "type": "computed", "label": "合计", "expression": "sum(rows.part)"},
            ],
        }
    ],
    "rules": [
        {"id": "sum", "severity": "confirm", "when": "total > amount", "path": "amount", "reason": "note", "text": "{total}"}
    ],
}  # fmt: skip
FIELD = ("sections", 0, "fields")


def changed(path: tuple[Any, ...], value: Any) -> str:
    document = copy.deepcopy(BASE)
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return json.dumps(document, ensure_ascii=False)


def test_the_trial_form_itself_is_sound() -> None:
    definition = read(json.dumps(BASE), "trial.json")

    values = validate(definition, {"amount": 5, "rows": [{"no": 1, "part": "2"}]}).values

    assert values["total"] == 20_000


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("colour",), "red", "colour"),
        (("version",), 0, "version"),
        (("version",), "1", "version"),
        (("title",), "", "title"),
        (("sections",), [], "sections"),
        (("optional_context",), ["amount"], "sections"),
        ((*FIELD, 0, "type"), "float", "sections[0].fields[0].type"),
        ((*FIELD, 0, "requierd"), True, "sections[0].fields[0].requierd"),
        ((*FIELD, 0, "name"), "Betrag", "sections[0].fields[0].name"),
        ((*FIELD, 0, "min"), "NaN", "sections[0].fields[0].min"),
        ((*FIELD, 0, "default"), "viel", "sections[0].fields[0].default"),
        ((*FIELD, 0, "options"), ["a"], "sections[0].fields[0].options"),
        ((*FIELD, 0, "expression"), "1", "sections[0].fields[0].expression"),
        ((*FIELD, 0, "required_when"), "note =", "sections[0].fields[0].required_when"),
        ((*FIELD, 0, "required_when"), "nota = 1", "sections[0].fields[0].required_when"),
        ((*FIELD, 1, "options"), ["甲", "甲"], "sections[0].fields[1].options"),
        ((*FIELD, 1, "options"), [{"label": "甲"}], "sections[0].fields[1].options[0].value"),
        ((*FIELD, 1, "options"), [7], "sections[0].fields[1].options[0]"),
        ((*FIELD, 1, "max"), 3, "sections[0].fields[1]"),
        ((*FIELD, 2, "name"), "amount", "sections"),
        ((*FIELD, 3, "key"), "nr", "sections[0].fields[3].key"),
        ((*FIELD, 3, "columns", 1, "name"), "amount", "sections[0].fields[3].columns[1]"),
        ((*FIELD, 3, "columns", 1, "locked"), True, "sections[0].fields[3].columns[1]"),
        ((*FIELD, 3, "columns", 1, "type"), "table", "sections[0].fields[3].columns[1]"),
        ((*FIELD, 4, "default"), 1, "sections[0].fields[4].default"),
        (("rules", 0, "when"), "totl > amount", "rules[0].when"),
        (("rules", 0, "when"), "total >", "rules[0].when"),
        (("rules", 0, "when"), "for x in rows return y > x", "rules[0].when"),
        (("rules", 0, "path"), "sum", "rules[0].path"),
        (("rules", 0, "reason"), "why", "rules[0].reason"),
        (("rules", 0, "severity"), "warning", "rules[0].reason"),
        (("rules", 0, "severity"), "fatal", "rules[0].severity"),
        (("rules", 0, "text"), "{totl}", "rules[0].text"),
        (("rules", 0, "text"), "{1 +}", "rules[0].text"),
    ],
)
def test_a_fault_is_refused_with_its_place(path: tuple[Any, ...], value: Any, place: str) -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        read(changed(path, value), "trial.json")

    assert place in [problem.place for problem in refused.value.problems]
    assert refused.value.text.startswith("表单定义 trial.json 有误：")


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"form": "a", "form": "b"}', '{"version": NaN}', "[" * 100_000, "9" * 5000, '"' + "x" * 1_000_001]
)  # fmt: skip
def test_what_is_no_definition_at_all_is_refused(text: str) -> None:
    with pytest.raises(DefinitionInvalid):
        read(text, "trial.json")


def test_the_version_label_tells_content_from_number() -> None:
    first = read(json.dumps(BASE), "trial.json")
    spaced = read(json.dumps(BASE, indent=4, sort_keys=True), "trial.json")
    edited = read(changed((*FIELD, 0, "label"), "总额"), "trial.json")

    assert first.version_label == spaced.version_label
    assert first.version_label.startswith("1+")
    assert edited.version_label != first.version_label


def test_an_own_folder_is_read_and_an_edit_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "trial.json"
    path.write_text(json.dumps(BASE), "utf-8")
    first = library.load("trial", tmp_path)
    assert library.load("trial", tmp_path) is first

    path.write_text(changed(("title",), "改过的试用表"), "utf-8")

    assert library.load("trial", tmp_path).title == "改过的试用表"
    assert library.keys(tmp_path) == ["trial"]


@pytest.mark.parametrize(
    "key", ["nothing", "../forms/library/signature", "", "a" * 300, "Signature", "x\x00y"]
)
def test_a_form_that_does_not_exist_is_not_found(key: str) -> None:
    with pytest.raises(FormNotFound):
        library.load(key)


def test_a_file_under_a_wrong_name_or_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(json.dumps(BASE), "utf-8")
    (tmp_path / "latin.json").write_bytes(b'{"form": "\xff"}')

    for key in ("other", "latin"):
        with pytest.raises(DefinitionInvalid):
            library.load(key, tmp_path)
