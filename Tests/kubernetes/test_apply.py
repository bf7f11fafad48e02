"""What `kubectl apply` finds to change: the real kubectl, against what an API server stores."""

import base64
import copy as copies
import os
import re
import subprocess

import pytest
import yaml
from apiserver import api_server
from manifests import (
    HERE, KUBERNETES, KUSTOMIZATIONS, REPOSITORY, copy, documented_block, find, objects, one, render,
    run)


@pytest.fixture
def server(tmp_path):
    with api_server(tmp_path / "server") as server:
        yield server


def kubectl(server, *arguments, **options):
    """Runs kubectl, which must succeed; returns the lines that it prints, and what it says besides."""
    result = subprocess.run(
        ["kubectl", *arguments], env={**os.environ, **server.environment}, capture_output=True,
        text=True, **options)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines(), result.stderr


def apply(server, stream):
    # There are no schemas to validate it against: test_overlays.py does.
    lines, said = kubectl(server, "apply", "--validate=false", "-f", "-", input=stream)
    assert not said
    return dict(line.rsplit(" ", 1) for line in lines)


IMAGE = "registry.example/terrace@sha256:" + "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """What people apply: overlays and variants, what has its Secrets from files, and the stream."""
    root = copy(tmp_path_factory.mktemp("repository"))
    secrets = root / "kubernetes/secrets"
    (secrets / "platform/database-ca.crt").write_text("an authority of several lines\n" * 40)
    run(str(root / "scripts/secrets"), "platform")
    run(str(root / "scripts/secrets"), "minikube")
    run(str(root / "scripts/secrets"), "tenant", "tenant-acme", "acme", "platform")
    for name in ("tenant-password", "tenant-key"):
        (secrets / "acme" / name).write_text(f"the {name} of acme, longer than a line of base64 is\n" * 2)
    return {
        **{name: render(path) for name, path in KUSTOMIZATIONS.items()},
        **{f"secrets/{name}": run(str(root / "scripts/deploy"), "render", name, IMAGE)
           for name in ("platform", "minikube", "acme")},
        **{f"kustomize/{name}": run("kubectl", "kustomize", str(secrets / name))
           for name in ("platform", "minikube", "acme")},
        "stream": (HERE / "golden/acme-stream.yaml").read_text()}


@pytest.mark.parametrize(
    "name", [*KUSTOMIZATIONS, "secrets/platform", "secrets/minikube", "secrets/acme", "stream"])
def test_what_has_not_changed_is_applied_as_unchanged(server, folders, name):
    assert set(apply(server, folders[name]).values()) == {"created"}
    before = copies.deepcopy(server.objects)
    again = apply(server, folders[name])
    # kubectl sends a budget's selector without comparing it (its patch strategy is `replace`).
    expected = {"poddisruptionbudget.policy/terrace"} & again.keys()
    assert {line for line, what in again.items() if what != "unchanged"} == expected, server.patches
    assert server.objects == before


def test_the_secrets_are_those_that_kustomize_makes(folders):
    """On one line, and otherwise as they are: ConfigMaps keep theirs."""
    for name in ("platform", "minikube", "acme"):
        stream = folders[f"secrets/{name}"]
        rendered, made = (
            [item for item in yaml.safe_load_all(text) if item["kind"] in ("Secret", "ConfigMap")]
            for text in (stream, folders[f"kustomize/{name}"]))
        for item in made:
            if item["kind"] == "Secret":
                item["data"] = {key: value.replace("\n", "") for key, value in item["data"].items()}
        assert len(made) > 2 and rendered == made


def test_an_overlay_that_is_applied_without_its_secrets_leaves_the_database_and_the_ingress_alone(
        server, folders):
    """A pod of a StatefulSet that waits for a Secret that is not there is replaced by no later apply."""
    apply(server, folders["kustomize/minikube"])
    found = apply(server, render(KUBERNETES / "overlays/minikube"))
    items = objects(KUBERNETES / "overlays/minikube")
    kept = {f"{kind.lower()}.{group}/{item['metadata']['name']}" for kind, group in (
        ("StatefulSet", "apps"), ("Ingress", "networking.k8s.io"), ("Job", "batch"))
        for item in find(items, kind)} | {"service/postgres"}
    assert len(kept) == 4
    assert {name: found[name] for name in kept} == dict.fromkeys(kept, "unchanged")


def test_secrets_that_keep_their_names_are_those_whose_users_read_them_anew(folders):
    items = [item for item in yaml.safe_load_all(folders["kustomize/minikube"]) if item]
    fixed = {item["metadata"]["name"] for item in find(items, "Secret")
             if not re.search("-[0-9a-z]{10}$", item["metadata"]["name"])}
    # A Job cannot change, and begins anew; the ingress controller watches; a container beside
    # Postgres has it reload its certificate; and its superuser's password is for a new database.
    assert fixed == {
        "terrace-migration", "terrace-bootstrap", "terrace-wildcard-tls", "postgres-tls", "postgres"}
    [container] = one(items, "StatefulSet")["spec"]["template"]["spec"]["initContainers"]
    assert container["restartPolicy"] == "Always"


def carry_out(server, folder, lines):
    """Runs commands of the documentation; returns what they print, and what they say besides."""
    (folder / "bin").mkdir(exist_ok=True)
    kubectl = folder / "bin/kubectl"
    real = run("bash", "-c", "command -v kubectl").strip()
    # There are no schemas to validate by; and a namespace that is not read from a file is sent as
    # Protobuf, which the server does not know.
    kubectl.write_text(f"""#!/bin/sh
        case "$1 $2" in
          apply*) exec {real} "$@" --validate=false ;;
          "create namespace") {real} "$@" --dry-run=client -o json | {real} create --validate=false -f - ;;
          *) exec {real} "$@" ;;
        esac
        """)
    kubectl.chmod(0o755)
    path = f"{kubectl.parent}:{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines], cwd=folder, capture_output=True, text=True,
        env={**os.environ, **server.environment, "PATH": path})
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines(), result.stderr


def test_the_stream_is_applied_without_a_warning_and_its_certificate_is_replaced(server, tmp_path):
    root = copy(tmp_path / "repository")
    lines = documented_block("terrace overlay acme --stdout")
    terrace = f"terrace() {{ cat {HERE}/golden/acme-stream.yaml; }}\n"
    make = [str(root / "scripts/secrets"), "tenant", "tenant-acme", "acme"]
    run(*make)
    output, said = carry_out(server, root, terrace + lines)
    assert said == ""
    assert "secret/terrace-public-tls created" in output and "deployment.apps/terrace created" in output
    assert "namespace/tenant-acme configured" in output  # It has got its labels.
    secrets = root / "kubernetes/secrets/acme"
    for name in ("tls.crt", "tls.key"):
        (secrets / name).unlink()
    run(*make)
    [replaced] = [
        line for line in lines.replace("\\\n", " ").splitlines() if " create secret " in line]
    assert carry_out(server, root, replaced) == (["secret/terrace-public-tls configured"], "")
    data = server.objects["/api/v1/namespaces/tenant-acme/secrets/terrace-public-tls"]["data"]
    assert base64.b64decode(data["tls.crt"]) == (secrets / "tls.crt").read_bytes()
    assert carry_out(server, root, replaced) == (["secret/terrace-public-tls unchanged"], "")


def test_the_wildcard_certificate_is_made_and_replaced_by_the_same_line(server, tmp_path):
    root = copy(tmp_path / "repository")
    lines = documented_block("create secret tls terrace-wildcard-tls")
    secrets = root / "kubernetes/secrets/minikube"
    for what in ("created", "configured"):
        for name in ("wildcard.crt", "wildcard.key"):
            (secrets / name).unlink(missing_ok=True)
        run(str(root / "scripts/secrets"), "minikube")
        (secrets / "wildcard.crt").rename(root / "fullchain.pem")
        (secrets / "wildcard.key").rename(root / "privkey.pem")
        assert carry_out(server, root, lines) == ([f"secret/terrace-wildcard-tls {what}"], "")
