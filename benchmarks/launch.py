"""Runs a command and prints its seconds and the peak of its memory as JSON; a small process of its own.

The kernel counts the memory of whoever starts a process as that process's own, up to the moment it begins: so a large program
that measures must not start what it measures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the command of the arguments."""
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    processor = usage.ru_utime + usage.ru_stime
    found = {"seconds": seconds, "processor": processor, "megabytes": usage.ru_maxrss / 1024, "status": process.returncode}
    sys.stdout.write(json.dumps(found | {"said": said[-2000:].decode("utf-8", "replace")}))


if __name__ == "__main__":
    main()
