"""`terrace overlay check`, of overlays as kubectl renders them, against a running admin endpoint."""

import subprocess
import sys

import pytest
import yaml
from manifests import REPOSITORY, copy, run

sys.path.append(str(REPOSITORY / "Tests/http"))
from processes import TERRACE, Server

AGREE = (0, "1 overlays agree with the registry.\n")


class Checkout:
    """The repository, with an overlay that the command wrote for one tenant, of `terrace dev`."""

    def __init__(self, root, server):
        self.root = root
        self.server = server
        self.overlay = root / "kubernetes/overlays/acme/kustomization.yaml"
        self.secrets = root / "kubernetes/secrets/acme"
        cluster = root / "kubernetes/cluster/cluster.env"
        cluster.write_text(cluster.read_text().replace("https:", "http:").replace(
            "finance.example", "localhost"))
        self.options = ["--server", server.admin, "--token-file", str(server.home / "admin-token")]
        self.git("init", "-q")
        self.git("add", "--all")
        self.git("-c", "user.name=You", "-c", "user.email=you@example.com", "commit", "-qm", "All")
        self.said = self.run("overlay", "acme")

    def git(self, *words):
        return run("git", "-C", str(self.root), *words)

    def run(self, *words):
        return run(*TERRACE, *words, *self.options, cwd=self.root)

    def check(self, *words):
        """What it ends with, what it prints, and what it says on standard error."""
        result = subprocess.run(
            [*TERRACE, "overlay", "check", *words, *self.options], cwd=self.root, capture_output=True,
            text=True)
        return result.returncode, result.stdout, result.stderr


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server")).run() as server:
        yield Checkout(copy(tmp_path_factory.mktemp("repository"), tenants=False), server)


@pytest.fixture
def checkout(written):
    files = {path: path.read_text() for path in (
        written.overlay, written.secrets / "kustomization.yaml")}
    yield written
    for path, text in files.items():
        path.write_text(text)


def test_an_overlay_as_it_was_written_agrees(checkout):
    code, output, said = checkout.check()
    assert (code, output) == AGREE
    assert "secrets/acme has no database-ca.crt, tls.crt, tls.key, gateway-ca.crt\n" in said


def test_an_overlay_as_it_was_written_changes_no_file_of_the_repository(checkout):
    assert checkout.git("status", "--porcelain", "-uall").splitlines() == [
        "?? kubernetes/overlays/acme/kustomization.yaml",
        "?? kubernetes/secrets/acme/kustomization.yaml"]


def test_an_overlay_is_applied_with_the_image_that_the_platform_runs(checkout):
    assert checkout.said.endswith('scripts/deploy apply acme "$image"\n')
    assert "kubectl apply -k" not in checkout.said


def patch(target, *operations):
    return {"target": target, "patch": yaml.safe_dump(list(operations))}


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


DEPLOYMENT = {"group": "apps", "version": "v1", "kind": "Deployment", "name": "terrace"}
CONTAINER = "/spec/template/spec/containers/0"
TENANT_ID = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: terrace
spec:
  template:
    spec:
      containers:
        - name: terrace
          env: [{name: TERRACE_TENANT_ID, value: another}]
"""
NAMESPACE = """
apiVersion: builtin
kind: NamespaceTransformer
metadata:
  name: namespace
  namespace: elsewhere
