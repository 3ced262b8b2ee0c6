"""Attack a server of the counted sample county on the loopback address with three tools, and say what they found.

schemathesis goes for the API by its description, wapiti for the pages as a county officer who has signed in, sqlmap for the
parameters of both. `make attack` lays their environment, runs this and keeps the result in docs/proofs. The county is synthetic,
made anew for the run and thrown away after it. The exit status is 1 where a tool found something, or did not do its work.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.support.accounts import COUNTY_OFFICER, make_accounts  # noqa: E402
from tests.support.server import CountyServer, start_pages  # noqa: E402
from tests.support.workspaces import run_fuqi  # noqa: E402

TOOLS = ROOT / ".venv-attack" / "bin"
ALL = ("see_figures", "see_people", "see_money", "import_lists", "print_papers")
LONGEST = 3600
"""Seconds that a tool has."""
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,spring4shell,"
    "sql,timesql,upload,xss"
)
"""What wapiti tries: all that asks nothing of other hosts and knows no product by name."""
LEAVES_THE_SESSION = ("sign-out", "password")
FEWEST_PAGES = 20
"""A crawl that came to fewer pages saw no more than the sign-in."""
EXPLAINED = {
    "Secure flag is not set": "the loopback address speaks plain HTTP; the flag is set where the address is https (config/settings.py)",
    "HttpOnly flag is not set in the cookie : csrftoken": "the pages' script reads this mark to renew a form that was left open",
}
"""What wapiti says that is no fault, by words of it, with the reason."""


@dataclass(frozen=True)
class Target:
    """The server under attack, and how to be let in."""

    base: str
    token: str
    cookies: dict[str, str]
    folder: Path

    @property
    def bearer(self) -> str:
        """Return the header that shows the credential."""
        return f"Authorization: Bearer {self.token}"

    @property
    def cookie(self) -> str:
        """Return the cookies of somebody who has signed in, as a request sends them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, path: str) -> dict[str, object]:
        """Return what the API answers."""
        request = Request(f"{self.base}/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        with urlopen(request, timeout=60) as answer:
            found: dict[str, object] = json.load(answer)
            return found


@dataclass(frozen=True)
class Outcome:
    """What a tool did: what it says of itself, how much it tried, and what it found."""

    tool: str
    tried: str
    findings: tuple[str, ...]
    done: bool
    """Whether it did its work: a tool that stopped at once found nothing, either."""
    explained: dict[str, str] = field(default_factory=dict)
    """What it says that is no fault, with the reason."""


def counted_county(folder: Path) -> Path:
    """Return a workspace with the counted sample county and its accounts."""
    lists, county = folder / "lists", folder / "county"
    for arguments in (
        ("sample", "junshan", lists, "--seed", "1"),
        ("init", county, "--scheme", "junshan-2017"),
        ("-w", county, "run", lists),
    ):
        done = run_fuqi(*map(str, arguments))
        assert done.returncode == 0, done.stderr
    make_accounts(county)
    return county


@contextmanager
def target(folder: Path, county: Path | None) -> Iterator[Target]:
    """Serve a county (one made anew, or a copy of one with its accounts), sign in, and issue a credential."""
    county = Path(shutil.copytree(county, folder / "county")) if county else counted_county(folder)
    allow = [word for action in ALL for word in ("--allow", action)]
    issued = run_fuqi(
        "-w", county, "--as", COUNTY_OFFICER.name, "credential", "issue", "受试", "--kind", "service", "--days", "1", *allow
    )
    token = re.search(r"fuqi_service_[\w-]+", issued.stdout)
    assert token, issued.stderr
    server, base = start_pages(county)
    try:
        client = CountyServer(base).sign_in(COUNTY_OFFICER)
        cookies = {cookie.name: cookie.value or "" for cookie in client.jar}
        yield Target(base, token[0], cookies, folder)
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)


