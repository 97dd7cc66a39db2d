"""How many modules the server and its web processes load, which start-up and memory are made of.

python -m benchmarks.loaded_modules
python -m benchmarks.loaded_modules --by-package
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter

from benchmarks.site import ROOT

PROGRAM = """
import json, sys
from loopin.management.commands import serve
from loopin.serving import options
options.read().begin_log()
server = sorted(sys.modules)
from loopin.serving import web_process
web_process.load()
print(json.dumps({"server": server, "web process": sorted(sys.modules)}))
"""
"""A process loads the site as `serve` does, which forks its web processes from itself."""


def loaded_modules() -> dict[str, list[str]]:
    """The names of the modules that each kind of process has when it is ready."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "loopin.settings",
        "ENV_FILE": "",
        "ENVIRONMENT": "dev",
        "DEBUG": "false",
        "PYTHONPATH": str(ROOT),
        "TWILIO_TEST_MODE": "true",
    }
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    written = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    found: dict[str, list[str]] = json.loads(written.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the modules that the server loads.")
    parser.add_argument("--by-package", action="store_true", help="where they come from, too")
    options = parser.parse_args()
    for process, modules in loaded_modules().items():
        print(f"{process}: {len(modules)} modules")
        packages = Counter(name.partition(".")[0] for name in modules)
        for package, count in packages.most_common(30 if options.by_package else 0):
            print(f"    {count:5}  {package}")


if __name__ == "__main__":
    main()
