"""The lists desk: what was received, sending lists in, what became of them, taking an import back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fuqi.access.codes import IMPORT_LISTS
from fuqi.basics.dates import AsOf
from fuqi.flows import desk
from fuqi.flows.current import known_layouts
from fuqi.flows.differences import CHANGED, PARTS, Differences, differences, file_before, row_changes
from fuqi.flows.doubts import doubtful_rows
from fuqi.flows.figures import default_day
from fuqi.flows.moved import MovedFigure, moved_figures
from fuqi.flows.opened import Asking
from fuqi.flows.undo import plan_undo
from fuqi.intake.queries import FileView, faults, files, find_file
from fuqi.jobs import codes as jobs
from fuqi.jobs.queries import JobView, find_job, jobs_before, last_jobs, open_jobs
from fuqi.journal.codes import EFFECTIVE, RUN_STATES
from fuqi.web.door import Asked, NotThereError, failure, now, page
from fuqi.web.lists.uploads import TOO_LARGE, KeepInMemory, Undo, Upload, is_too_large

A_PAGE = 100
"""Lines of a long list on one page."""
LAST_JOBS = 5

_FILE_WORDS = {
    "received": ("已接收", "good"),
    "unchanged": ("收到过，没有变化", "plain"),
    "older": ("旧文件，没有接收", "warn"),
    "withdrawn": ("曾被撤销，没有接收", "warn"),
    "refused": ("拒收", "bad"),
}
"""What became of a file that was sent in: words, and the state that they are shown in."""

_STATE_LOOKS = {
    "effective": "good",
    "superseded": "plain",
    "withdrawn": "warn",
    "refused": "bad",
    "staged": "busy",
    "abandoned": "bad",
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A received file as the pages show it."""

    view: FileView
    kinds: str
    look: str

    @property
    def state_words(self) -> str:
        """Return what became of the file."""
        return RUN_STATES[self.view.state]

    @property
    def in_force(self) -> bool:
        """Return whether readers see its rows."""
        return self.view.state == EFFECTIVE


def _asking(request: Asked) -> Asking:
    return Asking(request.viewer, request.county_scheme, known_layouts(), AsOf(default_day(request.county_scheme)))


def _shown_file(file: FileView) -> ShownFile:
    layouts = known_layouts().by_kind
    names = [(layouts[kind].name if kind in layouts else "未认出的表", rows) for kind, rows in file.kinds]
    kinds = names[0][0] if len(names) == 1 else "、".join(f"{name} {rows} 行" for name, rows in names)
    return ShownFile(file, kinds, _STATE_LOOKS[file.state])


def _file(request: Asked, file_id: UUID) -> FileView:
    found = find_file(request.viewer, file_id)
    if found is None:
        raise NotThereError("没有收到过这份文件，或者它不在您的范围内。")
    return found


@require_GET
@page(IMPORT_LISTS, whole_county=True)
def lists(request: Asked) -> HttpResponse:
    """Show every received file, what is being worked on, and the form to send more in."""
    return _lists(request, None)


def _lists(request: Asked, form: Upload | None, status: int = 200) -> HttpResponse:
    received = files(request.viewer)
    in_force = sorted(file.name for file in received if file.state == EFFECTIVE)
    everything = "all" in request.GET
    shown = [_shown_file(file) for file in reversed(received) if everything or file.state == EFFECTIVE]
    if not everything:
        shown.sort(key=lambda item: item.view.name)
    county = request.county_scheme.place
    context = {
        "form": form or Upload(in_force=in_force),
        "files": shown,
        "everything": everything,
        "others": len(received) - len(in_force),
        "rows": sum(item.view.rows for item in shown),
        "open_jobs": open_jobs(request.viewer, county=county),
        "last_jobs": [job for job in last_jobs(request.viewer, county=county, most=LAST_JOBS) if not job.is_open],
    }
    return render(request, "lists/lists.html", context, status=status)


