"""What the documentation tells its readers to run is there, word for word: commands of `terrace` with
their options, scripts, and paths of this repository. test_processes.py carries some of it out."""

import functools
import os
import re

import pytest
from manifests import REPOSITORY, render, run

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
BINARY = os.environ.get("TERRACE_BINARY", str(REPOSITORY / ".build/release/terrace"))


def snippets(page):
    """The lines of code blocks, with those that they go on in, and code in the text."""
    text = page.read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


@functools.cache
def help_of(*words):
    return run(BINARY, *words, "--help")


def subcommands(*words):
    _, _, listed = help_of(*words).partition("SUBCOMMANDS:\n")
    return dict(re.findall(r"^  ([a-z]+)(?: \((default)\))?", listed.split("\n\n")[0], re.M))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_are_there(page):
    for snippet in snippets(page):
        for rest in re.findall(r"(?<![-/.\w])(?<!-n )terrace ([a-z].*?)(?:[|;#&)]|$)", snippet):
            arguments, words = rest.split(), []
            while (known := subcommands(*words)) and arguments and arguments[0] in known:
                words.append(arguments.pop(0))
            words += [name for name, default in known.items() if default]
            assert words, snippet
            for option in arguments:
                if option.startswith("--"):
                    assert option in help_of(*words), snippet


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_folders_are_there(page):
    for snippet in snippets(page):
        for path in re.findall(r"(?<![\w/.])(?:scripts|kubernetes|deploy|Sources|Tests|benchmarks|docs)/[\w./-]+", snippet):
            path = path.rstrip("/.")
            made = re.match(r"kubernetes/secrets/(ca|\w+/[\w.-]+)|docs/\w+#", path)
            assert made or (REPOSITORY / path).exists(), snippet


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_to_be_rendered_renders(page):
    for snippet in snippets(page):
        for path in re.findall(r"kubectl kustomize (kubernetes/\S+)", snippet):
            assert render(REPOSITORY / path)