"""


@pytest.mark.parametrize("added, found", [
    ({"patches": [patch({"kind": "ConfigMap"}, replace("/data/TERRACE_TENANT_LOGIN", "another"))]},
     "acme: TERRACE_TENANT_LOGIN is another, whose credentials are none of the tenant's"),
    ({"patches": [patch({"kind": "ConfigMap"}, replace(
        "/data/TERRACE_PUBLIC_URL", "http://another.example"))]},
     "acme: the host is acme.another.example, and the registry has acme.localhost"),
    ({"patches": [patch({"kind": "ConfigMap"}, replace("/data/TERRACE_BASE_DOMAINS", "a, b"))]},
     "acme: its pods answer at acme.a, acme.b, and the registry has acme.localhost"),
    ({"patches": [patch({"kind": "Deployment"}, {
        "op": "add", "path": f"{CONTAINER}/envFrom/-", "value": {"secretRef": {"name": "more"}}})]},
     "acme: its pods take settings from the Secret more, which cannot be compared"),
    ({"patchesJson6902": [patch(DEPLOYMENT, {
        "op": "add", "path": f"{CONTAINER}/env/-", "value": {
            "name": "TERRACE_TENANT_LOGIN", "valueFrom": {
                "fieldRef": {"fieldPath": "metadata.name"}}}})]},
     "acme: TERRACE_TENANT_LOGIN is missing, whose credentials are none of the tenant's: "
     "terrace overlay acme\n"
     "acme: its pods take settings from elsewhere for TERRACE_TENANT_LOGIN, which cannot be compared"),
    ({"patchesStrategicMerge": [TENANT_ID]},
     "acme: TERRACE_TENANT_ID is another, and the registry has "),
    ({"replacements": [{
        "source": {"kind": "Namespace", "fieldPath": "metadata.name"},
        "targets": [{"select": {"kind": "ConfigMap"}, "fieldPaths": ["data.TERRACE_TENANT_LOGIN"]}]}]},
     "acme: TERRACE_TENANT_LOGIN is tenant-acme, whose credentials are none of the tenant's"),
    ({"transformers": [NAMESPACE]},
     "acme: namespace is elsewhere, and the registry has tenant-acme"),
], ids=lambda value: next(iter(value)) if isinstance(value, dict) else "")
def test_what_kustomize_makes_of_an_overlay_is_compared(checkout, added, found):
    with checkout.overlay.open("a") as file:
        yaml.safe_dump(added, file)
    code, output, _ = checkout.check()
    assert code == 1
    assert output.startswith(found) and len(output.splitlines()) == len(found.splitlines())


def test_a_patch_of_something_else_is_no_disagreement(checkout):
    with checkout.overlay.open("a") as file:
        yaml.safe_dump({"patches": [patch(
            {"kind": "Deployment"}, replace(f"{CONTAINER}/resources/limits/memory", "1Gi"))]}, file)
    assert checkout.check()[:2] == AGREE


def test_what_the_folder_of_its_secrets_adds_is_compared_once_that_would_be_applied(checkout):
    with (checkout.secrets / "kustomization.yaml").open("a") as file:
        yaml.safe_dump({"patches": [patch(
            {"kind": "ConfigMap"}, replace("/data/TERRACE_TENANT_LOGIN", "another"))]}, file)
    assert checkout.check()[:2] == AGREE
    files = [checkout.secrets / name for name in (
        "database-ca.crt", "tls.crt", "tls.key", "gateway-ca.crt")]
    for file in files:
        file.touch()
    code, output, said = checkout.check()
    for file in files:
        file.unlink()
    assert (code, said) == (1, "")
    assert output.startswith("acme: TERRACE_TENANT_LOGIN is another, ")


def test_a_comment_with_another_host_is_named(checkout):
    text = checkout.overlay.read_text()
    checkout.overlay.write_text(text.replace("//acme.localhost", "//acme.example"))
    assert checkout.check()[:2] == (
        1, "acme: the host is acme.example, and the registry has acme.localhost\n")


def test_a_link_in_a_comment_is_no_disagreement(checkout):
    with checkout.overlay.open("a") as file:
        file.write("# Why: https://kubectl.docs.kubernetes.io/references/kustomize\n")
    assert checkout.check()[:2] == AGREE


def test_an_overlay_that_does_not_render_is_named_and_the_others_are_compared(checkout):
    broken = checkout.root / "kubernetes/overlays/broken"
    broken.mkdir()
    (broken / "kustomization.yaml").write_text("patches: [{path: nowhere.yaml}]\n")
    checkout.overlay.write_text(
        checkout.overlay.read_text().replace("TERRACE_TENANT_ID=", "TERRACE_TENANT_ID=0"))
    code, output, said = checkout.check()
    (broken / "kustomization.yaml").unlink()
    broken.rmdir()
    assert code == 1
    first, second = output.splitlines()
    assert first == (
        "broken: the overlay cannot be compared: kubectl kustomize kubernetes/overlays/broken failed")
    assert second.startswith("acme: TERRACE_TENANT_ID is 0")
    assert "nowhere.yaml" in said


def test_an_overlay_without_a_tenant_and_a_tenant_without_an_overlay_are_named(checkout):
    checkout.overlay.rename(checkout.root / "aside")
    # It may have come by the stream.
    missing = "acme: the tenant has no overlay: terrace overlay acme\n"
    assert checkout.check() == (0, "0 overlays agree with the registry.\n", missing)
    assert checkout.check("--complete") == (1, missing, "")
    (checkout.root / "aside").rename(checkout.overlay)
    checkout.run("tenant", "move", "acme", "--to", "shared")
    assert checkout.check()[:2] == (1, "acme: the overlay has no dedicated tenant\n")
