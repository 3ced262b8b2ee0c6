"""Print how long each step of the main job takes and how much memory it needs, then each page, on a fresh sample county."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("fuqi")


def measure(*arguments: str) -> tuple[float, float]:
    """Run `fuqi` with the arguments and return seconds and the peak of its memory in megabytes; ends the program on failure."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([COMMAND, *arguments], stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"fuqi {' '.join(arguments)}:\n{said.read().decode('utf-8', 'replace')}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def main() -> None:
    """Make the sample, lay a workspace, run the steps, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1", help="the seed of the sample county")
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory(prefix="fuqi-bench-") as folder:
        sample, workspace = f"{folder}/sample", f"{folder}/workspace"
        before = [("sample", "junshan", sample, "--seed", seed), ("init", workspace, "--scheme", "junshan-2017")]
        figures = ("figures", "--out", f"{folder}/figures.csv")
        job = [("-w", workspace, *step) for step in (("import", sample), ("match",), ("verify-people",), ("settle",), figures)]
        print(f"{'step':<24}{'seconds':>9}{'MB':>9}")
        for step in before + job:
            show(step[2] if step[0] == "-w" else step[0], *measure(*step))
        whole = f"{folder}/whole"
        measure("init", whole, "--scheme", "junshan-2017")
        show("main job, one process", *measure("-w", whole, "run", sample))
        subprocess.run([sys.executable, Path(__file__).with_name("bench_pages.py"), whole], check=True)


def show(name: str, seconds: float, megabytes: float) -> None:
    """Print one row."""
    print(f"{name:<24}{seconds:>9.2f}{megabytes:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