def run_tool(folder: Path, name: str, *arguments: str) -> str:
    """Run a tool and return all it said, which is also kept in the folder."""
    log = folder / f"{name}-{len(list(folder.glob(f'{name}-*.log')))}.log"
    with log.open("w") as out:
        process = subprocess.Popen([TOOLS / name, *arguments], stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=folder)
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
    return log.read_text("utf-8", "replace")


def schemathesis(aim: Target) -> Outcome:
    """Send the API what its description allows and forbids, and hold each answer to the description."""
    settlement, adjusted = "ZY2017001249", aim.ask("/adjustments?size=1").get("items")
    examples: dict[str, dict[str, object]] = {
        "GET /api/v1/settlements": {"number": settlement},
        "GET /api/v1/people/{serial}": {"serial": 25},
    }
    if isinstance(adjusted, list) and adjusted:
        examples["GET /api/v1/adjustments/{adjustment_id}"] = {"adjustment_id": adjusted[0]["id"]}
    config = "".join(
        f"[[operations]]\ninclude-name = {json.dumps(name)}\nparameters = {{ "
        + ", ".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
        + " }\n"
        for name, values in examples.items()
    )
    (aim.folder / "schemathesis.toml").write_text(config)
    said = run_tool(
        aim.folder,
        "schemathesis",
        *("run", f"{aim.base}/api/v1/openapi.json", "-H", aim.bearer, "--rate-limit", "18/s", "-n", "60"),
        *("--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--mode", "all", "--seed", "1"),
        *("--generation-allow-x00", "true", "--suppress-health-check", "all", "--no-color", "--request-timeout", "60"),
    )
    found = tuple(line.strip() for line in said.splitlines() if re.match(r"\s*❌ ST\d+", line))
    tried = re.search(r"(\d+) generated.*", said)
    tested = re.search(r"Tested: (\d+)", said)
    return Outcome(
        "schemathesis",
        f"{tried[0] if tried else said[-300:]}; operations {tested[1] if tested else 0}",
        found,
        bool(tried) and "errored" not in said,
    )


def wapiti(aim: Target) -> Outcome:
    """Crawl the pages and attack every form and parameter on them."""
    report = aim.folder / "wapiti.json"
    leave_out = [word for page in LEAVES_THE_SESSION for word in ("-x", f"{aim.base}/{page}/")]
    said = run_tool(
        aim.folder,
        "wapiti",
        *(
            "-u",
            f"{aim.base}/",
            "--scope",
            "domain",
            "-H",
            f"Cookie: {aim.cookie}",
            "--drop-set-cookie",
            "-m",
            MODULES,
            "-l",
            "2",
        ),
        *("-d", "4", "--max-links-per-page", "60", "--max-files-per-dir", "15", "--max-scan-time", "600"),
        *("--max-attack-time", "240", "-f", "json", "-o", str(report), "--flush-session", "--no-bugreport"),
        *("--store-session", str(aim.folder / "wapiti"), "-t", "20", *leave_out),
    )
    if not report.exists():
        return Outcome("wapiti", said[-600:], (), done=False)
    told = json.loads(report.read_text("utf-8"))
    found = [
        f"{kind}: {one['method']} {one['path']} {one['parameter']} {one['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, all_of_it in told[part].items()
        for one in all_of_it
    ]
    crawled = told["infos"].get("crawled_pages_nbr", 0)
    reasons = {one: reason for one in found for words, reason in EXPLAINED.items() if words in one}
    reasons |= {one: "sent again without a mark, it is refused" for one in found if _is_refused_forged(aim, one)}
    found = [one for one in found if one not in reasons]
    return Outcome(
        "wapiti", f"{crawled} pages crawled; modules {MODULES}", tuple(dict.fromkeys(found)), crawled > FEWEST_PAGES, reasons
    )


