"""What `scripts/secrets` makes: all that is mounted, good for what it is, and rotated without a gap;
and what `scripts/prune` removes of it."""

import json
import os

import pytest
import yaml
from manifests import REPOSITORY, copy, find, pod_specs, render, run, settings


def make(root, *arguments):
    run(str(root / "scripts/secrets"), *arguments)
    return root / "kubernetes/secrets"


def verifies(secrets, authorities, purpose, certificate, name):
    try:
        run("openssl", "verify", "-CAfile", str(secrets / authorities), "-purpose", purpose,
            "-verify_hostname", name, str(secrets / certificate))
        return True
    except AssertionError:
        return False


@pytest.mark.parametrize("name", ["minikube", "platform"])
def test_scripts_secrets_makes_all_that_the_pods_mount(name, tmp_path):
    root = copy(tmp_path)
    if name == "platform":
        (root / "kubernetes/secrets/platform/database-ca.crt").write_text("an authority")
    make(root, name)
    items = list(yaml.safe_load_all(render(root / "kubernetes/secrets" / name)))
    made = {item["metadata"]["name"]: item["data"] for item in find(items, "Secret")}
    for spec in pod_specs(items).values():
        for volume in spec["volumes"]:
            if "secret" in volume:
                assert volume["secret"]["secretName"] in made
        for container in spec["containers"]:
            mounted = {
                mount["mountPath"]: volume["secret"]["secretName"]
                for mount in container["volumeMounts"] for volume in spec["volumes"]
                if volume["name"] == mount["name"] and "secret" in volume}
            for value in settings(items, spec, container["name"]).values():
                folder, _, file = value.rpartition("/")
                if folder in mounted:
                    assert file in made[mounted[folder]], value
    if name == "minikube":
        [ingress] = find(items, "Ingress")
        assert ingress["spec"]["tls"][0]["secretName"] in made


def test_a_new_secret_rolls_the_pods_that_mount_it_and_no_others(tmp_path):
    root = copy(tmp_path)
    make(root, "minikube")
    folder = root / "kubernetes/secrets/minikube"
    rendered = run("kubectl", "kustomize", str(folder))
    (folder / "admin-token").unlink()
    make(root, "minikube")
    again = run("kubectl", "kustomize", str(folder))
    before, after = (pod_specs([i for i in yaml.safe_load_all(t) if i]) for t in (rendered, again))
    assert [key for key in before if before[key] != after[key]] == [("Deployment", "terrace-admin")]


def test_the_laptops_certificates_are_good_for_what_they_are_and_nothing_else(tmp_path):
    root = copy(tmp_path)
    make(root, "minikube")
    secrets = make(root, "tenant", "tenant-acme", "acme")
    assert verifies(secrets, "minikube/tenants-ca.crt", "sslserver", "acme/tls.crt", "terrace.tenant-acme.svc")
    assert verifies(secrets, "acme/gateway-ca.crt", "sslclient", "minikube/upstream.crt", "terrace.terrace.svc")
    assert verifies(secrets, "minikube/database-ca.crt", "sslserver", "minikube/postgres.crt", "postgres.terrace.svc")
    # A tenant's certificate passes neither for the gateway's nor for another tenant's.
    assert not verifies(secrets, "acme/gateway-ca.crt", "sslclient", "acme/tls.crt", "terrace.tenant-acme.svc")
    assert not verifies(secrets, "minikube/tenants-ca.crt", "sslclient", "acme/tls.crt", "terrace.tenant-acme.svc")
    assert not verifies(secrets, "minikube/tenants-ca.crt", "sslserver", "acme/tls.crt", "terrace.tenant-globex.svc")


def test_git_ignores_every_secret(tmp_path):
    root = copy(tmp_path)
    make(root, "minikube")
    make(root, "tenant", "tenant-acme", "acme")
    run("git", "init", "-q", str(root))
    seen = run("git", "-C", str(root), "status", "--short", "-uall", "kubernetes/secrets")
    assert {line.rpartition("/")[2] for line in seen.splitlines()} == {
        ".gitignore", "kustomization.yaml"}


# A certificate of each authority, what it is for and whom, and the files of those that trust it.
ROTATIONS = {
    "tenants": ("acme/tls", "sslserver", "terrace.tenant-acme.svc", ["minikube/tenants-ca.crt"]),
    "gateway": ("minikube/upstream", "sslclient", "terrace.terrace.svc", ["acme/gateway-ca.crt"]),
    "admin": ("minikube/admin", "sslserver", "localhost", ["minikube/admin-ca.crt"]),
    "database": ("minikube/postgres", "sslserver", "postgres.terrace.svc", [
        "minikube/database-ca.crt", "acme/database-ca.crt"]),
}


