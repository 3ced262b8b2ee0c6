"""Managing accounts: who has one, what it may do, taking roles back, stopping, new passwords, lost phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fuqi.access.codes import ACTIONS, GRANT_ROLES, LEVELS, ROLES
from fuqi.access.queries import GrantView
from fuqi.basics.errors import FuqiError
from fuqi.flows import accounts as managing
from fuqi.flows.accounts import AccountView
from fuqi.flows.granting import give_role
from fuqi.places.queries import divisions
from fuqi.web.accounts.forms import LONGEST, GrantForm, Why, roles_given
from fuqi.web.accounts.listed import A_PAGE, LONGEST_WORDS, STATES, Wanted, roles_among
from fuqi.web.clock import now, today
from fuqi.web.door import Asked, NotThereError, page


@require_safe
@page(GRANT_ROLES)
def accounts(request: Asked) -> HttpResponse:
    """Show the accounts that are asked for, with roles, second factor and last sign-in."""
    every = managing.accounts(request.viewer, on=today())
    said = {name: request.GET.get(name, "").strip()[:LONGEST_WORDS] for name in ("words", "role", "state")}
    wanted = Wanted(**said)
    found = [item for item in every if wanted.takes(item)]
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    pages = list(shown.paginator.get_elided_page_range(shown.number, on_each_side=2, on_ends=1))
    context = {
        "accounts": [{"account": item, "grants": _held_now(item)} for item in shown.object_list],
        "shown": shown,
        "pages": pages if len(pages) > 1 else [],
        "more": f"&{wanted.query}" if wanted.query else "",
        "wanted": wanted,
        "roles": roles_among(every),
        "states": STATES,
        "all": len(every),
        "stopped": sum(not item.active for item in every),
    }
    return render(request, "accounts/accounts.html", context)


def _held_now(item: AccountView) -> list[GrantView]:
    return [one for one in item.grants if one.holds(today()) and (one.role in item.roles or not item.active)]


@require_safe
@page(GRANT_ROLES)
def account(request: Asked, account_id: UUID) -> HttpResponse:
    """Show one account and what can be done with it."""
    return _account(request, _find(request, account_id))


def _find(request: Asked, account_id: UUID) -> AccountView:
    found = next((item for item in managing.accounts(request.viewer, on=today()) if item.id == account_id), None)
    if found is None:
        raise NotThereError("没有这个账号，或者它不归您管。")
    return found


def _account(request: Asked, found: AccountView, *, status: int = 200, **more: Any) -> HttpResponse:
    on = today()
    grants = [
        {"grant": one, "open": one.holds(on) or one.valid_from > on, "lapsed": one.holds(on) and one.role not in found.roles}
        for one in found.grants
    ]
    needs = any(ROLES[role].second_factor for role in found.roles if role in ROLES)
    shown = {"account": found, "grants": grants, "needs_factor": needs, "longest": LONGEST, **more}
    return render(request, "accounts/account.html", shown, status=status)


def _change(request: Asked, account_id: UUID, deed: str, change: Callable[[AccountView, str], None], done: str) -> HttpResponse:
    """Change an account for a reason that the journal keeps; a refusal gives the reason back."""
    found, form = _find(request, account_id), Why(request.POST)
    faults = [str(error) for error in form.errors.get("why", ())]
    if not faults:
        try:
            change(found, form.cleaned_data["why"].strip())
        except FuqiError as error:
            faults = [error.message]
    if faults:
        return _account(request, found, status=422, faults=faults, deed=deed, why=request.POST.get("why", ""))
    messages.success(request, f"{found.name}：{done}。")
    return redirect("account", account_id)


@require_POST
@page(GRANT_ROLES)
def disable_account(request: Asked, account_id: UUID) -> HttpResponse:
    """Stop an account; whoever is in is out with the next request."""
    viewer = request.viewer
    return _change(
        request,
        account_id,
        "disable",
        lambda found, why: managing.disable(viewer, found.name, why=why, at=now()),
        "账号已停用，正在用的登录下一步就会被拒绝",
    )


@require_POST
@page(GRANT_ROLES)
def enable_account(request: Asked, account_id: UUID) -> HttpResponse:
    """Let a stopped account be used again."""
    viewer = request.viewer
    return _change(
        request,
        account_id,
        "enable",
        lambda found, why: managing.enable(viewer, found.name, why=why, at=now()),
        "账号恢复使用",
    )


@require_POST
@page(GRANT_ROLES)
def reset_second_factor(request: Asked, account_id: UUID) -> HttpResponse:
    """End a lost second factor."""
    viewer = request.viewer
    return _change(
        request,
        account_id,
        "factor",
        lambda found, why: managing.reset_factor(viewer, found.name, why=why, at=now()),
        "动态口令已作废，下次登录时重新设置",
    )


@require_POST
@page(GRANT_ROLES)
def take_back(request: Asked, account_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take a role back from today on."""
    viewer = request.viewer

    def change(found: AccountView, why: str) -> None:
        if grant_id not in {one.id for one in found.grants}:
            raise NotThereError("没有这一项授权。请刷新后再看。")
        managing.take_role(viewer, grant_id, why=why, at=now(), on=today())

    return _change(request, account_id, str(grant_id), change, "角色已收回")


