"""A simulated year of 2,000 projects beside one of 250: time and memory per project must not grow."""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

import psutil

from host.bench.measure import Figures, Measure, Say

SMALL, LARGE = 250, 2_000
POLICY, YEAR = "cn-default", "2022"
COMMAND = (sys.executable, "-c", "from host.cli.main import main; main()")
MEGA = 1_000_000


def run(say: Say) -> Figures:
    """Generate and simulate both counties; return the larger of the two ratios."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        taken = {projects: _simulated(Path(folder), projects, say) for projects in (SMALL, LARGE)}
    (fast, little), (slow, much) = taken[SMALL], taken[LARGE]
    share = SMALL / LARGE
    return {"scale_flatness": round(max(slow / fast * share, much / little * share), 3)}


def _simulated(folder: Path, projects: int, say: Say) -> tuple[float, float]:
    """Return seconds and the peak memory in bytes of one simulated year, all its processes together."""
    county, report = folder / f"{projects}.json", folder / f"{projects}-report.json"
    generating = ("county", "generate", "--policy", POLICY, "--year", YEAR)
    subprocess.run(
        [*COMMAND, *generating, "--projects", str(projects), "--out", str(county)],
        check=True,
        stdout=sys.stderr,
    )
    begun, peak = perf_counter(), 0
    simulating = [*COMMAND, "simulate", "--policy", POLICY, "--ledger", str(county), "--report", str(report)]
    with subprocess.Popen(
        simulating, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:
        while running.poll() is None:
            peak = max(peak, _memory(running.pid))
            sleep(0.5)
        seconds = perf_counter() - begun
        if running.returncode:
            raise RuntimeError(
                f"expected a simulated year, found: {running.stderr.read() if running.stderr else ''}"
            )
    say(f"{projects} 个项目:{seconds:.0f} 秒,内存峰值 {peak / MEGA:.0f} MB")
    return seconds, float(peak)


def _memory(pid: int) -> int:
    """Return the resident memory of a process and those it started."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for one in family:
        try:
            if "postgres" not in one.name():
                total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


SCALING = Measure({"scale_flatness": "≤ 1.2"}, run, slow=True)
