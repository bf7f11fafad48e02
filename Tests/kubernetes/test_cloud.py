"""The workflows, the CloudFormation stack, and the scripts that they and people run."""

import os
import re

import pytest
import yaml
from manifests import REPOSITORY, find, one, run

WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
STACK = REPOSITORY / "deploy/aws/stack.yaml"
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = f"registry.example/terrace@{DIGEST}"

workflows = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


@workflows
def test_a_workflow_is_valid(path):
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path))


@workflows
def test_a_workflow_is_safe(path):
    run("zizmor", "--offline", "--quiet", str(path))


@workflows
def test_actions_are_pinned_by_commit_with_their_version(path):
    for line in path.read_text().splitlines():
        if "uses:" in line and "uses: ./" not in line:
            assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@workflows
def test_no_key_is_stored(path):
    assert "secrets." not in path.read_text()


def test_the_stack_is_valid():
    run("cfn-lint", str(STACK))


def test_the_stack_keeps_to_the_policies():
    run("checkov", "--skip-download", "--quiet", "--compact", "--framework", "cloudformation",
        "--file", str(STACK))


def with_stub(folder, name, script):
    """The environment in which `name` is a script; `$REAL` is what it stands in for."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/usr/bin/env bash\n" + script)
    (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(folder / "calls")}


def test_the_cluster_takes_the_stacks_outputs(tmp_path):
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's own tags as nothing in particular."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: suffix)
    outputs = yaml.load(STACK.read_text(), Loader)["Outputs"]
    lines = "".join(f"{name}\\t{name.lower()}-of-the-stack\\n" for name in outputs)
    environment = with_stub(tmp_path, "aws", f"printf '{lines}'")
    cluster = yaml.safe_load(
        run(str(REPOSITORY / "deploy/aws/cluster"), "terrace", env=environment))
    assert cluster["vpc"]["id"] == "vpcid-of-the-stack"
    assert cluster["vpc"]["subnets"]["private"]["zonea-of-the-stack"] == {
        "id": "privatea-of-the-stack"}
    environment = with_stub(tmp_path, "aws", "printf 'VpcId\\tvpc\\n'")
    with pytest.raises(AssertionError, match="lacks outputs"):
        run(str(REPOSITORY / "deploy/aws/cluster"), "terrace", env=environment)


def deploy(*arguments, **options):
    return run(str(REPOSITORY / "scripts/deploy"), *arguments, **options)


def test_a_release_names_its_image_by_digest_and_its_job_by_the_image():
    items = [item for item in yaml.safe_load_all(deploy("render", "platform", IMAGE)) if item]
    images = {
        container["image"] for item in find(items, "Deployment") + find(items, "Job")
        for container in item["spec"]["template"]["spec"]["containers"]}
    assert images == {IMAGE}
    assert one(items, "Job")["metadata"]["name"] == "terrace-migrate-0-1-0-0123456789ab"
    assert not list((REPOSITORY / "kubernetes").glob(".release*"))


@pytest.mark.parametrize("arguments", [
    ("apply", "nobody", IMAGE), ("apply", "platform", "registry.example/terrace:latest"),
    ("apply", "../secrets/acme", IMAGE), ("apply", "platform")])
def test_what_is_not_an_overlay_or_not_a_digest_is_refused(arguments):
    with pytest.raises(AssertionError, match="usage"):
        deploy(*arguments)


KUBECTL = """
[ "$1" = kustomize ] && exec "$REAL" "$@"
[ "$1" = apply ] && cat >/dev/null
echo "$*" >>"$CALLS"
case "$*" in $FAILS) exit 1 ;; esac
"""


@pytest.mark.parametrize("fails, undone", [
    ("nothing", False), ("*wait*job/terrace-migrate*", True), ("*rollout\\ status*admin*", True)])
def test_a_release_that_does_not_get_ready_is_rolled_back(fails, undone, tmp_path):
    real = run("bash", "-c", "command -v kubectl").strip()
    environment = with_stub(tmp_path, "kubectl", KUBECTL.replace("$FAILS", fails)) | {"REAL": real}
    try:
        deploy("apply", "platform", IMAGE, env=environment)
        failed = False
    except AssertionError:
        failed = True
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[:2] == [
        "apply -f -",
        "-n terrace wait --for=condition=complete --timeout=3600s "
        "job/terrace-migrate-0-1-0-0123456789ab"]
    assert failed == undone
    rolled_back = [call for call in calls if "rollout undo" in call]
    assert rolled_back == ([
        "-n terrace rollout undo Deployment/terrace",
        "-n terrace rollout undo Deployment/terrace-admin"] if undone else [])
