"""What `scripts/deploy apply` says while it waits: why pods are not ready, as the cluster has it and
as it changes; that it ends once waiting does not help; and how to go back from an interrupt."""

import contextlib
import json
import os
import signal
import subprocess
import time

import pytest
from apiserver import api_server
from manifests import DASHED_VERSION, copy, run
from test_cloud import BOTH, IMAGE, cluster, undone, with_stub  # noqa: F401

JOB = f"terrace-migrate-{DASHED_VERSION}-0123456789ab"
WAITS = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "not ready"}


def pod(name, owner, phase="Pending", conditions=(WAITS,), **statuses):
    """A pod as a cluster has it, with its containers' states by their names."""
    def containers(names):
        return [
            {"name": name, "state": state, "lastState": last}
            for name, (state, last) in statuses.items() if name in names]

    kind, _, owner = owner.partition("/")
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {
            "name": name, "namespace": "terrace", "ownerReferences": [{"kind": kind, "name": owner}]},
        "status": {
            "phase": phase, "conditions": list(conditions),
            "initContainerStatuses": containers(("schema", "bootstrap")),
            "containerStatuses": containers(("terrace", "postgres"))}}


def waiting(reason, message=None, exit_code=None):
    """The state of a container, and the one before."""
    state = {"reason": reason} | ({"message": message} if message else {})
    return {"waiting": state}, {"terminated": {"exitCode": exit_code}} if exit_code is not None else {}


def event(number, pod, reason, message, type="Warning"):
    return {
        "apiVersion": "v1", "kind": "Event", "type": type, "reason": reason, "message": message,
        "metadata": {"name": f"{pod}.{number}", "namespace": "terrace"}, "involvedObject": {"name": pod}}


UNSCHEDULABLE = {
    "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes: cpu"}
