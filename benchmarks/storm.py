"""The storm of `scripts/check-attack`, ten minutes long: see Tests/attack/storm.py."""
import json
import os
import subprocess
import sys

from analytics import row
from terrace import BUILD, ROOT

TESTS = ROOT / "Tests"


def run(_terrace, options):
    """In a process of its own, which has the Python packages that the attacks need."""
    venv = BUILD / "storm"
    requirements = TESTS / "attack/requirements.txt"
    installed = venv / "requirements.txt"
    if not installed.exists() or installed.read_text() != requirements.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "-q", "-r", requirements], check=True)
        installed.write_text(requirements.read_text())
    answer = subprocess.run(
        [venv / "bin/python", TESTS / "attack/storm.py", str(options.storm_seconds)],
        env=os.environ | {"PYTHONPATH": str(TESTS / "http"), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = json.loads(answer)
    none = ("foreign rows", "lost writes", "doubled writes")
    rows = [row(name, str(figures[name])) for name in ("requests", "acknowledged writes")]
    rows += [row(f"answers: {name}", str(number)) for name, number in figures["answers"].items()]
    rows += [row(f"faults: {name}", str(number)) for name, number in figures["faults"].items()]
    rows += [row(name, str(figures[name]), "0", figures[name] == 0) for name in none]
    return {
        "setting": f"reads and writes of 40 tenants by 16 clients at two gateways for {options.storm_seconds} s, "
        "while sessions, server processes and gateways are killed, and the server pauses or is read-only",
        "rounds": [figures],
        "rows": rows,
    }
