"""Wheels on PyPI → `.libtorch/`, a libtorch 2.4.0 for the CPU.

Invariant: `.libtorch/` is there whole or not at all: it is laid beside itself, checked, and renamed last.
The CUDA library, 900 MB, stays in the wheel; `lib/libtorch.so` is a linker script in its place.
Called by `libtorch.sh` with the target triple; `--wheels FOLDER` only fetches the wheels, for a machine without
a network.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from pypi import Failure, Wheel, fetch, megabytes, room_for, run, unpack

VERSION = "2.4.0"
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".libtorch"
WORK = ROOT / ".libtorch.part"

UNPACKED = {
    "x86_64-unknown-linux-gnu": 560_000_000,
    "aarch64-unknown-linux-gnu": 330_000_000,
    "aarch64-apple-darwin": 230_000_000,
}
BUILD = 1_600_000_000
X86_64 = "manylinux1_x86_64"
WHEELS = {
    "x86_64-unknown-linux-gnu": [
        Wheel(
            "torch==2.4.0",
            "torch-2.4.0-cp311-cp311-manylinux1_x86_64.whl",
            "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0",
            797_262_052,
            X86_64,
        ),
        # libtorch_cpu.so names these two, although nothing here runs on a GPU.
        Wheel(
            "nvidia-cuda-runtime-cu12==12.1.105",
            "nvidia_cuda_runtime_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
            "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40",
            823_596,
            X86_64,
        ),
        Wheel(
            "nvidia-cuda-cupti-cu12==12.1.105",
            "nvidia_cuda_cupti_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
            "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e",
            14_109_015,
            X86_64,
        ),
    ],
    "aarch64-unknown-linux-gnu": [
        Wheel(
            "torch==2.4.0",
            "torch-2.4.0-cp311-cp311-manylinux2014_aarch64.whl",
            "7334325c0292cbd5c2eac085f449bf57d3690932eac37027e193ba775703c9e6",
            89_850_473,
            "manylinux2014_aarch64",
        )
    ],
    "aarch64-apple-darwin": [
        Wheel(
            "torch==2.4.0",
            "torch-2.4.0-cp311-none-macosx_11_0_arm64.whl",
            "f169b4ea6dc93b3a33319611fcc47dc1406e4dd539844dcbd2dec4c1b96e166d",
            62_144_370,
            "macosx_11_0_arm64",
        )
    ],
}

LIBRARY = re.compile(
    r"torch/lib/lib(torch|torch_cpu|c10|gomp-[^/]*|omp)\.(so(\.\d+)*|dylib)"
    r"|torch\.libs/[^/]*"
    r"|nvidia/[^/]*/lib/lib(cudart|cupti)\.so\.12"
)
LICENCE = re.compile(r"([^/]*)\.dist-info/(.*/)?(LICENSE|NOTICE|License\.txt)")


def place(name):
    """Where a wheel's member goes in libtorch's own layout, or None."""
    if name.startswith("torch/include/"):
        return name[len("torch/") :]
    if LIBRARY.fullmatch(name):
        return "lib/" + name.rsplit("/", 1)[1]
    if licence := LICENCE.fullmatch(name):
        return f"licences/{licence[1]}/{licence[3]}"
    return None


def stamp(wheels):
    """What `.libtorch/complete` holds when these very wheels were laid out whole."""
    return "".join(f"{wheel.sha256}  {wheel.file}\n" for wheel in wheels)


def is_there(folder, wheels, suffix):
    names = [f"lib/lib{name}.{suffix}" for name in ("torch", "torch_cpu", "c10")]
    names.append("include/torch/csrc/api/include/torch/torch.h")
    complete = folder / "complete"
    return complete.is_file() and complete.read_text() == stamp(wheels) and all((folder / n).is_file() for n in names)


def lay(wheels, paths, triple, folder):
    """Unpacks into `folder` and writes what is not in the wheels; the stamp comes last."""
    for path in paths:
        unpack(path, place, folder)
    if triple == "x86_64-unknown-linux-gnu":
        (folder / "lib/libtorch.so").write_text("INPUT(-ltorch_cpu -lc10)\n")
    (folder / "build-version").write_text(VERSION + "\n")
    loads(folder, triple)
    (folder / "complete").write_text(stamp(wheels))
    os.sync()


def loads(folder, triple):
    """Loads the library as the built program will: with nothing to find it by but its own folder."""
    system, machine = ("linux", triple.split("-")[0]) if "linux" in triple else ("macosx", "arm64")
    if not (sysconfig.get_platform().startswith(system) and sysconfig.get_platform().endswith(machine)):
        return  # this Python is of another kind than the program will be
    library = folder / "lib" / ("libtorch_cpu." + ("so" if system == "linux" else "dylib"))
    code = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")}
    ended = subprocess.run([sys.executable, "-c", code, str(library)], env=environment, stderr=subprocess.PIPE, text=True)
    if ended.returncode:
        why = (ended.stderr.strip().splitlines() or [f"ended by signal {-ended.returncode}"])[-1]
        raise Failure(f"the libtorch that was fetched does not load on this machine: {why}. See docs/install.md.")


def say(text):
    print(f"libtorch: {text}", flush=True)


def main():
    triple = sys.argv[1]
    wheels = WHEELS.get(triple)
    if wheels is None:
        raise Failure(
            f"there is no libtorch {VERSION} on PyPI for {triple} (only for {', '.join(WHEELS)}). "
            f"Set LIBTORCH to the folder of a libtorch {VERSION} made for it; see docs/install.md."
        )
    if sys.argv[2:3] == ["--wheels"]:
        for path in fetch(wheels, Path(sys.argv[3]), say):
            say(f"{path} is there, its hash right")
        return
    lock = os.open(ROOT, os.O_RDONLY)
    with contextlib.suppress(OSError):  # a network drive may know no locks
        fcntl.flock(lock, fcntl.LOCK_EX)
    if not is_there(TARGET, wheels, "dylib" if "apple" in triple else "so"):
        bring(wheels, triple)
    shutil.rmtree(WORK, ignore_errors=True)


def bring(wheels, triple):
    carried = os.environ.get("SAYSO_WHEELS")
    size = sum(wheel.bytes for wheel in wheels if not carried and not (WORK / wheel.file).exists())
    kept = UNPACKED[triple]
    say(f"version {VERSION} from PyPI into {TARGET}: {megabytes(size)} to fetch, {megabytes(kept)} to keep, once")
    room_for(kept + max(size, BUILD), ROOT, "libtorch and a release build")
    paths = fetch(wheels, WORK, say)
    say("the hashes are right; unpacking")
    tree = WORK / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    lay(wheels, paths, triple, tree)
    shutil.rmtree(TARGET, ignore_errors=True)
    tree.rename(TARGET)
    say("it loads, and is laid in place; the downloads are deleted")


if __name__ == "__main__":
    run(main)