CREATING = waiting("ContainerCreating")
STATES = {
    # What is said of it, and the pod.
    "a pod that no node has room for": (
        ["Unschedulable", '"0/1 nodes: cpu"'], pod("p", "Job/j", conditions=[WAITS, UNSCHEDULABLE])),
    "an image that is not there": (
        ["ErrImagePull", '"no such image: \\"localhost/terrace:nope\\""'], pod(
            "p", "Job/j", terrace=waiting("ErrImagePull", 'no such image: "localhost/terrace:nope"'))),
    "an image of an init container": (
        ["ImagePullBackOff", '"Back-off"'], pod(
            "p", "Job/j", bootstrap=waiting("ImagePullBackOff", "Back-off"),
            terrace=waiting("PodInitializing"))),
    "a key that a Secret lacks": (
        ["CreateContainerConfigError", '"no key"'],
        pod("p", "Job/j", terrace=waiting("CreateContainerConfigError", "no key"))),
    "a process that ends again and again": (
        ["CrashLoopBackOff", "terrace: exit code 78"], pod(
            "p", "Job/j", "Running", terrace=waiting("CrashLoopBackOff", "back-off 10s", 78))),
    "a process that has ended": (
        ["Error", "terrace: exit code 1"], pod(
            "p", "Job/j", "Running", terrace=({"terminated": {"exitCode": 1}}, {}))),
    "a Secret that is not there": (
        ["FailedMount", '"secret \\"s\\" not found\\nsince"'], pod("p", "Job/j", terrace=CREATING)),
    "a probe that fails": (
        ["FailedMount", '"secret \\"s\\" not found\\nsince"'],
        pod("p", "Job/j", "Running", terrace=({"running": {}}, {}))),
    "a pod whose Secret has come since": (None, pod("late", "Job/j", terrace=CREATING)),
    "a pod that goes": (None, pod("p", "Job/j", terrace=waiting("ErrImagePull", "no"))),
    "a pod that is made": (None, pod("fresh", "Job/j", terrace=CREATING)),
    "a pod that was never looked at": (None, pod("p", "Job/j", conditions=[])),
    "a pod that is ready": (None, pod("p", "Job/j", "Running", [WAITS | {"status": "True"}])),
    "a pod that is done": (None, pod("p", "Job/j", "Succeeded")),
    "a pod of another Job": (None, pod("p", "Job/another", terrace=waiting("ErrImagePull", "no"))),
}
STATES["a pod that goes"][1]["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
EVENTS = [
    event(1, "p", "FailedScheduling", "long ago"), event(2, "p", "Scheduled", "at last", "Normal"),
    event(3, "p", "FailedMount", 'secret "s" not found\nsince'),
    event(1, "late", "FailedMount", 'secret "s" not found'), event(2, "late", "Pulling", "now", "Normal")]


@contextlib.contextmanager
def serving(folder, items):
    with api_server(folder) as server:
        for item in items:
            path = f"/api/v1/namespaces/terrace/{item['kind'].lower()}s/{item['metadata']['name']}"
            server.objects[path] = item
        yield {**os.environ, **server.environment}


@pytest.mark.parametrize("state", STATES)
def test_why_a_pod_is_not_ready_is_said_in_the_clusters_words(state, tmp_path):
    words, item = STATES[state]
    root = copy(tmp_path / "repository")
    with serving(tmp_path / "server", [item, *EVENTS]) as environment:
        said = run(str(root / "scripts/waiting"), "terrace", "Job/j|Job/k", env=environment)
    assert said.splitlines() == (["\t".join(["Job/j", "p", *words])] if words else [])


@pytest.fixture
def checkout(tmp_path, cluster):  # noqa: F811
    """A copy of the repository whose pods wait as it is told: `rounds`, each the lines of one look."""
    root = copy(tmp_path / "repository")

    def checkout(*rounds, **files):
        for number, lines in enumerate(rounds):
            (tmp_path / f"cluster/round-{number}").write_text(
                "".join("\t".join(line) + "\n" for line in lines))
        (root / "scripts/waiting").write_text(
            '#!/bin/sh\ncd "$CLUSTER"\necho x >>rounds\nround=round-$(($(wc -l <rounds) - 1))\n'
            f'[ -e "$round" ] || round=round-{len(rounds) - 1}\ncat "$round"\n')
        return [str(root / "scripts/deploy"), "apply", files.pop("overlay", "platform"),
                files.pop("image", IMAGE)], cluster(**files)

    checkout.calls = cluster.calls
    return checkout


def sleeps(checkout):
    return sum(call.startswith("sleep") for call in checkout.calls())


def test_the_reasons_for_waiting_are_said_as_they_change(checkout):
    pod_of = lambda reason, words: (f"Job/{JOB}", f"{JOB}-x", reason, words)  # noqa: E731
    image = [pod_of("ErrImagePull", '"no"')], [pod_of("ImagePullBackOff", '"wait"')]
    command, environment = checkout(
        [pod_of("Unschedulable", '"0/1 nodes"')], [pod_of("Unschedulable", '"0/1 nodes"')], [],
        *image, *image, [pod_of("FailedMount", '"no secret"')], [], looks="9")
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stderr.splitlines() == [
        f'  {JOB}-x: Unschedulable: "0/1 nodes"', f'  {JOB}-x: ErrImagePull: "no"',
        f'  {JOB}-x: FailedMount: "no secret"']
    # What is waited for is said once, as well.
    assert result.stdout.count("not done yet") == 1


GATEWAY = "ReplicaSet/terrace-5d9c"
ENDS = {
    # What pods wait for, within how many looks that ends it, and what is advised.
    "an image that no registry has": (
        (f"Job/{JOB}", "p", "ImagePullBackOff", '"localhost/terrace:nope"'), 5, "minikube image load"),
    "an image that has no name": (("Job/j", "p", "InvalidImageName", '"Terrace"'), 5, "push it"),
    "an image of a registry": (
        (GATEWAY, "p", "ErrImagePull", '"registry.example/terrace"'), 61, "push it"),
    "a Secret that is not there": ((GATEWAY, "p", "FailedMount", '"no secret"'), 61, "scripts/secrets"),
    "a key that is not there": (
        (GATEWAY, "p", "CreateContainerConfigError", '"no key"'), 61, "scripts/secrets"),
    "a process that refuses its settings": (
        (GATEWAY, "p", "CrashLoopBackOff", "terrace: exit code 78"), 5,
        "kubectl -n terrace logs p --all-containers --previous"),
    "a process that ends again and again": (
        (GATEWAY, "p", "CrashLoopBackOff", "terrace: exit code 1"), 61,
        "kubectl -n terrace logs p --all-containers --previous"),
    "a pod that no node has room for": ((GATEWAY, "p", "Unschedulable", '"0/1"'), 121, "add a node"),
    "a StatefulSet's pod": (
        ("StatefulSet/postgres", "postgres-0", "FailedMount", '"no secret"'), 61,
        "kubectl -n terrace delete pod postgres-0"),
}


@pytest.mark.parametrize("reason", ENDS)
def test_what_does_not_get_better_ends_early_and_says_what_to_do(checkout, reason):
    line, looks, advice = ENDS[reason]
    command, environment = checkout([line], job="", revisions=BOTH, moved="Deployment/terrace")
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert f"{line[1]} will not start: " in result.stderr and advice in result.stderr
    assert sleeps(checkout) == looks - 1
    assert "rolling back" in result.stderr
    assert undone(checkout) == ["-n terrace rollout undo Deployment/terrace --to-revision=3"]


@pytest.mark.parametrize("line", [
    (f"Job/{JOB}", "p", "CrashLoopBackOff", "terrace: exit code 1"),
    (GATEWAY, "p", "Unhealthy", '"Readiness probe failed"')])
def test_what_may_get_better_is_waited_for_as_long_as_it_may_take(checkout, line):
    command, environment = checkout([line], looks="130")
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 0
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("moved, back", [
    ("Deployment/terrace", ["  kubectl -n terrace rollout undo Deployment/terrace --to-revision=3"]),
    ("", ["  (nothing has changed that ran before)"])])
def test_an_interrupt_says_how_to_go_back_and_changes_nothing(checkout, tmp_path, moved, back):
    command, environment = checkout([], job="", revisions=BOTH, moved=moved)
    # Until it is interrupted.
    with_stub(tmp_path / "bin", "sleep", ': >"$CLUSTER/sleeps"\nexec /bin/sleep 600')
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # A shell has what it starts in the background ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        while not (tmp_path / "cluster/sleeps").exists():
            assert process.poll() is None
            time.sleep(0.01)
        # As a terminal does: to all that run in it.
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130
    lines = said.splitlines()
    assert lines[0].startswith("scripts/deploy: interrupted. ")
    assert lines[1:] == back
    assert not undone(checkout)
    assert not list((tmp_path / "repository/kubernetes").glob(".release*"))


READY = {
    "Job": {"conditions": [{"type": "Complete", "status": "True"}]},
    "Deployment": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1},
    "StatefulSet": {
        "observedGeneration": 1, "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1,
        "currentRevision": "1", "updateRevision": "1"}}


def test_kubectl_says_of_what_is_ready_what_the_script_takes_for_it(tmp_path):
    root = copy(tmp_path / "repository")
    with api_server(tmp_path / "server") as server:
        server.statuses = READY
        real = run("bash", "-c", "command -v kubectl").strip()
        # There are no schemas to validate by.
        environment = with_stub(tmp_path / "bin", "kubectl", f"""
            [ "$1" = apply ] && set -- "$@" --validate=false
            exec {real} "$@"
            """) | server.environment
        result = subprocess.run(
            [str(root / "scripts/deploy"), "apply", "minikube", "localhost/terrace:1a2b3c4"],
            env=environment, capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, ""), result.stderr
        assert result.stdout.splitlines()[-2:] == [
            'deployment "terrace" successfully rolled out',
            "partitioned roll out complete: 1 new pods have been updated..."]
        assert json.loads(json.dumps(server.patches)) == []
