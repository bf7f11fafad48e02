"""Connections to Postgres: those of as many pods as there can be at once are reckoned with."""

import re

import pytest
from manifests import (
    KUBERNETES, KUSTOMIZATIONS, REPOSITORY, find, most_pods, objects, one, pod_specs, settings)

TENANTS = ["acme", "globex"]


def connections(items, deployment):
    """How many all pods of a Deployment open at once; each has one besides, to LISTEN. The init
    container has one, before its pod has others."""
    environment = settings(items, deployment["spec"]["template"]["spec"])
    return most_pods(items, deployment) * (int(environment["TERRACE_DATABASE_CONNECTIONS"]) + 1)


@pytest.mark.parametrize("path", KUSTOMIZATIONS.values(), ids=KUSTOMIZATIONS)
def test_connections_are_reckoned_for_as_many_pods_as_there_can_be(path):
    items = objects(path)
    for deployment in find(items, "Deployment"):
        environment = settings(items, deployment["spec"]["template"]["spec"])
        assert int(environment["TERRACE_REPLICAS"]) == most_pods(items, deployment)


@pytest.mark.parametrize("slug", TENANTS)
def test_a_tenants_login_has_connections_for_every_pod(slug):
    items = objects(KUBERNETES / "overlays" / slug)
    source = (REPOSITORY / "Sources/TenantRegistry/Credentials/CredentialSQL.swift").read_text()
    limit = int(re.search(r"connection limit (\d+)", source)[1])
    assert connections(items, one(items, "Deployment")) <= limit


def migration_connections():
    """Of one `terrace migrate`, and of the same as an operation of an admin process."""
    command = (REPOSITORY / "Sources/Gateway/Commands/MigrateCommand.swift").read_text()
    operation = (REPOSITORY / "Sources/TenantRegistry/Operations/FleetMigration.swift").read_text()
    assert "maximumConnections = 2 * parallel + 1" in command
    [parallel] = set(re.findall(r"var parallel = (\d+)", command))
    [few] = re.findall(r"static let parallel = (\d+)", operation)
    return 2 * int(parallel) + 1, 2 * int(few) + 1


def test_the_docs_say_how_many_connections_there_are():
    platform, acme = (objects(KUBERNETES / "overlays" / name) for name in ("platform", "acme"))
    expected = [
        (name, 1, number)
        for name, number in zip(("the migration", "a fleet's migration"), migration_connections())]
    for items, name, called in [
            (platform, "terrace", "the gateway"), (platform, "terrace-admin", "the admin"),
            (acme, "terrace", "a dedicated tenant")]:
        deployment = one(items, "Deployment", name)
        expected.append((called, most_pods(items, deployment), connections(items, deployment)))
    rows = re.findall(
        r"^\| (the gateway|the admin|the migration|a fleet's migration|a dedicated tenant) \|"
        r".* (\d+) \|.* (\d+) \|$",
        (REPOSITORY / "docs/reference/kubernetes.md").read_text(), re.MULTILINE)
    assert sorted((name, int(pods), int(number)) for name, pods, number in rows) == sorted(expected)


def test_the_laptops_database_has_room_for_all_of_them_and_both_demo_tenants():
    items = objects(KUBERNETES / "overlays/minikube")
    [container] = pod_specs(items)["StatefulSet", "postgres"]["containers"]
    [most] = re.findall(r"max_connections=(\d+)", " ".join(container["args"]))
    all_items = [items, *(objects(KUBERNETES / "overlays" / slug) for slug in TENANTS)]
    wanted = sum(migration_connections()) + sum(
        connections(items, deployment)
        for items in all_items for deployment in find(items, "Deployment"))
    # superuser_reserved_connections is 3.
    assert wanted <= int(most) - 3
