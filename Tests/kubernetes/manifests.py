"""What kustomize makes of the folders under `kubernetes`, and how the tests ask about it."""

import functools
import pathlib
import re
import shutil
import subprocess
import tempfile
import textwrap

import yaml

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
VERSION = re.search(
    'static let version = "(.+)"', (REPOSITORY / "Sources/Gateway/Terrace.swift").read_text())[1]
# As it is in the name of a Job.
DASHED_VERSION = VERSION.replace(".", "-")


# The overlays of two dedicated tenants and what goes with them, as `terrace overlay` writes them.
TENANTS = HERE / "tenants"


def _copy(folder, cluster=HERE / "cluster", tenants=True):
    """A copy of the repository's `kubernetes`, without secrets, with two dedicated tenants, and for
    the cluster of these tests: what you make of kubernetes/cluster for your own is none of what they
    record."""
    secrets = REPOSITORY / "kubernetes/secrets"
    shutil.copytree(REPOSITORY / "kubernetes", folder, ignore=lambda path, names: [
        name for name in names
        if pathlib.Path(path) == REPOSITORY / "kubernetes" and name == "cluster"
        or pathlib.Path(path).parent == secrets and name != "kustomization.yaml"])
    shutil.copytree(cluster, folder / "cluster")
    if tenants:
        shutil.copytree(TENANTS, folder, dirs_exist_ok=True)


_FOLDER = tempfile.TemporaryDirectory(prefix="terrace-manifests.")
KUBERNETES = pathlib.Path(_FOLDER.name) / "kubernetes"
_copy(KUBERNETES)
# The same with the cluster that the repository's own folder is for.
YOUR_KUBERNETES = pathlib.Path(_FOLDER.name) / "yours/kubernetes"
_copy(YOUR_KUBERNETES, REPOSITORY / "kubernetes/cluster")
# Where the variants find it.
VARIANTS = pathlib.Path(_FOLDER.name) / "Tests/kubernetes/variants"
shutil.copytree(HERE / "variants", VARIANTS)
OVERLAYS = sorted(path for path in (KUBERNETES / "overlays").iterdir())
# Every overlay, and what the overlays do not use of the components.
KUSTOMIZATIONS = {path.name: path for path in OVERLAYS + sorted(VARIANTS.iterdir())}


def documentation():
    """The pages that tell their readers what to run."""
    named = (REPOSITORY / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md"))
    return [page for page in named if page.exists()] + sorted((REPOSITORY / "docs").rglob("*.md"))


def shell_blocks(text):
    """The blocks of commands in a page's text, in lists as well."""
    return [
        textwrap.dedent(block)
        for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.S | re.M)]


def documented_block(text):
    """The one block of commands in the documentation that has a text."""
    [block] = [
        block for page in documentation() for block in shell_blocks(page.read_text())
        if text in block]
    return block


def run(*command, **options):
    """Runs a command that must succeed, and returns what it prints."""
    result = subprocess.run(command, capture_output=True, text=True, **options)
    assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
    return result.stdout


@functools.cache
def render(path):
    """The YAML that `kubectl apply -k` would apply."""
    return run("kubectl", "kustomize", str(path))


@functools.cache
def objects(path):
    return [item for item in yaml.safe_load_all(render(path)) if item]


def find(items, kind, name=None):
    return [
        item for item in items
        if item["kind"] == kind and name in (None, item["metadata"]["name"])
    ]


def one(items, kind, name=None):
    found = find(items, kind, name)
    assert len(found) == 1, f"{kind} {name}: {len(found)} of them"
    return found[0]


def pod_specs(items):
    """The pods' specifications, by kind and name of what makes the pods."""
    return {
        (item["kind"], item["metadata"]["name"]): item["spec"]["template"]["spec"]
        for item in items
        if item["kind"] in ("Deployment", "StatefulSet", "Job")
    }


def settings(items, spec, container="terrace"):
    """The environment that a container is given, but for what the cluster fills in."""
    [container] = [
        c for c in spec["containers"] + spec.get("initContainers", []) if c["name"] == container
    ]
    values = {}
    for source in container.get("envFrom", []):
        values |= one(items, "ConfigMap", source["configMapRef"]["name"])["data"]
    return values | {v["name"]: v["value"] for v in container.get("env", []) if "value" in v}


def most_pods(items, deployment):
    """How many pods of a Deployment there can be at once, those that end among them: they have
    connections until they have ended."""
    spec = deployment["spec"]
    update, grace = (
        spec["strategy"]["rollingUpdate"], spec["template"]["spec"]["terminationGracePeriodSeconds"])
    [scaler] = find(items, "HorizontalPodAutoscaler", deployment["metadata"]["name"]) or [None]
    most = scaler["spec"]["maxReplicas"] if scaler else spec["replicas"]
    # A new pod counts as there only when what ended for it has ended: until then none of the old
    # ones is taken away.
    step = update["maxUnavailable"] + update["maxSurge"]
    ending = step if spec.get("minReadySeconds", 0) >= grace else most
    return most + update["maxSurge"] + ending + (taken_away(scaler["spec"], grace) if scaler else 0)


def taken_away(scaler, seconds):
    """How many pods an autoscaler may have taken away within so many seconds."""
    if scaler["minReplicas"] == scaler["maxReplicas"]:
        return 0
    match scaler["behavior"]["scaleDown"].get("policies"):
        case [{"type": "Pods", "value": value, "periodSeconds": period}] if period >= seconds:
            return value
    return scaler["maxReplicas"] - scaler["minReplicas"]


def copy(folder, tenants=True):
    """A copy of `kubernetes` and `scripts`, without secrets, to make some in; with overlays of
    dedicated tenants, or as the repository has it."""
    shutil.copytree(REPOSITORY / "scripts", folder / "scripts")
    shutil.copytree(TENANTS, folder / TENANTS.relative_to(REPOSITORY))
    _copy(folder / "kubernetes", tenants=tenants)
    return folder
