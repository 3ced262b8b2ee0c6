"""Machine code: kept on disk by a kernel's shape, made anew where nothing can be kept, refused in words without the extra."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fuqi.batch import machine
from fuqi.batch.sure import sure
from fuqi.scheme.compiled import Compiled, compile_benefits
from tests.spec.book import EXAMPLE, benefits_of

np = pytest.importorskip("numpy")
pytest.importorskip("numba")


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Kernels and folders that a test made are forgotten after it."""
    machine.folder.cache_clear()
    kept = dict(machine._kernels)
    machine._kernels.clear()
    yield
    machine._kernels.clear()
    machine._kernels.update(kept)
    machine.folder.cache_clear()


def run(compiled: Compiled) -> Any:
    """Run a scheme's kernel over one claim and return the kernel and what the first layer pays."""
    plan = compiled.kernel.plan
    number = compiled.profile_of((frozenset(), "county"))

    def zeros(*shape: int) -> Any:
        return np.zeros(shape, np.int64)

    kernel: Any = machine.kernel(compiled.kernel)
    out = zeros(len(plan.outputs), 1)
    facts = np.full((len(plan.facts), 1), 1000_00, np.int64)
    tables = (np.array(compiled.profiles.table), np.array(compiled.params))
    kernel(0, 1, facts, zeros(len(plan.keys), 1), np.full(1, number), *tables, zeros(len(plan.slots), 1), zeros(1), out)
    return kernel, int(out[plan.outputs.index("basic.pay"), 0])


def test_another_draft_of_the_same_shape_is_not_compiled_again() -> None:
    official = compile_benefits(benefits_of(EXAMPLE))
    draft = compile_benefits(benefits_of(EXAMPLE.replace("400元", "500元").replace("70%", "80%").replace("150000元", "1元")))
    assert plan_of(official) == plan_of(draft)
    one, paid = run(official)
    compilations = len(one.signatures)
    other, would_pay = run(draft)
    assert (paid, would_pay) == (420_00, 1_00)
    assert other is one
    assert len(other.signatures) == compilations == 1


def plan_of(compiled: Compiled) -> Any:
    return compiled.kernel.shape, compiled.kernel.plan.facts, compiled.kernel.plan.outputs


def test_code_is_kept_in_the_folder_that_the_environment_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(machine.ENVIRONMENT, str(tmp_path / "kept"))
    compiled = compile_benefits(benefits_of(EXAMPLE))
    run(compiled)
    assert machine.folder() == tmp_path / "kept"
    kept = (tmp_path / "kept" / "kernels" / f"kernel_{compiled.kernel.shape}.py").read_text("utf-8")
    assert kept == sure(compiled.kernel.source)


def test_the_text_is_told_that_dividends_and_places_are_not_negative() -> None:
    told = sure("def f(table, n):\n    for i in range(n):\n        table[n - 1] = (table[i] + 5000) // 10000 + table[0] // n\n")
    assert "table[place(n - 1)] = quotient(table[i] + 5000, 10000) + table[0] // n" in told


CODE = """
from fuqi.batch import machine
from tests.unit.batch.test_machine import compile_benefits, benefits_of, EXAMPLE, run
kernel, paid = run(compile_benefits(benefits_of(EXAMPLE)))
assert paid == 42000
print(sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()), machine.folder())
"""


def in_a_process(**environment: str) -> list[str]:
    changed = {
        name: value for name, value in os.environ.items() if name not in ("FUQI_CACHE", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR")
    }
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join([root, *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**changed, "PYTHONPATH": path, **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_next_run_finds_the_code_of_the_last(tmp_path: Path) -> None:
    assert in_a_process(FUQI_CACHE=str(tmp_path)) == ["0", "1", str(tmp_path)]
    assert in_a_process(FUQI_CACHE=str(tmp_path)) == ["1", "0", str(tmp_path)]


def test_where_nothing_can_be_written_code_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert in_a_process(FUQI_CACHE=str(tmp_path / "file" / "x"))[2] == "None"
    assert in_a_process(HOME=str(tmp_path / "file"))[2] == "None"


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available", lambda: False)
    with pytest.raises(machine.ExtraMissingError) as refused:
        machine.require()
    assert "fuqi[batch]" in refused.value.message


def test_a_plain_install_is_known_without_loading_anything() -> None:
    code = (
        "import sys; sys.modules.update(numba=None, numpy=None); from fuqi.batch import machine; sys.exit(machine.available())"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        ).returncode
        == 0
    )