@require_POST
@page(GRANT_ROLES)
def give_password(request: Asked, account_id: UUID) -> HttpResponse:
    """Give a new one-time password and show it once."""
    found = _find(request, account_id)
    try:
        words = managing.one_time_password(request.viewer, found.name, at=now())
    except FuqiError as error:
        return _account(request, found, status=422, faults=[error.message], deed="password")
    return render(request, "accounts/password.html", {"account": found, "password": words})


@require_http_methods(["GET", "POST"])
@page(GRANT_ROLES)
def grant(request: Asked) -> HttpResponse:
    """Give a person a role at a place or an institution; a new person gets an account with it."""
    places = divisions(request.viewer)
    institutions = sorted(item.name for item in request.county_scheme.institutions)
    about = {"places": [item.code for item in places], "institutions": institutions}
    form = GrantForm(request.POST if request.method == "POST" else None, **about)
    if request.method == "POST" and form.is_valid() and (given := _give(request, form, institutions)):
        return given
    wanted = request.POST.get("name") or next(
        (item.name for item in managing.accounts(request.viewer, on=today()) if str(item.id) == request.GET.get("for")), ""
    )
    shown = {
        "form": form,
        "name": wanted,
        "places": places,
        "institutions": institutions,
        "roles": [(code, ROLES[code]) for code in roles_given()],
        "about": [_about(code) for code in roles_given()],
        "tomorrow": today() + timedelta(days=1),
    }
    return render(request, "accounts/grant.html", shown, status=422 if form.errors else 200)


def _give(request: Asked, form: GrantForm, institutions: list[str]) -> HttpResponse | None:
    """Give the role and lead to the person's page; None where it was refused, which the form then says."""
    wanted, viewer = form.cleaned_data, request.viewer
    name = wanted["name"].strip()
    try:
        where = give_role(
            viewer,
            name,
            wanted["role"],
            wanted["place"],
            institution=wanted["institution"],
            until=wanted["until"],
            known=institutions,
            on=today(),
            at=now(),
        )
    except FuqiError as error:
        form.add_error(None, error.message)
        return None
    messages.success(request, f"已授权：{name}，{ROLES[wanted['role']].name}，{where}。")
    return redirect("account", managing.account(viewer, name, on=today()).id)


def _about(code: str) -> dict[str, Any]:
    """Return what a role may do, for the table beside the form."""
    role = ROLES[code]
    return {
        "role": role,
        "actions": "、".join(words for action, words in ACTIONS.items() if action in role.actions),
        "level": LEVELS[role.level].partition("：")[0],
    }