@csrf_exempt
@require_POST
@page(IMPORT_LISTS, whole_county=True)
def upload(request: Asked) -> HttpResponse:
    """Take lists in: who may not, or sends too much, is refused before the form is read, and only then its mark is checked."""
    if is_too_large(request):
        return failure(request, TOO_LARGE, 413)
    request.upload_handlers = [KeepInMemory(request)]
    answer: HttpResponse = _upload(request)
    return answer


@csrf_protect
def _upload(request: Asked) -> HttpResponse:
    in_force = sorted(file.name for file in files(request.viewer) if file.state == EFFECTIVE)
    form = Upload(request.POST, request.FILES, in_force=in_force)
    if not form.is_valid():
        too_large = any("MB" in str(error) for error in form.errors.get("lists", ()))
        return _lists(request, form, 413 if too_large else 422)
    chosen = form.cleaned_data["replaces"]
    uploads = [desk.Upload(chosen or str(file.name), file.read()) for file in form.cleaned_data["lists"]]
    again = form.cleaned_data["again"]
    job_id = desk.ask_to_receive(request.viewer, uploads, folder=request.workspace.received, again=again, at=now())
    return redirect("job", job_id=job_id)


@require_GET
@page(IMPORT_LISTS, whole_county=True)
def job(request: Asked, job_id: UUID) -> HttpResponse:
    """Show a job: where it is while it is being done (also as a part of the page, for polling), then its result."""
    found = _job(request, job_id)
    progress = _progress(request, found)
    if "part" in request.GET:
        return _part(request, found, progress)
    context = {"job": found, **progress}
    if not found.is_open:
        context |= _result(request, found)
    return render(request, "lists/job.html", context)


def _job(request: Asked, job_id: UUID) -> JobView:
    found = find_job(request.viewer, job_id, county=request.county_scheme.place)
    if found is None:
        raise NotThereError("没有这件事，或者它不是您提交的。")
    return found


def _part(request: Asked, found: JobView, progress: dict[str, Any]) -> HttpResponse:
    """Return the moving part of the page; 204 where nothing moved; once the job has ended, ask for the whole page."""
    if not found.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == progress["mark"]:
        return HttpResponse(status=204)
    return render(request, "lists/job_state.html", {"job": found, "moved": True, **progress})


def _progress(request: Asked, found: JobView) -> dict[str, Any]:
    """Return the job's steps with what each did, and a mark that changes when anything of it does."""
    done = {step["name"]: step["words"] for step in found.result.get("steps", ())}
    steps = []
    for name in desk.steps_of(found.kind):
        state = "done" if name in done else "busy" if name == found.step and found.is_open else "open"
        steps.append({"name": name, "state": state, "words": done.get(name) or (found.progress if state == "busy" else "")})
    before = jobs_before(request.viewer, found.id) if found.state == jobs.WAITING else 0
    said = (found.state, found.step, found.progress, len(done), before)
    mark = hashlib.sha256(repr(said).encode()).hexdigest()[:16]
    return {"steps": steps, "before": before, "mark": mark, "steps_done": len(done)}


def _result(request: Asked, found: JobView) -> dict[str, Any]:
    """Return what the job did, readable: by file, by figure."""
    asking = _asking(request)
    back = find_file(request.viewer, UUID(found.result["back"])) if found.result.get("back") else None
    return {
        "files": [_file_result(asking, item) for item in found.result.get("files", ())],
        "counted": bool(found.result.get("count_before") and found.result.get("count_after")),
        "moved": _moved(request, found),
        "back": back,
        "undone": _maybe_file(request, found.payload.get("file", "")),
    }


def _maybe_file(request: Asked, file_id: str) -> FileView | None:
    return find_file(request.viewer, UUID(file_id)) if file_id else None


def _moved(request: Asked, found: JobView) -> list[MovedFigure]:
    before, after = found.result.get("count_before"), found.result.get("count_after")
    if not (before and after):
        return []
    return moved_figures(request.viewer, request.county_scheme, UUID(before), UUID(after))