@pytest.mark.parametrize("authority", ROTATIONS)
def test_a_new_authority_is_trusted_beside_the_old_one_until_that_is_removed(authority, tmp_path):
    certificate, purpose, name, trusting = ROTATIONS[authority]
    root = copy(tmp_path)

    def make_all():
        make(root, "minikube")
        return make(root, "tenant", "tenant-acme", "acme")

    def remove(*names):
        for file in names:
            (secrets / file).unlink()

    def trusted():
        return [
            {verifies(secrets, file, purpose, issued, name) for file in trusting}
            for issued in (old, f"{certificate}.crt")]

    secrets = make_all()
    old = (secrets / f"{certificate}.crt").rename(tmp_path / "old.crt")
    remove(f"ca/{authority}.crt", f"ca/{authority}.key")
    make_all()
    assert trusted() == [{True}, {True}]
    issuers = {
        run("openssl", "x509", "-noout", "-issuer", "-in", str(issued))
        for issued in (old, secrets / f"{certificate}.crt")}
    assert len(issuers) == 2
    both = {file: (secrets / file).read_bytes() for file in trusting}
    make_all()
    assert {file: (secrets / file).read_bytes() for file in trusting} == both
    # A tenant's has what its platform's has.
    for file in trusting:
        remove(file)
        make_all()
    assert trusted() == [{False}, {True}]


def test_what_an_operator_trusts_besides_stays_trusted(tmp_path):
    root = copy(tmp_path)
    secrets = make(root, "minikube")
    own = secrets / "minikube/tenants-ca.crt"
    ours, theirs = own.read_text(), (secrets / "ca/ingress.crt").read_text()
    # In front, with words of somebody's and an end of its own, as such files are.
    own.write_text(f"# another authority\r\n{theirs}{ours}".rstrip().replace("\n", "\r\n"))
    written = own.read_text()
    make(root, "minikube")
    assert own.read_text().rstrip() == written.rstrip()
    assert own.read_text().count("BEGIN CERTIFICATE") == 2
    own.write_text(theirs.rstrip())
    make(root, "minikube")
    assert own.read_text() == theirs + ours


def platforms(root):
    """Secrets of both platforms; the authority of each one's database."""
    secrets = make(root, "minikube")
    (secrets / "platform/database-ca.crt").write_text((secrets / "ca/ingress.crt").read_text())
    make(root, "platform")
    return {name: (secrets / name / "database-ca.crt").read_text() for name in ("minikube", "platform")}


@pytest.mark.parametrize("name", ["minikube", "platform"])
def test_a_tenant_trusts_the_database_of_the_platform_that_is_named(name, tmp_path):
    root = copy(tmp_path)
    authorities = platforms(root)
    make(root, "tenant", "tenant-acme", "acme", name)
    assert (root / "kubernetes/secrets/acme/database-ca.crt").read_text() == authorities[name]


@pytest.mark.parametrize("arguments, complaint", [
    ([], "say at the end which"), (["elsewhere"], "elsewhere/database-ca.crt is not here")])
def test_a_tenants_database_is_not_guessed(arguments, complaint, tmp_path):
    root = copy(tmp_path)
    platforms(root)
    with pytest.raises(AssertionError, match=complaint):
        make(root, "tenant", "tenant-acme", "acme", *arguments)
    assert not list((root / "kubernetes/secrets/acme").glob("*.crt"))


KUBECTL = """#!/usr/bin/env bash
[ "$1 $2" = "-n terrace" ] || exit 1
case "$3 $4" in
  "get secrets,configmaps") cat "$CLUSTER/names" ;;
  "get deployments"*) cat "$CLUSTER/users" ;;
  "delete "*) echo "$4/$5" >>"$CLUSTER/deleted" ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def versions(tmp_path):
    """Names of Secrets and ConfigMaps of a laptop's platform: of three versions, one after the other."""
    root = copy(tmp_path / "repository")
    folder = root / "kubernetes/secrets/minikube"
    versions = []
    for _ in range(3):
        make(root, "minikube")
        versions.append([i for i in yaml.safe_load_all(run("kubectl", "kustomize", str(folder))) if i])
        for path in ("admin-token", "master-key", "upstream.crt"):
            (folder / path).unlink()
    return versions


def names(items):
    return {f"{kind.lower()}/{item['metadata']['name']}"
            for kind in ("Secret", "ConfigMap") for item in find(items, kind)}


def prune(folder, objects, users, *options):
    """What the script removes in a cluster of these objects, and what it prints."""
    stub = folder / "bin/kubectl"
    stub.parent.mkdir(exist_ok=True)
    stub.write_text(KUBECTL)
    stub.chmod(0o755)
    (folder / "names").write_text("".join(f"{name}\n" for name in sorted(objects)))
    (folder / "users").write_text(json.dumps({"items": users}))
    (folder / "deleted").write_text("")
    printed = run(
        str(REPOSITORY / "scripts/prune"), "terrace", *options,
        env=os.environ | {"CLUSTER": str(folder), "PATH": f"{stub.parent}:{os.environ['PATH']}"})
    return set((folder / "deleted").read_text().split()), set(printed.split())


def test_what_no_version_names_that_one_could_go_back_to_is_removed(versions, tmp_path):
    first, second, third = versions
    others = {"secret/sh.helm.release.v1.terrace.v1", "secret/own-abcdefghij", "configmap/kube-root-ca.crt"}
    everything = set.union(others, *map(names, versions))
    replica_sets = [item | {"kind": "ReplicaSet"} for item in find(second, "Deployment")]
    removed, _ = prune(tmp_path, everything, third + replica_sets)
    assert removed == names(first) - names(second) - names(third)
    assert {name.rpartition("-")[0] for name in removed} == {
        "secret/terrace", "secret/terrace-admin", "secret/terrace-upstream-tls"}
    assert prune(tmp_path, everything, third + replica_sets, "--dry-run") == (set(), removed)
