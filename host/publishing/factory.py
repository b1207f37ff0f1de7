"""The factory defaults: every diagram and decision table that comes with the program."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from engine import definitions, versions
from engine.access import Actor
from engine.uow import UnitOfWork
from engine.versions import Published


def factory_files(folder: str, ending: str) -> Iterator[Traversable]:
    """Yield the files of a folder of `workflows` with this ending, by name."""
    place = files("workflows") / folder
    yield from sorted((one for one in place.iterdir() if one.name.endswith(ending)), key=lambda one: one.name)


def publish_factory(uow: UnitOfWork, *, by: Actor) -> list[Published]:
    """Publish every diagram and decision table that is new or has changed; return all of them."""
    tables = [
        definitions.publish_decision(uow, one.read_bytes(), by=by)
        for one in factory_files("decisions", ".dmn")
    ]
    diagrams = [
        definitions.publish_process(uow, one.read_bytes(), by=by)
        for one in factory_files("processes", ".bpmn")
    ]
    return tables + diagrams


def publish_missing(uow: UnitOfWork, *, by: Actor) -> None:
    """Publish the factory defaults into an installation that has no diagram yet; what somebody published stays."""
    if not versions.newest(uow.session, "process"):
        publish_factory(uow, by=by)
