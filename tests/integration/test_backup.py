"""A backup is proven by restoring it (T16): a stale one is known as stale, a flipped byte is found, the key stays away."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fuqi.access import keyfile
from fuqi.basics.errors import FuqiError
from fuqi.config.container import BackupLockedError, Openers, PassphraseError
from fuqi.config.workspace import open_workspace
from fuqi.flows.backup.making import PURPOSE, BackupThereError, KeyInTheOpenError, make_backup
from fuqi.flows.backup.restoring import FolderTakenError, restore
from fuqi.flows.backup.unpacking import peek, unpack
from tests.support import postgres
from tests.support.desk import HOUSEHOLD, household, workbook
from tests.support.workspaces import NewWorkspace, WorkspaceUnderTest, own_environment, run_fuqi

PASSPHRASE = "湖面上的三只白鹭和一条船"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def received_something(workspace: WorkspaceUnderTest, lists: Path) -> WorkspaceUnderTest:
    lists.mkdir()
    (lists / "07核查表_望湖镇.xlsx").write_bytes(b"no workbook, but kept")
    assert workspace.fuqi("import", lists).returncode == 1
    return workspace


@pytest.fixture(scope="module")
def backed_up(laid_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a workspace on the embedded database and its backup; both only to be read."""
    place = tmp_path_factory.mktemp("backed-up")
    folder, file = Path(shutil.copytree(laid_workspace, place / "workspace")), place / "county.backup"
    made = received_something(WorkspaceUnderTest(folder, ""), place / "lists").fuqi("backup", file)
    assert made.returncode == 0, made.stderr
    return folder, file


@pytest.fixture
def workspace(request: pytest.FixtureRequest, database_server: str, tmp_path: Path) -> WorkspaceUnderTest:
    """Return a workspace of the test's own, and beside it its backup."""
    if database_server:
        new_workspace: NewWorkspace = request.getfixturevalue("new_workspace")
        made = received_something(new_workspace(), tmp_path / "lists")
        assert made.fuqi("backup", tmp_path / "county.backup").returncode == 0
        return made
    folder, file = request.getfixturevalue("backed_up")
    shutil.copy(file, tmp_path)
    return WorkspaceUnderTest(Path(shutil.copytree(folder, tmp_path / "workspace")), "")


def another_database(workspace: WorkspaceUnderTest, server: str) -> tuple[str, ...]:
    """Return the words that name an empty database to restore into, where the workspace's is PostgreSQL's."""
    return ("--database", postgres.create_database(server)) if workspace.database_url else ()


@pytest.mark.database
def test_a_backup_is_proven_restored_and_goes_on(workspace: WorkspaceUnderTest, tmp_path: Path, database_server: str) -> None:
    file, folder = tmp_path / "county.backup", tmp_path / "restored"
    proven = workspace.fuqi("backup", "--prove", file, *another_database(workspace, database_server))
    assert proven.returncode == 0, proven.stderr
    assert "恢复后逐表核对" in proven.stdout
    assert "和 1 份原件都相符" in proven.stdout
    assert "它是最新的" in proven.stdout
    keys, receipts = workspace.folder / "keys", workspace.folder / "journal" / "receipts.csv"
    into = another_database(workspace, database_server)
    restored = run_fuqi("restore", file, folder, "--keys", keys, "--receipts", receipts, *into)
    assert restored.returncode == 0, restored.stderr
    assert "07核查表_望湖镇.xlsx" in run_fuqi("-w", folder, "received").stdout
    assert [path.name for path in (folder / "received").iterdir()] == [
        path.name for path in (workspace.folder / "received").iterdir()
    ]
    assert list(workspace.folder.glob(".proving-*")) == []


@pytest.mark.database
def test_a_stale_backup_is_known_as_stale_and_restored_only_for_a_reason(
    workspace: WorkspaceUnderTest, tmp_path: Path, database_server: str
) -> None:
    file, keys = tmp_path / "county.backup", workspace.folder / "keys"
    assert workspace.fuqi("clock", "--right", "an entry after the backup").returncode == 0
    proven = workspace.fuqi("backup", "--prove", file, *another_database(workspace, database_server))
    assert proven.returncode == 0, proven.stderr
    assert "备份之后又写了 1 条" in proven.stdout
    receipts = workspace.folder / "journal" / "receipts.csv"
    words = ("restore", file, tmp_path / "restored", "--keys", keys, "--receipts", receipts)
    refused = run_fuqi(*words, *another_database(workspace, database_server))
    assert refused.returncode == 2
    assert "这份备份是旧的" in refused.stderr
    assert "会少 1 条" in refused.stderr
    assert not (tmp_path / "restored").exists()
    taken = run_fuqi(*words, "--accept-loss", "机器坏了", *another_database(workspace, database_server))
    assert taken.returncode == 0, taken.stderr
    assert "按所写理由记入日志" in taken.stdout


