"""What the documentation tells its readers to run is there, word for word: commands of `terrace` with
their options, scripts, paths of this repository, and what kubectl is asked for. test_processes.py
carries some of it out."""

import functools
import json
import os
import re

import pytest
from manifests import (
    DASHED_VERSION, KUBERNETES, KUSTOMIZATIONS, REPOSITORY, copy, documentation, objects, pod_specs,
    render, run, shell_blocks)

PAGES = documentation()
EACH_PAGE = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
BINARY = os.environ.get("TERRACE_BINARY", str(REPOSITORY / ".build/release/terrace"))


def snippets(page):
    """The lines of code blocks, with those that they go on in, and code in the text."""
    text = page.read_text()
    lines = [
        line for block in shell_blocks(text) for line in block.replace("\\\n", " ").splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.S))


@functools.cache
def help_of(*words):
    return run(BINARY, *words, "--help")


def subcommands(*words):
    _, _, listed = help_of(*words).partition("SUBCOMMANDS:\n")
    return dict(re.findall(r"^  ([a-z-]+)(?: \((default)\))?", listed.split("\n\n")[0], re.M))


@EACH_PAGE
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


@EACH_PAGE
def test_files_and_folders_are_there(page):
    for snippet in snippets(page):
        for path in re.findall(r"(?<![\w/.])(?:scripts|kubernetes|deploy|Sources|Tests|benchmarks|docs)/[\w./-]+", snippet):
            path = path.rstrip("/.")
            made = re.match(r"kubernetes/secrets/(ca|\w+/[\w.-]+)|docs/\w+#", path)
            assert made or any((root / path).exists() for root in (REPOSITORY, KUBERNETES.parent)), snippet


@EACH_PAGE
def test_what_is_to_be_rendered_renders(page):
    for snippet in snippets(page):
        for path in re.findall(r"kubectl kustomize (kubernetes/\S+)", snippet):
            assert render(REPOSITORY / path)


OBJECTS = [item for path in KUSTOMIZATIONS.values() for item in objects(path)]
# Their names without what each version adds.
NAMES = {
    (item["metadata"].get("namespace"), item["kind"].lower(), item["metadata"]["name"].removesuffix(f"-{DASHED_VERSION}"))
    for item in OBJECTS}
SECRETS = {
    volume["secret"]["secretName"] for path in KUSTOMIZATIONS.values()
    for spec in pod_specs(objects(path)).values() for volume in spec["volumes"] if "secret" in volume
} | {entry["secretName"] for item in OBJECTS if item["kind"] == "Ingress" for entry in item["spec"]["tls"]}


def commands(page, name):
    return [
        (snippet, command) for snippet in snippets(page)
        for command in re.findall(rf"(?<![\w/.-]){name} [^|;&`]*", snippet)]


@EACH_PAGE
def test_what_kubectl_is_asked_for_is_what_overlays_make(page):
    for snippet, command in commands(page, "kubectl"):
        command = command.partition(" -- ")[0]
        [namespace] = re.findall(r" (?:-n|--namespace) (\S+)", command)[:1] or [None]
        if namespace and "<" in namespace:
            continue
        if namespace:
            assert (None, "namespace", namespace) in NAMES, snippet
        for kind, name in re.findall(r" (deployment|service|job|gateway|statefulset)s?/([\w-]+)(?![\w<-])", command):
            assert (namespace, kind, re.sub(r"-\d+-\d+-\d+$", "", name)) in NAMES, snippet
        for container in re.findall(r" -c (\S+)", command):
            assert any(
                container in [c["name"] for c in spec["containers"] + spec.get("initContainers", [])]
                for path in KUSTOMIZATIONS.values() for spec in pod_specs(objects(path)).values()), snippet
        for name in re.findall(r" create secret \w+ (\S+)", command):
            assert name in SECRETS, snippet
        for folder in re.findall(r" (?:apply|delete) -k (\S+)", command):
            assert (KUBERNETES.parent / folder / "kustomization.yaml").is_file(), snippet
        for file in re.findall(r" (?:apply|delete) -f (\S+)", command):
            assert file == "-" or (REPOSITORY / file).is_file(), snippet


def test_secrets_that_are_named_are_made(tmp_path):
    text = "\n".join(line for page in PAGES for line in snippets(page))
    # By the commands of the pages, with what a person or `terrace overlay` puts there.
    made = copy(tmp_path) / "kubernetes/secrets"
    for file in ("platform/database-ca.crt", "acme/tenant-password", "acme/tenant-key"):
        (made / file).write_text("")
    (made / "platform/database-ca.crt").write_text("an authority")
    for arguments in re.findall(r"scripts/secrets((?: [a-z-]+)+)", text):
        if arguments.split()[0] in ("compose", "minikube", "platform"):
            run(str(tmp_path / "scripts/secrets"), *arguments.split())
    for arguments in sorted(re.findall(r"scripts/secrets( tenant(?: [a-z-]+){2,3})", text), key=len):
        platform = [] if len(arguments.split()) > 3 else ["minikube"]
        run(str(tmp_path / "scripts/secrets"), *arguments.split(), *platform)
    for path in re.findall(r"kubernetes/secrets/([\w-]+/[\w-]+(?:\.\w+)?)(?![\w/<])", text):
        assert (made / path).exists(), path


