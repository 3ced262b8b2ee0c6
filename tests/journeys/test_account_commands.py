"""Accounts on the command line, from the founder's first day to the security administrator's."""

from __future__ import annotations

from tests.support.workspaces import NewWorkspace, WorkspaceUnderTest

SECURITY, CLERK = "赵安全", "钱窗口"


def test_from_the_founder_to_a_security_administrator(new_workspace: NewWorkspace) -> None:
    workspace = new_workspace()
    said(workspace, "grant", SECURITY, "--role", "security_administrator")
    refused = workspace.fuqi("grant", "某人", "--role", "inspector")
    assert (refused.returncode, "没有做这件事的权限" in refused.stderr) == (2, True)
    hospital = ("--role", "hospital_clerk", "--institution", "君山区人民医院")
    assert "君山区人民医院" in said(workspace, "--as", SECURITY, "grant", CLERK, *hospital)
    refused = workspace.fuqi("--as", SECURITY, "grant", CLERK, "--role", "auditor")
    assert (refused.returncode, "三个人分别担任" in refused.stderr) == (2, True)
    assert "一次性密码" in said(workspace, "--as", SECURITY, "password", CLERK)
    assert "已收回" in said(workspace, "--as", SECURITY, "revoke", CLERK, "--role", "hospital_clerk", "--why", "调离")
    assert "已停用" in said(workspace, "--as", SECURITY, "accounts", "disable", CLERK, "--why", "调离")
    listed = said(workspace, "--as", SECURITY, "accounts")
    assert f"{CLERK}（已停用）" in listed
    assert "现在不生效" in listed
    assert "已有安全管理员，不再生效" in listed
    assert "日志完好" in said(workspace, "audit")


def said(workspace: WorkspaceUnderTest, *arguments: str) -> str:
    done = workspace.fuqi(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
