"""`make fuzz`: spoiled inputs for every reader, by hypothesis and, where it is installed, by atheris.

Status 1 and the input in var/fuzz/ if something other than a typed error came out. Progress on standard error.
"""

import argparse
import subprocess
import sys
import time
from importlib.util import find_spec
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.architecture.sources import ROOT
from tests.fuzz.inputs import MAKERS, files
from tests.fuzz.targets import TARGETS, guarded
from tests.unit.hostile.corpus import ALL

FOLDER = ROOT / "var" / "fuzz"
ROUND = 300


def by_hypothesis(target: str, seconds: float, number: int) -> bool:
    """Fuzz for so long; return whether it was clean. The smallest input that was not is written down."""
    last = b""

    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False) if target in ("feel", "unary_tests") else st.integers(0, 2**63))
    def once(source: Random | int) -> None:
        nonlocal last
        random = source if isinstance(source, Random) else Random(source)
        last = MAKERS[target](random).encode("utf-8", "surrogatepass")
        guarded(target, last)

    until, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        try:
            seed(number + rounds)(once)()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            path = FOLDER / f"{target}-{number + rounds}"
            path.write_bytes(last)
            print(f"{target}: {error!r}\n  {path}", file=sys.stderr)
            return False
        rounds += 1
    print(f"{target}: hypothesis, {rounds * ROUND} inputs, clean", file=sys.stderr)
    return True


def by_atheris(target: str, seconds: int) -> bool:
    """Let atheris look for new branches for so long."""
    seeds = FOLDER / f"seeds-{target}"
    seeds.mkdir(exist_ok=True)
    for number, text in enumerate(files(target) if target in ("dmn", "bpmn") else ALL):
        (seeds / str(number)).write_bytes(text.encode("utf-8", "surrogatepass"))
    limits = [
        f"-max_total_time={seconds}",
        "-timeout=20",
        "-rss_limit_mb=2000",
        "-verbosity=0",
        "-max_len=20000",
    ]
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.guided",
        target,
        f"-artifact_prefix={FOLDER}/{target}-",
        *limits,
    ]
    done = subprocess.run([*command, str(seeds)], cwd=ROOT, check=False, capture_output=True, text=True)
    told = "clean" if done.returncode == 0 else done.stderr[-4000:] + done.stdout[-1000:]
    print(f"{target}: atheris, {told}", file=sys.stderr)
    return done.returncode == 0


def main() -> int:
    """Share the time among the targets and the two ways."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--only", choices=sorted(TARGETS), action="append")
    given_options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    targets = given_options.only or list(TARGETS)
    guided = find_spec("atheris") is not None
    share = given_options.seconds / len(targets) / (2 if guided else 1)
    print(f"seed {given_options.seed}, atheris {'yes' if guided else 'not installed'}", file=sys.stderr)
    clean = [by_hypothesis(target, share, given_options.seed) for target in targets]
    clean += [by_atheris(target, int(share)) for target in targets if guided]
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