def _is_refused_forged(aim: Target, finding: str) -> bool:
    """Return whether a form of which wapiti says that its mark is not checked refuses a request without one."""
    said = re.match(r"Cross Site Request Forgery: POST (\S+)", finding)
    if said is None:
        return False
    try:
        with urlopen(Request(aim.base + said[1], b"a=b", {"Cookie": aim.cookie}), timeout=60):
            return False
    except HTTPError as refusal:
        with refusal:
            return refusal.code == 403


def sqlmap(aim: Target) -> Outcome:
    """Try to make a database speak through each parameter, of the API and of pages."""
    cookie = f"Cookie: {aim.cookie}"
    api, pages = f"{aim.base}/api/v1", aim.base
    targets = [
        (f"{api}/settlements?number=ZY2017001249", aim.bearer, ""),
        (f"{api}/figures?place=430611&day=2017-12-31", aim.bearer, ""),
        (f"{api}/figures/major_treatment_rate*/list?part=excluded&page=1", aim.bearer, ""),
        (f"{api}/adjustments?since=0&layer=basic&fund=basic&place=430611", aim.bearer, ""),
        (f"{api}/people/25*", aim.bearer, ""),
        (f"{api}/people/find", aim.bearer, '{"id_number":"430611196901018999*"}'),
        (f"{pages}/people/?place=430611100&page=1", cookie, ""),
        (f"{pages}/figures/major_treatment_rate/?place=430611&part=excluded&reason=x&page=1", cookie, ""),
        (f"{pages}/adjustments/?kind=back_payment&layer=basic&fund=x&place=430611&since=0", cookie, ""),
        (f"{pages}/settlements/ZY2017001249*/", cookie, ""),
        (f"{pages}/lists/doubts/?file=x&page=1", cookie, ""),
    ]
    clean, requests, found = 0, 0, list[str]()
    for url, header, body in targets:
        content = ["--data", body, "--headers", f"{header}\nContent-Type: application/json"] if body else ["--headers", header]
        said = run_tool(
            aim.folder,
            "sqlmap",
            *("-u", url, *content, "--batch", "--flush-session", "--dbms", "sqlite", "--level", "3", "--risk", "2"),
            *(
                "--technique",
                "BEUST",
                "--ignore-code",
                "*",
                "--delay",
                "0.05",
                "--disable-coloring",
                "--skip",
                "Cookie,Host,User-Agent,Referer",
            ),
            *("--output-dir", str(aim.folder / "sqlmap")),
        )
        clean += "do not appear to be injectable" in said
        found += [line for line in said.splitlines() if re.search(r"is vulnerable|identified the following injection", line)]
        requests += sum(int(number) for number in re.findall(r" - (\d+) times", said))
    tried = f"{len(targets)} targets, {clean} of them without any injectable parameter; refused requests {requests}"
    return Outcome("sqlmap", tried, tuple(found), done=clean + len(found) >= len(targets))


BATTERIES: tuple[Callable[[Target], Outcome], ...] = (schemathesis, sqlmap, wapiti)


def main() -> int:
    """Run the tools one after the other; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", nargs="*", help="which of the tools; all as a rule")
    parser.add_argument("--county", type=Path, help="a counted workspace with the tests' accounts, of which a copy is attacked")
    arguments = parser.parse_args()
    state = 0
    with tempfile.TemporaryDirectory(prefix="fuqi-attack-") as name, target(Path(name), arguments.county) as aim:
        for battery in BATTERIES:
            if arguments.tools and battery.__name__ not in arguments.tools:
                continue
            start = time.monotonic()
            outcome = battery(aim)
            seconds = time.monotonic() - start
            print(f"{outcome.tool}: {len(outcome.findings)} findings in {seconds:.0f} s; {outcome.tried}", flush=True)
            for finding in outcome.findings:
                print(f"  {finding}", flush=True)
            for finding, reason in outcome.explained.items():
                print(f"  no fault: {finding}: {reason}", flush=True)
            if not outcome.done:
                print("  did not do its work", flush=True)
            state |= bool(outcome.findings) or not outcome.done
    return state


if __name__ == "__main__":
    sys.exit(main())
