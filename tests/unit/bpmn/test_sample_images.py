"""Today's code reads every image that any version ever wrote, and continues it to its end."""

import json
import re
from pathlib import Path

import pytest

from engine.bpmn.migration import VERSION
from tests.unit.bpmn.playing import NEW_YEAR, Hands
from tests.unit.bpmn.sample_images import FOLDER, SAMPLES, written

FILES = sorted(FOLDER.glob("v*/*.json"))


def normal(image: str) -> str:
    """An image with its tokens numbered in the order they come, without its bundle."""
    numbers: dict[str, str] = {}
    text = re.sub(r'"bundle":"\w+"', "", image.strip())
    return re.sub(r"\b[0-9a-f]{32}\b", lambda found: numbers.setdefault(found[0], f"#{len(numbers)}"), text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_image_of_any_version_goes_on_to_its_end(path: Path) -> None:
    fresh = written(path.stem)
    play = written(path.stem)
    play.hands = Hands()
    play.image = path.read_text("utf-8").replace("BUNDLE", play.bundle.hash)

    assert play.open == fresh.open
    assert play.due == fresh.due
    assert [one.code for one in play.restore().failures] == [one.code for one in fresh.restore().failures]
    assert play.data == fresh.data
    for step in SAMPLES[path.stem][2]:
        if step == "retry":
            play.retry()
        elif step == "message":
            play.send("m")
        elif step == "day":
            play.pass_days((play.restore().timers[0].due_at - NEW_YEAR).days + 1)
        else:
            play.complete(step)

    assert play.finished


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_todays_version_is_committed_and_what_todays_code_writes(name: str) -> None:
    """If this fails the format changed: count VERSION up, write the step, and the samples of the new version."""
    text = (FOLDER / f"v{VERSION}" / f"{name}.json").read_text("utf-8")

    assert normal(written(name).image) == normal(text)


def test_every_version_has_its_samples() -> None:
    assert {path.parent.name for path in FILES} == {f"v{number}" for number in range(1, VERSION + 1)}
    assert all(f"v{json.loads(path.read_text('utf-8'))['v']}" == path.parent.name for path in FILES)
