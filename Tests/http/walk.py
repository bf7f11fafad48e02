"""A page that is a walk: commands in one shell, and what it says that they print."""

import re
import subprocess

SEPARATOR = "--8<--"


def section(text, heading):
    """What stands below a heading, up to the next one."""
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def steps(text):
    """Each command of a page, and what follows it as its output; None where the page does not say."""
    found = []
    for language, body in re.findall(r"^```(sh|text)\n(.*?)^```$", text, re.M | re.S):
        if language == "sh":
            found.append((body, None))
        else:
            found[-1] = (found[-1][0], body)
    return found


def run(commands, folder, replacements):
    """What each command prints. Only what is to be replaced differs from the page."""
    script = "".join(f"{command}\nprintf '%s\\n' '{SEPARATOR}'\n" for command in commands)
    for old, new in replacements.items():
        script = script.replace(old, new)
    result = subprocess.run(
        ["sh"], input=script, capture_output=True, text=True, cwd=folder, timeout=120)
    assert not result.stderr, result.stderr
    return result.stdout.split(SEPARATOR + "\n")[:-1]
