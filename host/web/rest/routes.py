"""Every route of the interface: importing them puts them on its blueprint."""

from host.web.rest import forms, handing, instances, rounds, tasks

__all__ = ["forms", "handing", "instances", "rounds", "tasks"]
