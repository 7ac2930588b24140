"""Pinned wheels → files in a folder.

A wheel is brought by pip (so mirrors, proxies and certificates are those of the user's pip) and used only
when its SHA-256 is the one pinned here; wheels that an interrupted run finished are kept for the next one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path

OFFLINE = "docs/install.md, 'A machine without a network', tells how to carry the files over."

Wheel = namedtuple("Wheel", "package file sha256 bytes platform")
"""`package` as pip wants it (`name==version`), the file's name, its hash and size, and pip's platform tag or None."""


class Failure(Exception):
    """What went wrong and what to do about it, for the user to read."""


def megabytes(size):
    return f"{size / 1e6:,.0f} MB"


def digest(path):
    found = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            found.update(block)
    return found.hexdigest()


def fetch(wheels, folder, say):
    """Paths of the wheels, each with the right hash: carried over by hand, left by an earlier run, or from pip."""
    folder.mkdir(parents=True, exist_ok=True)
    carried = os.environ.get("SAYSO_WHEELS")
    return [carry(wheel, Path(carried)) if carried else download(wheel, folder, say) for wheel in wheels]


def carry(wheel, folder):
    path = folder / wheel.file
    if not path.is_file():
        raise Failure(f"SAYSO_WHEELS={folder} holds no {wheel.file}. {OFFLINE}")
    if digest(path) != wheel.sha256:
        raise Failure(f"{path} is not the file it should be (its SHA-256 differs): copy it again.")
    return path


def download(wheel, folder, say):
    path = folder / wheel.file
    if path.exists():
        if digest(path) == wheel.sha256:
            say(f"{wheel.file}: here already, from a run that was interrupted")
            return path
        path.unlink()
    say(f"fetching {wheel.file} ({megabytes(wheel.bytes)})")
    pip(wheel, folder)
    if not path.is_file():
        raise Failure(f"pip ended well but brought no {wheel.file}: run it again, and see what pip says.")
    if digest(path) != wheel.sha256:
        path.unlink()
        raise Failure(
            f"what the package index served as {wheel.file} is not the known file (its SHA-256 differs): deleted. "
            "If pip uses a mirror (`python3 -m pip config list`), try the index itself."
        )
    return path


def pip(wheel, folder):
    # pip's own unfinished files lie here too, not in /tmp, which may be small, and go with the folder.
    unfinished = folder / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder)]
    if wheel.platform:
        command += ["--python-version", "3.11", "--platform", wheel.platform]
    environment = dict(os.environ, TMPDIR=str(unfinished), PIP_REQUIRE_VIRTUALENV="false")
    if subprocess.run(command + [wheel.package], env=environment).returncode:
        raise Failure(
            f"pip could not fetch {wheel.package} (its own words stand above). Is the package index reachable from "
            "here? Behind a proxy set HTTPS_PROXY, with a mirror set PIP_INDEX_URL; then run the same command again: "
            f"what is finished is kept. {OFFLINE}"
        )
    shutil.rmtree(unfinished, ignore_errors=True)


def unpack(path, choose, folder):
    """Writes each member for which `choose(name)` gives a relative path; zipfile checks every member's CRC."""
    with zipfile.ZipFile(path) as wheel:
        for member in wheel.infolist():
            chosen = None if member.is_dir() else choose(member.filename)
            if chosen:
                (folder / chosen).parent.mkdir(parents=True, exist_ok=True)
                with wheel.open(member) as source, open(folder / chosen, "wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)


def room_for(size, folder, what):
    free = shutil.disk_usage(folder).free
    if free < size:
        raise Failure(
            f"{what} needs {megabytes(size)} of free disk space, and {folder} has {megabytes(free)}: make room, "
            "or put the checkout on a larger disk."
        )


def run(main):
    """Ends a script with its failure as one message, never a traceback, for what a user can mend."""
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}: mend it and run the same command again.")
    except KeyboardInterrupt:
        sys.exit("\nstopped; the same command goes on from here.")