def _file_result(asking: Asking, item: dict[str, Any]) -> dict[str, Any]:
    file = find_file(asking.viewer, UUID(item["file"])) if item["file"] else None
    words, look = _FILE_WORDS[item["state"]]
    received = item["state"] == "received" and file is not None
    return {
        **item,
        "file": file,
        "shown": _shown_file(file) if file else None,
        "state_words": words,
        "look": look,
        "put_away": item["state"] in ("older", "withdrawn"),
        "doubts": doubtful_rows(asking, item["name"]) if received else None,
        "differences": _differences(asking, file) if received else None,
    }


def _differences(asking: Asking, file: FileView | None) -> Differences | None:
    before = file_before(asking, file) if file else None
    return differences(asking, before, file) if before and file else None


@require_POST
@page(IMPORT_LISTS, whole_county=True)
def receive_again(request: Asked, job_id: UUID) -> HttpResponse:
    """Take in a file that was put away, now that somebody says that it is meant."""
    found = _job(request, job_id)
    if "again" not in request.POST:
        return failure(request, "没有勾选“仍然采用”，没有接收。请返回上一页勾选后再提交。", 409)
    asked = desk.ask_again(request.viewer, found.payload, request.POST.get("name", ""), at=now())
    if asked is None:
        raise NotThereError("这次提交里没有这份文件。")
    return redirect("job", job_id=asked)


@require_GET
@page(IMPORT_LISTS, whole_county=True)
def received_file(request: Asked, file_id: UUID) -> HttpResponse:
    """Show a received file: what became of it, every problem in it, and what differs from the one before."""
    file, asking = _file(request, file_id), _asking(request)
    compared = _differences(asking, file)
    part = request.GET.get("part", "")
    part = part if part in PARTS else next((name for name in PARTS if compared and compared.count(name)), CHANGED)
    problems = Paginator(faults(request.viewer, file.id), A_PAGE).get_page(request.GET.get("problems"))
    context: dict[str, Any] = {
        "file": file,
        "shown": _shown_file(file),
        "problems": problems,
        "problem_pages": _near(problems),
        "doubts": doubtful_rows(asking, file.name) if file.state == EFFECTIVE else None,
        "compared": compared,
    }
    if compared:
        rows = Paginator(range(compared.count(part)), A_PAGE).get_page(request.GET.get("rows"))
        start = rows.start_index() - 1 if rows.object_list else 0
        context |= {
            "part": part,
            "parts": [(name, words, compared.count(name)) for name, words in PARTS.items()],
            "rows": rows,
            "row_pages": _near(rows),
            "changes": row_changes(asking, compared, part, start, A_PAGE),
        }
    return render(request, "lists/file.html", context)


def _near(shown: Any) -> Sequence[int | str]:
    """Return the numbers of pages to choose from; nothing where there is one page."""
    pages = shown.paginator
    return list(pages.get_elided_page_range(shown.number, on_each_side=2, on_ends=1)) if pages.num_pages > 1 else []


@require_http_methods(["GET", "POST"])
@page(IMPORT_LISTS, whole_county=True)
def undo_import(request: Asked, file_id: UUID) -> HttpResponse:
    """Show what undoing an import will do, and do it once somebody said why."""
    file = _file(request, file_id)
    plan = plan_undo(request.viewer, file)
    form = Undo(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("job", job_id=desk.ask_to_undo(request.viewer, file, form.cleaned_data["reason"], at=now()))
    context = {"plan": plan, "file": file, "shown": _shown_file(file), "form": form}
    return render(request, "lists/undo.html", context, status=422 if form.errors else 200)


@require_GET
@page(IMPORT_LISTS, whole_county=True)
def doubts(request: Asked) -> HttpResponse:
    """Show the rows that wait for somebody's eye, in words."""
    file = _file(request, UUID(request.GET["file"])) if _is_uuid(request.GET.get("file", "")) else None
    found = doubtful_rows(_asking(request), file.name if file else "")
    shown = Paginator(found.lines, A_PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "shown": shown, "pages": _near(shown), "file": file, "file_id": str(file.id) if file else ""}
    return render(request, "lists/doubts.html", context)


def _is_uuid(words: str) -> bool:
    try:
        UUID(words)
    except ValueError:
        return False
    return True