@EACH_PAGE
def test_files_of_the_admins_pod_are_mounted_there(page):
    spec = pod_specs(objects(KUSTOMIZATIONS["minikube"]))["Deployment", "terrace-admin"]
    [container] = spec["containers"]
    mounts = tuple(mount["mountPath"] + "/" for mount in container["volumeMounts"])
    for line in snippets(page):
        if "deployment/terrace-admin -- " in line:
            for path in re.findall(r" (/run/\S+)", line):
                assert path.startswith(mounts), line


@EACH_PAGE
def test_the_image_that_is_loaded_is_the_one_that_runs(page):
    for _, command in commands(page, "minikube"):
        # The variable: test_cloud.py runs those lines.
        for image in re.findall(r"image load ([^\s\"]+)", command):
            for spec in pod_specs(objects(KUSTOMIZATIONS["minikube"])).values():
                for container in spec["containers"]:
                    assert "terrace" not in container["image"] or container["image"] == image


@EACH_PAGE
def test_places_in_pages_that_are_linked_to_are_there(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if ":" in target:
            continue
        file, _, place = target.partition("#")
        other = page if not file else (page.parent / file).resolve()
        assert other.exists(), target
        if place:
            headings = re.findall(r"^#+ (.+)$", other.read_text(), re.M)
            assert place in [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings], target


SOURCES = "".join(path.read_text() for path in sorted((REPOSITORY / "Sources").rglob("*.swift")))


def named_in(page, pattern):
    """What the first column of the tables of a reference page names."""
    text = (REPOSITORY / "docs/reference" / page).read_text()
    return {
        name for row in re.findall(r"^\| (`.*?`) \|", text, re.M)
        for name in re.findall(f"`({pattern})`", row)}


def test_the_reference_has_every_metric_and_no_other():
    assert named_in("metrics.md", r"(?:terrace|process)_\w+") == set(
        re.findall(r'(?:label|name): "((?:terrace|process)_\w+)"', SOURCES))


def test_the_reference_has_every_type_of_problem_and_no_other():
    types = set(re.findall(r'\btype: "([a-z]+(?:-[a-z]+)*)"', SOURCES))
    types |= set(re.findall(
        r'\b(?:BooksConflict|AccessError|conflict)\(\s*"([a-z]+(?:-[a-z]+)*)"', SOURCES))
    # Those that say no more than their status.
    statuses = re.findall(r"\.status\(\s*\.(\w+)", SOURCES) + ["notFound", "tooManyRequests"]
    types |= {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower() for name in statuses}
    types = {"http-version-not-supported" if "httpversion" in name else name for name in types}
    assert named_in("problems.md", "[a-z]+(?:-[a-z]+)*") == types


def test_the_reference_has_every_operation_and_no_other():
    documents = [json.loads(path.read_text()) for path in (REPOSITORY / "Sources").rglob("*.json")]
    operations = {
        f"{method.upper()} {path}" for document in documents
        for path, item in document.get("paths", {}).items() for method in item
        if method in ("get", "put", "post", "patch", "delete")}
    assert operations
    assert named_in("http-apis.md", r"[A-Z]+ /[\w/{}.-]+") == operations


def leaves(*words):
    known = subcommands(*words)
    return [leaf for name in known for leaf in leaves(*words, name)] if known else [words]


def test_the_reference_has_every_command_and_every_option():
    text = (REPOSITORY / "docs/reference/command-line.md").read_text()
    for words in leaves():
        # The default subcommand need not be said.
        shown = [name for depth, name in enumerate(words) if not subcommands(*words[:depth])[name]]
        assert f"`terrace {' '.join(shown)}" in text, words
        for option in re.findall(r"^  (--[a-z-]+)", help_of(*words), re.M):
            assert option in text or option == "--version", (words, option)


def test_the_reference_has_every_table_of_the_database():
    for migrations in ("TenantRegistry", "Finance"):
        for script in (REPOSITORY / "Sources" / migrations / "Migrations").glob("*.sql"):
            for name in re.findall(
                    r"^create (?:unlogged )?table (?:registry\.)?(\w+)", script.read_text(), re.M):
                assert name in named_in("database.md", r"\w+"), script


def test_the_tests_that_security_md_names_are_there():
    tests = REPOSITORY / "Tests"
    known = "".join(path.read_text() for path in tests.rglob("*.swift"))
    known += " ".join(path.name for path in tests.rglob("test_*.py"))
    named = re.findall(
        r"`(\w+Tests|[a-z]+[A-Z]\w+|test_\w+\.py)`", (REPOSITORY / "SECURITY.md").read_text())
    assert named
    for name in named:
        assert name in known, name
