"""Nothing that must stay on this machine is in any request, whatever it is called."""

from __future__ import annotations

import subprocess

import pytest

from tests.cases.driver import wait_until
from tests.cases.world import CANARY, World

FILES = (
    ".env", ".env.local", "pkg0/.env", "id_rsa", "x.pem", "server.key", ".netrc", ".pypirc",
    ".npmrc", ".git-credentials", ".htpasswd", "service-account.json", "service-account-1.json",
    "credentials.json", "keys.kdbx", "id_ed25519", "cert.p12", "store.jks",
)  # fmt: skip
STORES = {
    ".aws": ".aws/credentials",
    ".ssh": ".ssh/config",
    ".gnupg": ".gnupg/pubring",
    ".kube": ".kube/config",
    ".docker/config.json": ".docker/config.json",
}


def test_a_file_of_passwords_is_named_and_stays(world: World) -> None:
    """T072."""
    engine = world.start()
    (world.root / ".env").write_bytes(b"HF_TOKEN=" + CANARY)
    assert engine.next("refused")["path"] == ".env"
    world.write(".env.example", "HF_TOKEN=\n")
    world.holds(".env.example", "HF_TOKEN=\n")
    world.probe(engine)
    assert len(engine.new("refused")) == 1
    world.judge(engine)


def test_keys_and_stores_of_credentials_are_each_named_and_stay(world: World) -> None:
    """T073."""
    engine = world.start()
    for path in (*FILES, *STORES.values()):
        place = world.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(CANARY)
    world.write("id_rsa.pub", "ssh-rsa AAAA\n")
    world.holds("id_rsa.pub", "ssh-rsa AAAA\n")
    wanted = {*FILES, *STORES}
    wait_until(lambda: {one["path"] for one in engine.new("refused")} >= wanted, "all to be named")
    world.probe(engine)
    assert {one["path"] for one in engine.new("refused")} == wanted
    world.judge(engine, refused=[".docker/config.json"])


LOOKALIKES = (
    "hf_" + "Qw3rTy" * 6,
    "sk-" + "a1B2c3D4e5" * 4,
    "AKIA" + "ABCDEFGH12345678",
    "ghp_" + "a1B2c3D4e5" * 4,
    "github_pat_" + "a1B2c3D4e5" * 4,
    "xoxb-" + "1234567890-abcdef",
    "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "-----BEGIN RSA PRIVATE " + "KEY-----",
)


def test_what_looks_like_a_token_is_held_by_its_line_and_never_shown(world: World) -> None:
    """T074."""
    engine = world.start()
    world.canaries += [text.encode() for text in LOOKALIKES]
    for number, text in enumerate(LOOKALIKES):
        (world.root / f"leak{number}.py").write_text(f"# one\n\nKEY = '{text}'\n")
    names = {f"leak{number}.py" for number in range(len(LOOKALIKES))}
    wait_until(lambda: {one["path"] for one in engine.new("refused")} >= names, "all to be named")
    assert {one["line"] for one in engine.new("refused")} == {3}
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert not names & world.tree().keys()
    world.judge(engine, refused=names)


def test_the_token_in_use_is_held_even_where_secrets_are_allowed(world: World) -> None:
    """T074."""
    engine = world.start("--allow-secrets")
    (world.root / "app.py").write_text(f"import os\n\nTOKEN = '{world.token}'\n")
    told = engine.next("refused")
    assert (told["path"], told["line"]) == ("app.py", 3)
    (world.root / "blob.dat").write_bytes(b"\x00" + world.token.encode())
    world.write("util.py", f"# {LOOKALIKES[0]}\n")
    world.holds("util.py", f"# {LOOKALIKES[0]}\n")
    world.judge(engine, refused=["app.py", "blob.dat"])


def test_a_file_is_sent_once_the_secret_is_out_of_it(world: World) -> None:
    """T074: what was refused is one content, not the file."""
    engine = world.start()
    (world.root / "app.py").write_bytes(b"T = '" + CANARY + b"'\n")
    engine.next("refused", path="app.py")
    world.write("app.py", "import os\n\nT = os.environ['T']\n")
    world.holds("app.py", "import os\n\nT = os.environ['T']\n")
    world.judge(engine)


def test_a_question_about_a_file_does_not_give_its_secret_away(world: World) -> None:
    """T075: for kinds of files the Hub has not seen, a sample of the content is sent first."""
    engine = world.start()
    (world.root / "first.toml").write_bytes(b"key = '" + CANARY + b"'\n")
    (world.root / "second.toml").write_bytes(b"# " + b"x" * 490 + b"\nk = '" + CANARY + b"'\n")
    world.write("third.toml", "harmless = true\n")
    world.holds("third.toml", "harmless = true\n")
    assert world.requests("POST", "/preupload/")
    world.probe(engine)
    world.judge(engine, refused=["first.toml", "second.toml"])


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_secret_beside_others_does_not_hide_in_the_body(world: World, encoding: str) -> None:
    """T075: the judge undoes base64 in every body and finds nothing planted."""
    engine = world.start()
    for number in range(20):
        world.write(f"many/f{number}.py", f"n = {number}\n")
    (world.root / "many" / "leak.py").write_bytes(
        "# \u00e9\n".encode(encoding) + b"T = '" + CANARY + b"'\n"
    )
    (world.root / "many" / ".env").write_bytes(CANARY)
    engine.next("commit")
    world.probe(engine)
    assert any(CANARY in body for body in [(world.root / "many" / "leak.py").read_bytes()])
    bodies = [one.body or b"" for one in world.hub.requests()]
    assert any(bodies), "the judge has nothing to look at"
    world.judge(engine, refused=["many/leak.py"])


def test_work_in_a_repository_is_no_news(world: World) -> None:
    """T076."""
    git = ["git", "-C", str(world.root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    engine = world.start()
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "all"], check=True)
    subprocess.run([*git, "tag", "one"], check=True)
    assert world.probe(engine) == []
    assert not any(path.startswith(".git/") for path in world.tree())
    world.judge(engine)


@pytest.mark.parametrize("name", [".hg", ".svn", ".bzr"])
def test_folders_of_other_version_control_are_no_news(world: World, name: str) -> None:
    """T076."""
    engine = world.start()
    (world.root / name / "store").mkdir(parents=True)
    (world.root / name / "store" / "data").write_bytes(CANARY)
    assert world.probe(engine) == []
    world.judge(engine)
