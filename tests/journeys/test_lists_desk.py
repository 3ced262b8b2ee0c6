"""The lists desk in a served workspace: lists sent in, results read, imports undone, workers killed, bad files refused."""

from __future__ import annotations

import fcntl
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.support.desk import HOUSEHOLD, household, workbook
from tests.support.server import Answer
from tests.support.serving import Sender, Served, served, until
from tests.support.workspaces import WorkspaceUnderTest, run_fuqi

TOO_LARGE = 51 << 20
BUSY = "另有命令正在处理"


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace that holds nothing yet; to be copied."""
    folder = tmp_path_factory.mktemp("blank") / "workspace"
    assert run_fuqi("init", folder, "--scheme", "junshan-2017").returncode == 0
    return folder


@pytest.fixture(scope="module")
def workspace(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> WorkspaceUnderTest:
    folder = tmp_path_factory.mktemp("desk") / "workspace"
    shutil.copytree(blank, folder)
    return WorkspaceUnderTest(folder, "")


@pytest.fixture(scope="module")
def server(workspace: WorkspaceUnderTest) -> Iterator[Served]:
    with served(workspace.folder) as running:
        yield running


@pytest.fixture(scope="module")
def sender(server: Served) -> Sender:
    return server.operator()


@contextmanager
def held(workspace: WorkspaceUnderTest) -> Iterator[None]:
    """Hold the workspace as a command does that is at work in it."""
    with (workspace.folder / ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                continue
        yield


@cache
def people(*names: str) -> bytes:
    return workbook(HOUSEHOLD, *(household(sum(map(ord, name)) % 499, name) for name in names))


def link_to(page: Answer, part: str) -> str:
    return next(link for link in page.links if part in link)


def path_of(page: Answer, sender: Sender) -> str:
    return page.url.removeprefix(sender.base).partition("#")[0]


def test_a_list_is_received_step_by_step_and_its_result_can_be_read(sender: Sender) -> None:
    good, bad = household(1, "王大山"), household(2, "李四海")
    bad[5] = bad[5][:-1] + ("0" if bad[5][-1] != "0" else "1")
    job = sender.upload({"一组名册.xlsx": workbook(HOUSEHOLD, good, bad, household(3, "陈五", village="没有这个村"))})
    assert "/lists/jobs/" in job.url
    result = sender.finished(job)
    for words in ("已接收", "读到 3 行", "每一行都写明了原因", "做完了", "计数"):
        assert words in result.text, words
    file = sender.get(link_to(result, "/lists/files/"))
    assert "区划" in file.text
    assert "校验位" in file.text
    assert bad[5] not in file.html
    assert "一组名册.xlsx" in sender.get("/lists/").text


def test_a_changed_list_shows_what_differs_and_undoing_it_brings_the_former_back(
    sender: Sender, workspace: WorkspaceUnderTest
) -> None:
    name = "二组名册.xlsx"
    sender.finished(sender.upload({name: people("赵一", "钱二")}))
    before = figures(workspace)
    result = sender.finished(sender.upload({"改过的.xlsx": people("赵一", "孙三", "周四")}, replaces=name))
    assert "（新增 2 行，去掉 1 行）" in result.text
    file = sender.get(link_to(result, "/lists/files/"))
    assert "孙*" in file.text
    assert "孙三" not in file.text
    assert "钱*" in sender.get(path_of(file, sender) + "?part=removed").text

    plan = sender.get(path_of(file, sender) + "undo/")
    assert "恢复生效" in plan.text
    assert sender.post(path_of(plan, sender), reason="").status == 422
    undone = sender.finished(sender.post(path_of(plan, sender), reason="发错了年份"))
    assert "已撤销" in undone.text
    assert "发错了年份" in undone.text
    assert figures(workspace) == before
    assert sender.get(path_of(plan, sender)).status == 409

    again = sender.finished(sender.upload({name: people("赵一", "孙三", "周四")}))
    assert "曾被撤销" in again.text
    assert figures(workspace) == before
    taken = sender.finished(sender.post(link_action(again), name=name, again="on"))
    assert "已接收" in taken.text
    assert workspace.fuqi("audit").returncode == 0


def link_action(page: Answer) -> str:
    found = re.search(r'action="([^"]*/again/)"', page.html)
    assert found
    return found[1]


def figures(workspace: WorkspaceUnderTest) -> str:
    result = workspace.fuqi("figures", "--out", workspace.folder.parent / "figures.csv")
    assert result.returncode == 0, result.stderr
    return (workspace.folder.parent / "figures.csv").read_text("utf-8")


def test_two_uploads_at_once_are_done_one_after_the_other(sender: Sender, workspace: WorkspaceUnderTest) -> None:
    with held(workspace):
        first, second = sender.upload({"三组.xlsx": people("吴五")}), sender.upload({"四组.xlsx": people("郑六")})
        until(lambda: sender.get(path_of(first, sender)), lambda page: BUSY in page.text)
        assert "前面还有 1 件事" in sender.get(path_of(second, sender)).text
        assert "正在处理" in sender.get("/lists/").text
    for job in (first, second):
        assert "已接收" in sender.finished(job).text


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(
    sender: Sender, server: Served, workspace: WorkspaceUnderTest
) -> None:
    name = "五组.xlsx"
    with held(workspace):
        job = sender.upload({name: people("王七", "冯八")})
        until(lambda: sender.get(path_of(job, sender)), lambda page: BUSY in page.text)
        old = server.worker
        server.kill_worker()
    assert "已接收" in sender.finished(job).text
    assert server.worker != old
    assert workspace.fuqi("received").stdout.count(name) == 1
    assert workspace.fuqi("audit").returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("坏的.xlsx", people("陈九")[:900], "已损坏"),
        ("不是表.xlsx", b"no cells at all" * 40, "不是电子表格"),
        ("没有表头.xlsx", workbook(["x", "y"], ["a", "b"]), "拒收"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(sender: Sender, name: str, content: bytes, words: str) -> None:
    page = sender.finished(sender.upload({name: content}))
    assert words in page.text
    assert "拒收" in page.text


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ({"空的.xlsx": b""}, 422, "是空的"),
        ({"说明.docx": b"words"}, 422, "不是电子表格"),
        ({"430611197003072915.xlsx": b"x"}, 422, "文件名里有身份证号"),
        ({"大的.xlsx": bytes(TOO_LARGE)}, 413, "超过 50 MB"),
        ({"大的.xlsx": bytes(TOO_LARGE), "也大.xlsx": bytes(TOO_LARGE)}, 413, "文件太大"),
        ({}, 422, "请选择"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_the_door(sender: Sender, files: dict[str, bytes], status: int, words: str) -> None:
    page = sender.upload(files)
    assert (page.status, words in page.text) == (status, True), page.text
    assert not any(name in sender.get("/lists/?all=1").text for name in files)


def test_the_same_content_under_another_name_and_an_older_list_are_told(sender: Sender) -> None:
    sender.finished(sender.upload({"六组.xlsx": people("沈十")}))
    assert "完全相同" in sender.finished(sender.upload({"六组（1）.xlsx": people("沈十")})).text
    sender.finished(sender.upload({"六组.xlsx": people("沈十", "韩百")}))
    older = sender.finished(sender.upload({"六组.xlsx": people("沈十")}))
    assert "取代" in older.text
    assert "已接收" in sender.finished(sender.upload({"六组.xlsx": people("沈十")}, again="on")).text


def test_whoever_has_not_signed_in_sends_nothing_and_learns_nothing(server: Served) -> None:
    stranger = Sender(server.base)
    stranger.get("/sign-in/")
    for path in ("/lists/", "/lists/doubts/", "/lists/files/00000000-0000-0000-0000-000000000000/"):
        assert "/sign-in/" in stranger.get(path).url
    assert "/sign-in/" in stranger.upload({"名册.xlsx": people("杨千")}).url


def test_what_is_not_there_reads_the_same_everywhere(sender: Sender) -> None:
    for path in ("files/{}/", "files/{}/undo/", "jobs/{}/"):
        page = sender.get("/lists/" + path.format("00000000-0000-0000-0000-000000000000"))
        assert (page.status, "没有找到" in page.text) == (404, True)


def test_a_workspace_is_served_once_and_a_port_that_is_taken_is_said(
    server: Served, workspace: WorkspaceUnderTest, blank: Path
) -> None:
    assert server.process.poll() is None
    second = workspace.fuqi("serve", "--port", "0")
    assert (second.returncode, "已经在服务" in second.stderr) == (2, True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        taken = run_fuqi("-w", blank, "serve", "--port", port)
    assert (taken.returncode, "--port" in taken.stderr) == (2, True)


def test_the_first_password_is_printed_once_and_a_new_one_given_by_who_may(blank: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(blank, folder)
    with served(folder) as first:
        first.operator()
    with served(folder) as later:
        assert "密码" not in later.said
    assert run_fuqi("-w", folder, "grant", "李镇长", "--role", "township_clerk", "--place", "430611103").returncode == 0
    given = run_fuqi("-w", folder, "password", "李镇长")
    assert "一次性密码" in given.stdout
    assert run_fuqi("-w", folder, "--as", "李镇长", "password", "李镇长").returncode == 2
    assert run_fuqi("-w", folder, "password", "没有这个人").returncode == 2


def test_a_list_is_undone_on_the_command_line_too(blank: Path, tmp_path: Path) -> None:
    desk = WorkspaceUnderTest(tmp_path / "workspace", "")
    shutil.copytree(blank, desk.folder)
    path = tmp_path / "名册.xlsx"
    for names in (("许一",), ("许一", "何二")):
        path.write_bytes(people(*names))
        assert desk.fuqi("run", path).returncode == 0
    assert desk.fuqi("undo", path.name).returncode == 2
    undone = desk.fuqi("undo", path.name, "--reason", "户数不对")
    assert (undone.returncode, "恢复为以前的那一份（1 行）" in undone.stdout) == (0, True), undone.stderr
    assert "1 行归到 1 人" in undone.stdout
    refused = desk.fuqi("import", path)
    assert (refused.returncode, "曾被撤销" in refused.stderr) == (1, True)
    assert desk.fuqi("import", path, "--again").returncode == 0
    for _ in range(2):
        assert desk.fuqi("undo", path.name, "--reason", "户数不对").returncode == 0
    assert "没有可以撤销的" in desk.fuqi("undo", path.name, "--reason", "户数不对").stderr
    assert desk.fuqi("audit").returncode == 0
