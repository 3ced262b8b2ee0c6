"""Attack a server of the counted sample county on the loopback address with three tools, and say what they found.

schemathesis goes for the API by its description, wapiti for the pages as a county officer who has signed in, sqlmap for every
parameter of both: those of pages are found by a crawl as one of each role, held against the URL table. `make attack` lays their
environment, runs this and keeps the result in docs/proofs. The county is synthetic, made anew for the run and thrown away after
it. The exit status is 1 where a tool found something, or did not do its work.
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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts import attack_targets as targets  # noqa: E402
from scripts.attack_credentials import issued  # noqa: E402
from tests.support.accounts import COUNTY_OFFICER, SECURITY_ADMINISTRATOR, Account, make_accounts  # noqa: E402
from tests.support.server import CountyServer, start_pages  # noqa: E402
from tests.support.workspaces import run_fuqi  # noqa: E402

TOOLS = ROOT / ".venv-attack" / "bin"
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
CREDENTIALS = 12
"""Credentials that take turns: each may ask 1,200 times at once before it has to wait."""
AT_A_TIME = 2
"""How many parameters are attacked at the same time: one for each core."""
EXPLAINED = {
    "Secure flag is not set": "the loopback address speaks plain HTTP; the flag is set where the address is https",
    "HttpOnly flag is not set in the cookie : csrftoken": "the pages' script reads it to renew a form that was left open",
}
"""What wapiti says that is no fault, by words of it, with the reason."""


@dataclass(frozen=True)
class Aim:
    """The server under attack, and how to be let in."""

    server: CountyServer
    tokens: tuple[str, ...]
    folder: Path

    @property
    def base(self) -> str:
        """Return the server's address."""
        return self.server.base

    def bearer(self, turn: int = 0) -> str:
        """Return the header that shows a credential; they take turns."""
        return f"Authorization: Bearer {self.tokens[turn % len(self.tokens)]}"

    def cookies(self, account: Account = COUNTY_OFFICER) -> dict[str, str]:
        """Return the cookies of somebody who is in; who was idle for too long signs in anew."""
        client = self.server.sign_in(account)
        if not client.get("/me/").url.endswith("/me/"):
            self.server.visits.pop(account.name)
            client = self.server.sign_in(account)
        return {cookie.name: cookie.value or "" for cookie in client.jar}

    def cookie(self, account: Account = COUNTY_OFFICER) -> str:
        """Return the same as a request sends them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies(account).items())

    def ask(self, path: str) -> dict[str, object]:
        """Return what the API answers."""
        name, _, value = self.bearer().partition(": ")
        with urlopen(Request(f"{self.base}/api/v1{path}", headers={name: value}), timeout=60) as answer:
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
def aimed(folder: Path, county: Path | None) -> Iterator[Aim]:
    """Serve a county (one made anew, or a copy of one with its accounts), and issue credentials."""
    county = Path(shutil.copytree(county, folder / "county")) if county else counted_county(folder)
    tokens = issued(county, CREDENTIALS)
    server, base = start_pages(county)
    try:
        yield Aim(CountyServer(base), tokens, folder)
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)


def run_tool(folder: Path, name: str, *arguments: str) -> str:
    """Run a tool and return all it said, which is also kept in the folder."""
    with tempfile.NamedTemporaryFile("w", prefix=f"{name}-", suffix=".log", dir=folder, delete=False) as out:
        process = subprocess.Popen([TOOLS / name, *arguments], stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=folder)
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
    return Path(out.name).read_text("utf-8", "replace")


def schemathesis(aim: Aim) -> Outcome:
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
        *("run", f"{aim.base}/api/v1/openapi.json", "-H", aim.bearer(), "--rate-limit", "18/s", "-n", "60"),
        *("--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--mode", "all", "--seed", "1"),
        *("--generation-allow-x00", "true", "--suppress-health-check", "all", "--no-color"),
        *(
            "--request-timeout",
            "60",
            "--max-response-time",
            "60",
        ),  # papers took up to twelve seconds on a machine that was busy with other work
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


def wapiti(aim: Aim) -> Outcome:
    """Crawl the pages and attack every form and parameter on them."""
    report, jar = aim.folder / "wapiti.json", aim.folder / "wapiti-cookies.json"
    host = urlsplit(aim.base).hostname or ""
    about = {"secure": False, "expires": None, "port": None, "version": 0}
    jar.write_text(json.dumps({host: {"/": {name: {"value": value, **about} for name, value in aim.cookies().items()}}}))
    leave_out = [word for page in LEAVES_THE_SESSION for word in ("-x", f"{aim.base}/{page}/")]
    said = run_tool(
        aim.folder,
        "wapiti",
        *("-u", f"{aim.base}/", "--scope", "domain", "-c", str(jar), "-m", MODULES, "-l", "2"),
        *("-d", "4", "--max-links-per-page", "60", "--max-files-per-dir", "15", "--max-scan-time", "300"),
        *("--max-attack-time", "60", "-f", "json", "-o", str(report), "--flush-session", "--no-bugreport"),
        *("--skip", "csrfmiddlewaretoken", "--store-session", str(aim.folder / "wapiti"), "-t", "20", *leave_out),
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


def _is_refused_forged(aim: Aim, finding: str) -> bool:
    """Return whether a form of which wapiti says that its mark is not checked refuses a request without one."""
    said = re.match(r"Cross Site Request Forgery: POST (\S+)", finding)
    if said is None:
        return False
    try:
        with urlopen(Request(aim.base + said[1], b"a=b", {"Cookie": aim.cookie()}), timeout=60):
            return False
    except HTTPError as refusal:
        with refusal:
            return refusal.code == 403


def sqlmap(aim: Aim) -> Outcome:
    """Try to make a database speak through each parameter, of the API and of pages."""
    crawled = targets.crawl(aim.server)
    wanted = targets.of_the_api(aim.base, aim.ask("/openapi.json")) + targets.of_pages(crawled) + targets.by_guess(crawled)
    wanted.sort(key=lambda one: one.account == SECURITY_ADMINISTRATOR)  # what this one does may stop another's account
    with ThreadPoolExecutor(AT_A_TIME) as at_once:
        tried = list(at_once.map(lambda pair: _tried(aim, *pair), enumerate(wanted)))
    found = [line for _, lines, _ in tried for line in lines]
    undone = [one.name for one, (clean, lines, _) in zip(wanted, tried, strict=True) if not (clean or lines)]
    said = (
        f"{len(wanted)} targets, {sum(clean for clean, _, _ in tried)} of them without any injectable parameter, "
        f"{sum(parameters for _, _, parameters in tried)} parameters; {crawled.opened} pages opened by the crawl; "
        f"pages it did not reach: {', '.join(targets.unreached(crawled)) or 'none'}"
        + (f"; not finished: {', '.join(undone)}" if undone else "")
    )
    return Outcome("sqlmap", said, tuple(found), done=not undone)


def _tried(aim: Aim, number: int, one: targets.Target) -> tuple[bool, Sequence[str], int]:
    """Attack one target; return whether nothing can be injected there, what was found, and how many parameters were tried."""
    header = f"Cookie: {aim.cookie(one.account)}" if one.account else aim.bearer(number)
    headers = f"{header}\nContent-Type: application/json" if one.is_json else header
    said = run_tool(
        aim.folder,
        "sqlmap",
        *("-u", one.url, "--headers", headers, *(["--data", one.body] if one.body else [])),
        *("--batch", "--flush-session", "--dbms", "sqlite", "--level", "3", "--risk", "2", "--technique", "BEUST"),
        *("--ignore-code", "*", "--disable-coloring", "--skip", "Cookie,Host,User-Agent,Referer,csrfmiddlewaretoken"),
        *("--ignore-redirects", "--skip-waf", "--timeout", "60", "--output-dir", str(aim.folder / f"sqlmap-{number}")),
    )
    found = [f"{one.name}: {line}" for line in said.splitlines() if re.search(r"is vulnerable|identified the following", line)]
    parameters = len(set(re.findall(r"testing for SQL injection on (.*)", said)))
    return "do not appear to be injectable" in said and parameters > 0, found, parameters


BATTERIES: tuple[Callable[[Aim], Outcome], ...] = (schemathesis, wapiti, sqlmap)


def main() -> int:
    """Run the tools one after the other; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", nargs="*", help="which of the tools; all as a rule")
    parser.add_argument("--county", type=Path, help="a counted workspace with the tests' accounts, of which a copy is attacked")
    arguments = parser.parse_args()
    state = 0
    with tempfile.TemporaryDirectory(prefix="fuqi-attack-") as name, aimed(Path(name), arguments.county) as aim:
        targets.open_the_table()
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
