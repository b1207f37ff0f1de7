"""The signs and the tally of requests in Prometheus' text format 0.0.4."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from host.health.signs import Signs
from host.health.tally import BOUNDS, Count

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HELP = {
    "sweep_age_seconds": "Seconds since somebody last looked for what is due.",
    "late_timers": "Timers due for more than a minute.",
    "late_reminders": "Reminders and escalations due for more than a minute.",
    "open_incidents": "Failures that wait for an operator.",
    "unsealed_entries": "Audit entries that no seal covers yet.",
    "unsealed_age_seconds": "Age of the oldest of them.",
    "late_deliveries": "Webhook deliveries due for more than a minute.",
    "dead_deliveries": "Webhook deliveries given up.",
    "failing_endpoints": "Webhook endpoints whose last attempt failed.",
    "late_letters": "Letters and their lines due for more than a minute.",
    "dead_letters": "Letters given up.",
    "late_calls": "Calls of other systems that wait to be applied for more than a minute.",
    "quarantined_calls": "Calls of other systems that wait to be matched by hand.",
    "workers": "Worker processes whose heart beat lately.",
    "connections": "Connections to the database, of everybody.",
    "most_connections": "Connections the database allows.",
}


def exposition(signs: Signs, requests: Mapping[str, Count]) -> str:
    """Return everything as text. requests: by endpoint, of all processes of this server."""
    return "\n".join([*_of_signs(signs), *_of_requests(requests)]) + "\n"


def _of_signs(signs: Signs) -> Iterator[str]:
    for one in fields(signs):
        value = getattr(signs, one.name)
        if one.name in HELP and value is not None:
            yield from _family(f"bihuan_{one.name}", "gauge", HELP[one.name], [("", value)])
    jobs = [(f'{{status="{status}"}}', signs.jobs.get(status, 0)) for status in ("todo", "doing", "failed")]
    yield from _family("bihuan_jobs", "gauge", "Jobs of the queue.", jobs)


def _of_requests(requests: Mapping[str, Count]) -> Iterator[str]:
    name = "bihuan_request_seconds"
    yield f"# HELP {name} How long answers took, by endpoint."
    yield f"# TYPE {name} histogram"
    for endpoint, count in sorted(requests.items()):
        for bound, many in zip((*BOUNDS, "+Inf"), count.cumulated, strict=True):
            yield f'{name}_bucket{{endpoint="{endpoint}",le="{bound}"}} {many}'
        yield f'{name}_sum{{endpoint="{endpoint}"}} {count.seconds:.6f}'
        yield f'{name}_count{{endpoint="{endpoint}"}} {count.requests}'
    failed = [
        (f'{{endpoint="{one}"}}', count.failed) for one, count in sorted(requests.items()) if count.failed
    ]
    yield from _family("bihuan_requests_failed_total", "counter", "Answers of 500 and above.", failed)


def _family(name: str, kind: str, told: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{labels} {value:g}"
