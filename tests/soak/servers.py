"""Two servers of the county with a worker each: the first is left alone, the second is killed in all its parts."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from tests.chaos.several import Proxy, Running, free_port
from tests.soak.book import Book

SERVERS = 2
BACK_SECONDS = 150
PARTS = ("server", "pages", "worker")


@dataclass
class Servers:
    """What runs, by port. The first lives as long as the load: its memory tells whether anything grows."""

    folder: Path
    environment: dict[str, str]
    book: Book
    rng: Random
    killed: dict[str, int] = field(default_factory=dict)
    running: dict[int, Running] = field(default_factory=dict)
    proxy: Proxy = field(init=False)
    _due_back: float | None = None

    def start(self) -> None:
        """Start one after the other, and wait until both are ready."""
        ports = [free_port() for _ in range(SERVERS)]
        self.proxy = Proxy(ports)
        self.proxy.watch()
        for port in ports:
            arguments = ("serve", "--demo", "--port", str(port))
            self.running[port] = Running(arguments, self.environment, said=self.folder / f"{port}.log")
            self.running[port].start()
            self.proxy.wait_for(port, BACK_SECONDS)

    @property
    def victim(self) -> int:
        """The port of the server that is killed."""
        return self.proxy.ports[-1]

    def parts(self, port: int) -> dict[str, psutil.Process]:
        """Return the living processes of a server by what they do."""
        process = self.running[port].process
        assert process is not None
        found = {"server": psutil.Process(process.pid)}
        for child in found["server"].children():
            with suppress(psutil.Error):
                command = " ".join(child.cmdline())
                if "spawn_main" in command:
                    found["worker"] = child
                elif "resource_tracker" not in command:
                    found["pages"] = child
        return found

    def kill_one(self) -> None:
        """Kill -9 a part of the second server; the server itself is started again at once, its parts it starts itself."""
        part = self.rng.choice(PARTS)
        try:
            found = self.parts(self.victim).get(part)
            if found is None:
                return
            found.kill()
        except psutil.Error:
            return
        self.book.kills.append(time.monotonic())
        self.killed[part] = self.killed.get(part, 0) + 1
        if part == "server":
            one = self.running[self.victim]
            one.kill()
            one.start()

    def watch(self) -> None:
        """Note a server that ended by itself, or is away for too long."""
        for port, one in self.running.items():
            if one.process is not None and (status := one.process.poll()) is not None:
                self.book.blame(f"the server on {port} ended by itself ({status})")
                one.start()
        if self.proxy.ready.get(self.victim):
            self._due_back = None
        elif self._due_back is None:
            self._due_back = time.monotonic() + BACK_SECONDS
        elif time.monotonic() > self._due_back:
            self.book.blame(f"the killed server did not come back within {BACK_SECONDS} s")
            self._due_back = None

    def stop(self) -> None:
        """Tell both to stop as an operator does, once the last who was killed is back; note who does not end well."""
        self.proxy.wait_for(self.victim, BACK_SECONDS)
        self.proxy.leave()
        for port, one in self.running.items():
            if (status := one.stop()) != 0:
                self.book.blame(f"the server on {port} stopped with status {status}")

    def end(self) -> None:
        """End what still runs."""
        self.proxy.leave()
        for one in self.running.values():
            one.kill()
