"""Somebody at work: signs in, looks at pages, fills in and completes, returns, takes back, signs out; checks every answer."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from host.demo.accounts import PASSWORD
from host.demo.moments import chosen
from tests.chaos.several import Answer, Proxy
from tests.soak.book import Book
from tests.soak.county import Knowing

TOKEN = re.compile(r'name="form-token" content="(\w+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
STEPS, TRIES, AGAIN_SECONDS = 20, 60, 0.5
RETURNS, TWICE, WITHDRAWS = 0.75, 0.1, 0.05
RIVALS = frozenset({404, 409, 412})
"""Statuses of a command that came too late: somebody else was faster, or the first answer was lost."""
WORDS = ("项目", "绩效", "请核对", "中心", "采购")
YEAR, PLACE = chosen()["year"], chosen()["policy"]


class Unanswered(Exception):
    """Nobody answered for half a minute."""


@dataclass
class Visitor:
    """One who visits as one person after the other until told to leave. pause: seconds between two steps, on average."""

    proxy: Proxy
    book: Book
    knowing: Knowing
    logins: list[str]
    rng: Random
    left: Event
    pause: float
    me: Mapping[str, Any] = field(default_factory=dict)
    _headers: dict[str, str] = field(default_factory=dict)

    def work(self) -> None:
        """Visit until told to leave."""
        while not self.left.is_set():
            try:
                self._visit()
            except Unanswered as error:
                self.book.blame(f"nobody answered {error}")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.book.blame(f"an answer that was not understood: {error!r}")

    def _visit(self) -> None:
        self._sign_in(self.rng.choice(self.logins))
        acts, weights = zip(*ACTS, strict=True)
        for _ in range(STEPS):
            if self.left.wait(self.rng.uniform(0, 2 * self.pause)):
                break
            self.rng.choices(acts, weights)[0](self)
        token = self._headers["X-Form-Token"]
        self._expect(302, "sign-out", "POST", "/sign-out", urlencode({"form_token": token}), FORM)

    def _sign_in(self, login: str) -> None:
        self._headers = {}
        shown = self._expect(200, "sign-in page", "GET", "/sign-in")
        self._take_cookie(shown)
        token = TOKEN.search(shown.content.decode())
        assert token is not None, "the sign-in page has a form token"
        typed = urlencode({"login": login, "password": PASSWORD, "form_token": token[1]})
        self._take_cookie(self._expect(302, "sign-in", "POST", "/sign-in", typed, FORM))
        self.me = json.loads(self._expect(200, "me", "GET", "/api/v1/me").content)
        self._headers["X-Form-Token"] = self.me["form_token"]

    def _take_cookie(self, answer: Answer) -> None:
        self._headers["Cookie"] = (answer.headers["Set-Cookie"] or "").partition(";")[0]

    def look_at_inbox(self) -> None:
        view = self.rng.choice(("all", "mine", "group", "done", "sent"))
        self._page("inbox", f"/inbox?view={view}")

    def search_inbox(self) -> None:
        self._page("inbox search", f"/inbox?q={quote(self.rng.choice(WORDS))}")

    def search(self) -> None:
        self._page("search", f"/search?q={quote(self.rng.choice(WORDS))}")

    def look_at_year(self) -> None:
        self._page("year map", f"/year/{YEAR}")

    def look_in_public(self) -> None:
        year, kind = self.rng.choice((YEAR, YEAR - 1)), self.rng.choice(("results", "targets"))
        there = self.rng.choice((f"/public/{PLACE}/", f"/public/{PLACE}/{year}/{kind}/"))
        answer = self._ask("public", "GET", there)
        if answer.status not in (200, 404):
            self._blame(200, "GET", there, answer)

    def list_tasks(self) -> None:
        self._tasks()

    def work_on_one(self) -> None:
        """Take one task, look at its case, and return it or fill in its form and complete it."""
        task = self._some_task()
        if task is None or (task["assignee_id"] is None and not self._command("claimed", task, "claim")):
            return None
        self._page("where", f"/instances/{task['instance_id']}")
        if task["form_key"] != "self_evaluation" and self.rng.random() < RETURNS and self._return(task):
            return None
        shown = self._ask("form", "GET", f"/tasks/{task['id']}/form")
        if shown.status != 200:  # the same person works in two browsers: the other was faster
            return self._refused("GET", "form", shown)
        values = self.knowing.values(task["id"])
        self._draft(task["id"], values)
        if self._command("completed", task, "complete", {"values": values}):
            self._is_done(task["id"])
            if self.rng.random() < WITHDRAWS:
                self._command("withdrawn", task, "withdraw")
        return None

    def _some_task(self) -> dict[str, Any] | None:
        mine = (None, self.me["person_id"])
        of_units = [
            one for one in self._tasks() if one["stage"] == "self_evaluation" and one["assignee_id"] in mine
        ]
        return self.rng.choice(of_units) if of_units else None

    def _tasks(self) -> list[dict[str, Any]]:
        found = self._expect(200, "tasks", "GET", "/api/v1/tasks?limit=50")
        listed: list[dict[str, Any]] = json.loads(found.content)["items"]
        if not_open := [one["id"] for one in listed if one["status"] != "open"]:
            self.book.blame(f"not open, and listed as to do: {not_open}")
        return listed

    def _return(self, task: Mapping[str, Any]) -> bool:
        asked = self._ask("return targets", "GET", f"/api/v1/tasks/{task['id']}/return-targets")
        targets = json.loads(asked.content).get("items") if asked.status == 200 else None
        if not targets:
            return False
        sent = {"to": targets[-1]["to"], "reason": "请核对填报口径", "remarks": []}
        return self._command("returned", task, "return", sent)

    def _draft(self, task_id: str, values: Mapping[str, Any]) -> None:
        """Keep a draft; what was told as kept is read again as it was sent."""
        place = f"/api/v1/tasks/{task_id}/draft"
        before = self._ask("draft", "GET", place)
        if before.status != 200:
            return self._refused("GET", place, before)
        tag = {"If-Match": before.headers["ETag"] or ""}
        kept = self._ask("keep draft", "PUT", place, json.dumps({"values": values}), JSON | tag)
        if kept.status != 200:
            return self._refused("PUT", place, kept)
        again = self._ask("draft", "GET", place)
        if again.status == 200 and json.loads(again.content)["values"] != json.loads(json.dumps(values)):
            self.book.blame(f"another draft than was kept: {task_id}")
        return None

    def _command(self, told: str, task: Mapping[str, Any], name: str, sent: Any = None) -> bool:
        """Send a command, now and then twice under one key; return whether it was told as done."""
        place = f"/api/v1/tasks/{task['id']}/{name}"
        key = {"Idempotency-Key": str(UUID(int=self.rng.getrandbits(128)))}
        body = json.dumps({} if sent is None else sent)
        answer = self._ask(name, "POST", place, body, JSON | key)
        if answer.status != 200:
            self._refused("POST", place, answer)
            return False
        self.book.done(told, task["id"])
        if self.rng.random() < TWICE:
            again = self._ask(f"{name} again", "POST", place, body, JSON | key)
            if (again.status, again.content) != (200, answer.content):
                self._blame(200, "POST again", place, again)
        return True

    def _is_done(self, task_id: str) -> None:
        said = json.loads(self._expect(200, "task", "GET", f"/api/v1/tasks/{task_id}").content)
        if said["status"] != "completed":
            self.book.blame(f"told as completed, and {said['status']}: {task_id}")

    def _refused(self, method: str, place: str, answer: Answer) -> None:
        if answer.status in RIVALS:
            words = answer.headers["Content-Type"] or ""
            self.book.refuse(
                json.loads(answer.content)["code"] if "json" in words else f"{place} {answer.status}"
            )
        else:
            self._blame(200, method, place, answer)

    def _page(self, kind: str, path: str) -> None:
        """Look at a page that names who is signed in: it must be that of who asked."""
        answer = self._expect(200, kind, "GET", path)
        if answer.status == 200 and self.me["name"] not in answer.content.decode():
            self.book.blame(f"a page of somebody else, not of {self.me['name']}: {path}")

    def _expect(
        self, status: int, kind: str, method: str, path: str, body: str | None = None, headers: Any = None
    ) -> Answer:
        answer = self._ask(kind, method, path, body, headers)
        if answer.status != status:
            self._blame(status, method, path, answer)
        return answer

    def _blame(self, status: int, method: str, path: str, answer: Answer) -> None:
        said = answer.content[:300].decode(errors="replace")
        self.book.blame(f"{method} {path}: expected {status}, found {answer.status}: {said}")

    def _ask(self, kind: str, method: str, path: str, body: str | None = None, headers: Any = None) -> Answer:
        """Ask until somebody answers: everything that is sent may be sent again."""
        for _ in range(TRIES):
            begun = time.perf_counter()
            try:
                answer = self.proxy.ask(method, path, body, self._headers | (headers or {}))
            except (OSError, HTTPException) as error:
                self.book.lose(f"{method} {path}: {error!r}")
                time.sleep(AGAIN_SECONDS)
                continue
            self.book.took(kind, time.perf_counter() - begun)
            if answer.status >= 500:
                self._blame(200, method, path, answer)
            return answer
        raise Unanswered(f"{method} {path}")


ACTS: tuple[tuple[Callable[[Visitor], None], int], ...] = (
    (Visitor.look_at_inbox, 6),
    (Visitor.search_inbox, 2),
    (Visitor.search, 2),
    (Visitor.look_at_year, 2),
    (Visitor.look_in_public, 2),
    (Visitor.list_tasks, 2),
    (Visitor.work_on_one, 5),
)
