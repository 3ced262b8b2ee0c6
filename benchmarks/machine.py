"""What the benchmarks ran on, without names of hosts, users or places."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from benchmarks.to_c import compiler

LIBRARIES = ("numpy", "numba", "duckdb", "polars", "openfisca-core")


def described() -> dict[str, str]:
    """Return the machine in words: processor, cores, memory, Python, compiler, libraries."""
    found = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "gcc": _gcc(),
    }
    return found | {name: _version(name) for name in LIBRARIES}


def load() -> str:
    """Return the load of the last minute: what else the machine had to do."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _gcc() -> str:
    path = compiler()
    if path is None:
        return "absent"
    return subprocess.run([path, "-dumpfullversion"], capture_output=True, check=True, text=True).stdout.strip()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"