def flipped(file: Path, position: int, into: Path) -> Path:
    content = bytearray(file.read_bytes())
    content[position] ^= 1 << (position % 8)
    into.write_bytes(content)
    return into


def test_a_flipped_byte_anywhere_and_a_cut_end_are_found(backed_up: tuple[Path, Path], tmp_path: Path) -> None:
    folder, file = backed_up
    openers, size = Openers(open_workspace(folder).key(PURPOSE)), file.stat().st_size
    chance = random.Random(16)
    (tmp_path / "whole").mkdir()
    assert unpack(file, openers, tmp_path / "whole").rows > 0
    for number, position in enumerate([*range(0, 400, 13), *(chance.randrange(size) for _ in range(60)), size - 1]):
        held = tmp_path / f"held-{number}"
        held.mkdir()
        with pytest.raises(FuqiError):
            unpack(flipped(file, position, tmp_path / "flipped"), openers, held)
    for end in (10, 300, size // 2, size - 1):
        (tmp_path / "cut").write_bytes(file.read_bytes()[:end])
        with pytest.raises(FuqiError):
            unpack(tmp_path / "cut", openers, tmp_path)
    (tmp_path / "longer").write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(FuqiError):
        unpack(tmp_path / "longer", openers, tmp_path)


@pytest.mark.sqlite
def test_the_key_goes_along_only_under_a_passphrase_and_opens_everything_then(
    workspace: WorkspaceUnderTest, tmp_path: Path
) -> None:
    secret, file = tmp_path / "passphrase", tmp_path / "with-key"
    secret.write_text(PASSPHRASE, "utf-8")
    made = workspace.fuqi("backup", file, "--with-key", "--passphrase-file", secret)
    assert made.returncode == 0, made.stderr
    with pytest.raises(BackupLockedError):
        peek(file, Openers(passphrase=PASSPHRASE + "。"))
    right = run_fuqi("restore", file, tmp_path / "restored", "--passphrase-file", secret)
    assert right.returncode == 0, right.stderr
    key = (workspace.folder / "keys" / "master.key").read_bytes()
    assert (tmp_path / "restored" / "keys" / "master.key").read_bytes() == key
    with pytest.raises(BackupLockedError):
        peek(tmp_path / "county.backup", Openers(passphrase=PASSPHRASE))  # made without a passphrase


def test_a_backup_is_whole_or_not_there_and_says_nothing_to_others(backed_up: tuple[Path, Path], tmp_path: Path) -> None:
    folder, file = backed_up
    workspace, content = open_workspace(folder), file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    key = workspace.key_file.read_bytes().split()[0]
    assert key not in content
    assert bytes.fromhex(key.decode()) not in content
    with pytest.raises(BackupThereError):
        make_backup(workspace, file, by="test", at=NOW, progress=print)
    with pytest.raises(KeyInTheOpenError):
        make_backup(workspace, tmp_path / "a", by="test", at=NOW, with_key=True, progress=print)
    with pytest.raises(PassphraseError):
        make_backup(workspace, tmp_path / "a", by="test", at=NOW, passphrase="1234", progress=print)
    assert list(tmp_path.iterdir()) == []
    assert list(folder.glob(".backup-*")) == []
    assert file.read_bytes() == content


def test_a_folder_that_holds_something_is_left_alone(backed_up: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(FolderTakenError):
        restore(
            backed_up[1],
            tmp_path,
            keys=backed_up[0] / "keys",
            passphrase="",
            database_url="",
            receipts=(),
            accept_loss="",
            by="test",
            at=NOW,
            progress=print,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["something"]


ERASE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from fuqi.flows.workspaces import open_up, sealing
at = datetime.now(UTC)
opened = open_up(Path(sys.argv[1]), today=at.date(), at=at)
from fuqi.access.erasure import destroy_key
from fuqi.intake.models import ReceivedRow
with sealing(opened.workspace):
    print(destroy_key(ReceivedRow.objects.values_list("id", flat=True)[:1], by="clerk", at=at, why="asked for"))
"""
ERASED_NOW = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from fuqi.flows.workspaces import open_up
at = datetime.now(UTC)
open_up(Path(sys.argv[1]), today=at.date(), at=at)
from fuqi.access.erasure import erased_rows
print(len(erased_rows()))
"""


def python(program: str, folder: Path) -> str:
    """Run a program in a process of its own and return what it said."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, encoding="utf-8", env=own_environment(), check=True
    )
    return done.stdout.strip()


def received_households(workspace: WorkspaceUnderTest, lists: Path) -> None:
    lists.mkdir(exist_ok=True)
    (lists / "户.xlsx").write_bytes(workbook(HOUSEHOLD, household(1, "张山水"), household(2, "李四海")))
    received = workspace.fuqi("import", lists / "户.xlsx")
    assert received.returncode == 0, received.stdout + received.stderr


@pytest.mark.sqlite
def test_who_was_erased_after_a_backup_is_erased_again_when_it_is_restored(
    workspace: WorkspaceUnderTest, tmp_path: Path
) -> None:
    received_households(workspace, tmp_path / "more")
    file, keys = tmp_path / "old.backup", workspace.folder / "keys"
    assert workspace.fuqi("backup", file).returncode == 0
    assert python(ERASE, workspace.folder) == "1"
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(workspace.folder / "journal", elsewhere)
    words = ("--keys", keys, "--receipts", elsewhere / "receipts.csv", "--accept-loss", "机器坏了")
    restored = run_fuqi("restore", file, tmp_path / "restored", *words)
    assert restored.returncode == 0, restored.stderr
    assert "再次删除：销毁 1 把密钥" in restored.stdout
    assert python(ERASED_NOW, tmp_path / "restored") == "1"
    assert run_fuqi("-w", tmp_path / "restored", "audit").returncode == 0
    (elsewhere / "erasures.csv").unlink()
    restored = run_fuqi("restore", file, tmp_path / "without-list", *words)
    assert "没有另存的删除名单" in restored.stdout
    assert "再删除一次" in restored.stdout
    assert python(ERASED_NOW, tmp_path / "without-list") == "0"


@pytest.mark.sqlite
def test_backups_from_before_and_during_a_rotation_open_with_the_key_file_of_their_time(
    workspace: WorkspaceUnderTest, tmp_path: Path
) -> None:
    """During one the key file holds two generations, half of the data keys are of the new one, the database file of the old."""
    received_households(workspace, tmp_path / "more")
    file, kept = tmp_path / "county.backup", workspace.folder / "keys"
    old, during = shutil.copytree(kept, tmp_path / "old-keys"), tmp_path / "during-keys"
    keyfile.write(kept / "master.key", keyfile.read(kept / "master.key").with_another())
    assert python(HALF, workspace.folder).split() == ["1", "2"]
    shutil.copytree(kept, during)
    made = workspace.fuqi("backup", tmp_path / "during.backup")
    assert made.returncode == 0, made.stderr
    assert workspace.fuqi("key", "rotate").returncode == 0
    refused = run_fuqi("restore", file, tmp_path / "restored", "--keys", kept)
    assert refused.returncode == 2
    assert "请用备份时那一代密钥" in refused.stderr
    assert not (tmp_path / "restored").exists()
    for backup, keys in ((file, old), (tmp_path / "during.backup", during)):
        restored = run_fuqi("restore", backup, tmp_path / keys.name.removesuffix("-keys"), "--keys", keys)
        assert restored.returncode == 0, restored.stderr
    rotated = run_fuqi("-w", tmp_path / "during", "key", "rotate")
    assert rotated.returncode == 0, rotated.stderr


HALF = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from fuqi.flows.workspaces import open_up
at = datetime.now(UTC)
opened = open_up(Path(sys.argv[1]), today=at.date(), at=at)
from fuqi.access import keys
from fuqi.access.models import DataKey
keys.rewrap(keys.NOBODY, by="program", at=at, most=1)
print(*sorted(DataKey.objects.values_list("generation", flat=True).distinct()))
"""
