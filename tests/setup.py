"""The set-up, tried with whatever may be missing or may go wrong on a stranger's machine.

Runs scripts/libtorch.sh on a copy of itself, with a PATH that holds only what the test puts there, and with
wheels of a few kilobytes from a stand-in for pip, so nothing is fetched. `python3 tests/setup.py`, some seconds.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
TRIPLE = "x86_64-unknown-linux-gnu"
TOOLS = "sh sed grep dirname cat rm mkdir mv ls".split()
HEADER = "include/torch/csrc/api/include/torch/torch.h"
CONFIG = ".cargo/config.toml"

# Puts the half of a wheel where it should be and hangs, or brings it whole, as FAKE_PIP says.
PIP = """
import os, shutil, sys, time
from pathlib import Path
if "--version" in sys.argv: sys.exit(0)
name = sys.argv[-1].split("==")[0] + ".whl"
into = Path(sys.argv[sys.argv.index("--dest") + 1])
wheel = Path(os.environ["DEPOT"]) / name
if os.environ["FAKE_PIP"] == "hang":
    (into / name).write_bytes(wheel.read_bytes()[:-100])
    time.sleep(60)
shutil.copy(wheel, into)
"""

# The very script, but for the wheels that it knows.
SMALL_WHEELS = """
import libtorch_itself as it
it.WHEELS = {"%s": [it.Wheel(n + "==1", n + ".whl", h, 1000, None) for n, h in %r]}
it.run(it.main)
"""


class Setup(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="sayso-setup-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        shutil.copytree(REPO / "scripts", self.root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "Cargo.toml").write_text('rust-version = "1.92"\n')
        self.bin = self.root / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stub("python3", f'exec "{sys.executable}" "$@"')
        self.stub("cargo", "echo 'cargo 1.92.0 (abc 2025-12-01)'")
        self.stub("rustc", f"echo 'host: {TRIPLE}'")
        self.stub("c++", "exit 0")
        self.stub("cc", "exit 0")

    def stub(self, name, body):
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.bin / name).chmod(0o755)

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [self.root / "scripts/libtorch.sh", *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.root), **environment},
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def succeeds(self, *arguments, **environment):
        run = self.start(*arguments, **environment)
        said = run.communicate()[0]
        self.assertEqual(run.returncode, 0, said)
        return said

    def fails(self, *words, **environment):
        """Ends with 1, says all the words, shows no traceback, and leaves no libtorch behind."""
        run = self.start(**environment)
        said = run.communicate()[0]
        self.assertEqual(run.returncode, 1, said)
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("Traceback", said)
        self.assertFalse((self.root / ".libtorch").exists())


class WhatIsMissing(Setup):
    def test_python(self):
        (self.bin / "python3").unlink()
        self.fails("missing: python3", "apt install python3 python3-pip")

    def test_a_python_new_enough(self):
        self.stub("python3", '[ "$1" = --version ] && echo Python 3.6.8; [ "$1" = --version ]')
        self.fails("missing: python3 3.8 or newer", "Python 3.6.8")

    def test_pip(self):
        self.stub("python3", f'[ "$2" = pip ] && exit 1; exec "{sys.executable}" "$@"')
        self.fails("missing: pip for", "apt install python3-pip")

    def test_cargo(self):
        (self.bin / "cargo").unlink()
        self.fails("missing: cargo and rustc, 1.92 or newer", "https://rustup.rs")

    def test_a_cargo_new_enough(self):
        for old in ("1.91.1", "0.99.0"):
            self.stub("cargo", f"echo 'cargo {old} (abc 2025-01-01)'")
            self.fails("missing: cargo 1.92 or newer", f"is {old[:4]}", "rustup update stable")
        self.stub("cargo", "echo 'cargo 2.0.0'")
        (self.bin / "cc").unlink()
        self.assertNotIn("missing: cargo", self.start().communicate()[0])

    def test_a_cargo_that_works(self):
        self.stub("cargo", "exit 1")
        self.fails("missing: a working cargo", "rustup default stable")

    def test_a_compiler(self):
        (self.bin / "c++").unlink()
        self.fails("missing: a C++17 compiler (c++)", "apt install g++")
        self.fails("missing: a C++17 compiler (none-such)", CXX="none-such -O2")

    def test_everything_is_named_at_once(self):
        for name in ("python3", "cargo", "c++", "cc"):
            (self.bin / name).unlink()
        self.fails("missing: python3", "missing: cargo", "missing: a C++17", "missing: a linker", "docs/install.md")

    def test_a_platform_with_wheels(self):
        for triple in ("x86_64-unknown-linux-musl", "i686-unknown-linux-gnu", "x86_64-apple-darwin"):
            self.stub("rustc", f"echo 'host: {triple}'")
            self.fails(f"no libtorch 2.4.0 on PyPI for {triple}", "Set LIBTORCH")

    def test_the_network(self):
        nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
        self.fails("pip could not fetch torch==2.4.0", "HTTPS_PROXY", "A machine without a network", **nowhere)

    def test_disk_space(self):
        usage = "import shutil\nshutil.disk_usage = lambda path: type('', (), {'free': 1_000_000_000})\n"
        (self.root / "sitecustomize.py").write_text(usage)
        self.fails("needs 2,160 MB of free disk space", "has 1,000 MB", PYTHONPATH=str(self.root))

    def test_wheels_carried_over(self):
        wheels = self.root / "wheels"
        wheels.mkdir()
        name = "torch-2.4.0-cp311-cp311-manylinux1_x86_64.whl"
        self.fails(f"holds no {name}", "A machine without a network", SAYSO_WHEELS=str(wheels))
        (wheels / name).write_text("half of it")
        self.fails("its SHA-256 differs", "copy it again", SAYSO_WHEELS=str(wheels))


class OnesOwnLibtorch(Setup):
    def setUp(self):
        super().setUp()
        self.own = self.root / "own"
        for name in (HEADER, "lib/libtorch_cpu.so", "lib/libc10.so"):
            (self.own / name).parent.mkdir(parents=True, exist_ok=True)
            (self.own / name).touch()

    def test_is_used_and_nothing_is_fetched(self):
        (self.bin / "python3").unlink()
        self.assertIn("nothing is fetched", self.succeeds(LIBTORCH=str(self.own)))
        self.assertFalse((self.root / CONFIG).exists())
        self.assertIn("nothing is fetched", self.succeeds(LIBTORCH_USE_PYTORCH="1"))

    def test_named_in_cargos_config_is_used_and_left_as_it_is(self):
        config = self.root / CONFIG
        config.parent.mkdir()
        config.write_text(f'[env]\nLIBTORCH = "{self.own}"\n')
        self.assertIn("nothing is fetched", self.succeeds())
        self.assertEqual(config.read_text(), f'[env]\nLIBTORCH = "{self.own}"\n')
        config.write_text("[build]\njobs = 1\n")
        self.fails("move what it holds to ~/.cargo/config.toml")
        self.assertEqual(config.read_text(), "[build]\njobs = 1\n")

    def test_is_refused_when_cargo_would_not_find_it(self):
        self.fails("must be an absolute path", LIBTORCH="own")
        (self.own / "lib/libtorch_cpu.so").unlink()
        self.fails("holds no include/torch and lib/libtorch_cpu", LIBTORCH=str(self.own))

    def test_is_refused_in_another_version(self):
        (self.own / "build-version").write_text("2.4.0+cpu\n")
        self.succeeds(LIBTORCH=str(self.own))
        (self.own / "build-version").write_text("2.5.1\n")
        self.fails("is version 2.5.1", "needs 2.4.0", LIBTORCH=str(self.own))
        (self.own / "build-version").unlink()
        (self.own / "version.py").write_text("__version__ = '2.3.0+cu121'\n")
        self.fails("is version 2.3.0+cu121", LIBTORCH=str(self.own))

    def test_is_refused_with_the_other_abi(self):
        library = self.own / "lib/libc10.so"
        for abi, string in (("0", b"Ss"), ("1", b"NSt7__cxx1112basic_stringIc")):
            library.write_bytes(b"\x7fELF\0\xff_ZN3c105ErrorC1ENS_14SourceLocationE" + string + b"\0")
            self.succeeds(LIBTORCH=str(self.own), LIBTORCH_CXX11_ABI=abi)
            other = "1" if abi == "0" else "0"
            self.fails(f"set LIBTORCH_CXX11_ABI={abi}", LIBTORCH=str(self.own), LIBTORCH_CXX11_ABI=other)


class Fetching(Setup):
    def setUp(self):
        super().setUp()
        depot = self.root / "depot"
        library = depot / "library.so"
        depot.mkdir()
        subprocess.run(["cc", "-shared", "-xc", os.devnull, "-o", library], check=True)
        wheels = {
            "torch": [f"torch/{HEADER}", *(f"torch/lib/lib{name}.so" for name in ("torch", "torch_cpu", "c10", "torch_cuda"))],
            "cupti": ["nvidia/cuda_cupti/lib/libcupti.so.12", "cupti-1.dist-info/License.txt"],
        }
        hashes = []
        for name, members in wheels.items():
            with zipfile.ZipFile(depot / f"{name}.whl", "w") as wheel:
                for member in members:
                    wheel.write(library, member)
                wheel.writestr("torch/bulk.py", bytes(1 << 20))
            hashes.append((name, hashlib.sha256((depot / f"{name}.whl").read_bytes()).hexdigest()))
        scripts = self.root / "scripts"
        (scripts / "libtorch.py").rename(scripts / "libtorch_itself.py")
        (scripts / "libtorch.py").write_text(SMALL_WHEELS % (TRIPLE, hashes))
        (self.root / "modules/pip").mkdir(parents=True)
        (self.root / "modules/pip/__init__.py").touch()
        (self.root / "modules/pip/__main__.py").write_text(PIP)
        self.environment = {"PYTHONPATH": str(self.root / "modules"), "DEPOT": str(depot), "FAKE_PIP": "bring"}

    def is_whole(self):
        laid = {str(p.relative_to(self.root / ".libtorch")) for p in (self.root / ".libtorch").rglob("*") if p.is_file()}
        libraries = {f"lib/{name}" for name in ("libtorch.so", "libtorch_cpu.so", "libc10.so", "libcupti.so.12")}
        self.assertEqual(laid, libraries | {HEADER, "licences/cupti-1/License.txt", "build-version", "complete"})
        self.assertEqual((self.root / ".libtorch/lib/libtorch.so").read_text(), "INPUT(-ltorch_cpu -lc10)\n")
        self.assertFalse((self.root / ".libtorch.part").exists())

    def test_lays_it_out_names_it_to_cargo_and_does_it_once(self):
        self.assertIn("MB to fetch", self.succeeds(**self.environment))
        self.is_whole()
        self.assertIn('LIBTORCH = { value = ".libtorch", relative = true }', (self.root / CONFIG).read_text())
        self.assertEqual(self.succeeds(**self.environment), "")
        shutil.rmtree(self.root / "depot")
        self.assertEqual(self.succeeds(**self.environment), "", "a second run fetches nothing")

    def test_ones_own_libtorch_takes_the_name_back(self):
        self.succeeds(**self.environment)
        self.succeeds(LIBTORCH=str(self.root / ".libtorch"))
        self.assertFalse((self.root / CONFIG).exists())

    def test_a_broken_one_is_laid_again(self):
        for name in ("complete", "lib/libtorch_cpu.so", HEADER):
            self.succeeds(**self.environment)
            (self.root / ".libtorch" / name).unlink()
            self.succeeds(**self.environment)
            self.is_whole()

    def test_another_file_than_the_known_one_is_not_used(self):
        with open(self.root / "depot/cupti.whl", "ab") as wheel:
            wheel.write(b"more")
        self.fails("not the known file (its SHA-256 differs): deleted", "mirror", **self.environment)

    def test_one_that_does_not_load_is_not_used(self):
        loads = self.root / "scripts/libtorch_itself.py"
        loads.write_text(loads.read_text().replace("import ctypes, sys;", "raise OSError('GLIBC_9.9 not found');"))
        if sys.platform == "linux" and os.uname().machine == "x86_64":
            self.fails("does not load on this machine: OSError: GLIBC_9.9 not found", **self.environment)

    def test_an_interrupted_download(self):
        run = self.start(**dict(self.environment, FAKE_PIP="hang"))
        half = self.root / ".libtorch.part/torch.whl"
        while run.poll() is None and not half.exists():
            time.sleep(0.01)
        self.assertTrue(half.exists(), "the download is under way")
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        self.succeeds(**self.environment)
        self.is_whole()

    def test_a_download_that_was_finished_is_kept(self):
        (self.root / ".libtorch.part").mkdir()
        shutil.move(self.root / "depot/torch.whl", self.root / ".libtorch.part/torch.whl")
        self.assertIn("torch.whl: here already", self.succeeds(**self.environment))
        self.is_whole()

    def test_killed_at_any_moment_it_is_whole_or_not_there(self):
        for moment in range(12):
            shutil.rmtree(self.root / ".libtorch", ignore_errors=True)
            run = self.start(**self.environment)
            time.sleep(moment * 0.04)
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            if (self.root / ".libtorch").exists():
                self.assertTrue((self.root / ".libtorch/complete").exists())
            self.succeeds(**self.environment)
            self.is_whole()

    def test_wheels_carried_over(self):
        environment = {"SAYSO_WHEELS": self.environment["DEPOT"], "PIP_NO_INDEX": "1"}
        self.succeeds(**environment)
        self.is_whole()
        self.assertTrue((self.root / "depot/torch.whl").exists(), "they are the user's, and stay")

    def test_two_at_once(self):
        runs = [self.start(**self.environment) for _ in range(3)]
        for run in runs:
            self.assertEqual((run.wait(), run.communicate()[0].count("Traceback")), (0, 0))
        self.is_whole()


if __name__ == "__main__":
    unittest.main()
