"""The workflows, the CloudFormation stack, and the scripts that they and people run."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import kubernetes_validate
import pytest
import yaml
from manifests import (
    DASHED_VERSION, KUBERNETES, KUSTOMIZATIONS, REPOSITORY, VERSION, copy, documented_block, find, objects,
    one, pod_specs, render, run, settings)

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


def workflow(name):
    """The jobs of a workflow."""
    return yaml.safe_load((REPOSITORY / ".github/workflows" / name).read_text())["jobs"]


def test_the_stack_is_valid():
    run("cfn-lint", str(STACK))


def test_the_stack_keeps_to_the_policies():
    run("checkov", "--skip-download", "--quiet", "--compact", "--framework", "cloudformation",
        "--file", str(STACK))


def with_stub(folder, name, script):
    """The environment in which `name` is a script; `$REAL` is what it stands in for."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("#!/usr/bin/env bash\n" + script)
    (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(folder / "calls")}


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's functions as pairs of their name and argument."""


def function(loader, name, node):
    if isinstance(node, yaml.SequenceNode):
        return name, loader.construct_sequence(node, deep=True)
    return name, loader.construct_scalar(node)


Loader.add_multi_constructor("!", function)
TEMPLATE = yaml.load(STACK.read_text(), Loader)
RESOURCES = TEMPLATE["Resources"]


def evaluate(value, parameters):
    """What CloudFormation makes of a text."""
    match value:
        case ("Ref", name):
            return parameters[name]
        case ("Split", [separator, text]):
            return evaluate(text, parameters).split(separator)
        case ("Select", [index, values]):
            return evaluate(values, parameters)[index]
        case ("Sub", [text, names]):
            parameters = parameters | {
                name: evaluate(value, parameters) for name, value in names.items()}
            return evaluate(("Sub", text), parameters)
        case ("Sub", text):
            return re.sub(r"\$\{(\w+)\}", lambda match: parameters[match[1]], text)
    return value


def test_ec2_takes_what_describes_the_security_groups():
    texts = []
    for resource in RESOURCES.values():
        if resource["Type"].startswith("AWS::EC2::SecurityGroup"):
            properties = resource["Properties"]
            rules = [*properties.get("SecurityGroupIngress", []),
                     *properties.get("SecurityGroupEgress", []), properties]
            texts += [rule[key] for rule in rules for key in ("GroupDescription", "Description") if key in rule]
    assert len(texts) > 4
    for text in texts:
        assert re.fullmatch(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", text), text


@pytest.mark.parametrize("role, environment", [
    ("PublishRole", "registry"), ("PreviewRole", "preview"), ("DeployRole", "production")])
def test_a_role_is_for_one_repository_and_environment_in_both_forms_of_its_name(role, environment):
    parameters = {
        "GitHubRepository": "you/terrace", "GitHubOwnerId": "123", "GitHubRepositoryId": "456"}
    assert parameters.keys() <= TEMPLATE["Parameters"].keys()
    [statement] = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"].keys() == {"StringEquals"}
    issuer = "token.actions.githubusercontent.com"
    condition = statement["Condition"]["StringEquals"]
    assert condition[f"{issuer}:aud"] == "sts.amazonaws.com"
    assert [evaluate(text, parameters) for text in condition[f"{issuer}:sub"]] == [
        f"repo:you/terrace:environment:{environment}",
        f"repo:you@123/terrace@456:environment:{environment}"]


def test_the_workflows_run_in_the_environments_that_the_roles_are_for():
    roles = {"registry": "PUBLISH", "preview": "PREVIEW", "production": "DEPLOY"}
    found = set()
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            for step in job.get("steps", []):
                if role := step.get("with", {}).get("role-to-assume"):
                    assert role == f"${{{{ vars.AWS_{roles[job['environment']]}_ROLE }}}}"
                    found.add(job["environment"])
    assert found == roles.keys()


def test_a_deployment_may_take_as_long_as_its_role_is_lent():
    [step] = [
        step for step in workflow("deploy_to_eks.yml")["deploy"]["steps"]
        if "role-to-assume" in step.get("with", {})]
    lent = step["with"]["role-duration-seconds"]
    assert workflow("deploy_to_eks.yml")["deploy"]["timeout-minutes"] * 60 <= lent
    assert lent <= RESOURCES["DeployRole"]["Properties"]["MaxSessionDuration"]


def test_every_network_lies_in_a_zone_that_was_chosen():
    assert TEMPLATE["Parameters"]["Zones"]["Type"] == "List<AWS::EC2::AvailabilityZone::Name>"
    for name, resource in RESOURCES.items():
        if resource["Type"] == "AWS::EC2::Subnet":
            zone = evaluate(resource["Properties"]["AvailabilityZone"], {"Zones": ["A", "B", "C"]})
            assert zone == name[-1]


PREVIEW = [
    item for item in yaml.safe_load_all((REPOSITORY / "deploy/aws/preview.yaml").read_text())]


def test_the_preview_is_valid_and_one_group_throughout():
    for item in PREVIEW:
        kubernetes_validate.validate(item, "1.37", strict=True)
    cluster = yaml.safe_load((REPOSITORY / "deploy/aws/cluster.yaml").read_text())
    [entry] = [
        entry for entry in cluster["accessConfig"]["accessEntries"]
        if entry["principalARN"] == "${PreviewRole}"]
    # What an access policy of EKS's allows, no policy of ours refuses.
    assert entry.keys() == {"principalARN", "kubernetesGroups"}
    assert entry["kubernetesGroups"] == ["terrace-preview"]
    assert one(PREVIEW, "ClusterRoleBinding")["subjects"] == [
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "terrace-preview"}]


def plural(kind):
    kind = re.sub("([^aeiou])y$", r"\1ie", kind)
    return kind + ("es" if kind.endswith("s") else "s")


def test_the_preview_may_try_every_kind_of_object_and_read_no_secret():
    rules = one(PREVIEW, "ClusterRole")["rules"]
    allowed = {(group, kind) for rule in rules for group in rule["apiGroups"] for kind in rule["resources"]}
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "create", "patch"}
    needed = set()
    for name, path in KUSTOMIZATIONS.items():
        # A laptop's, which no workflow deploys to.
        for item in objects(path) if name != "minikube" else []:
            group = item["apiVersion"].rpartition("/")[0]
            needed.add((group, plural(item["kind"].lower())))
    assert allowed == needed


def test_the_preview_changes_nothing():
    spec = one(PREVIEW, "ValidatingAdmissionPolicy")["spec"]
    assert spec["failurePolicy"] == "Fail"
    assert spec["matchConstraints"] == {"resourceRules": [{
        "apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}]}
    assert [check["expression"] for check in spec["validations"]] == [
        "has(request.dryRun) && request.dryRun"]
    [condition] = spec["matchConditions"]
    assert condition["expression"].endswith("&& 'terrace-preview' in request.userInfo.groups")
    binding = one(PREVIEW, "ValidatingAdmissionPolicyBinding")["spec"]
    assert binding == {"policyName": "terrace-preview", "validationActions": ["Deny"]}


def test_the_load_balancer_for_either_controller_leaves_clients_their_addresses():
    nlb = {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}
    folder = REPOSITORY / "deploy/aws"
    service = yaml.safe_load((folder / "ingress-nginx.yaml").read_text())["controller"]["service"]
    assert service == {"externalTrafficPolicy": "Local", "annotations": nlb}
    proxy, made = yaml.safe_load_all((folder / "envoy-gateway.yaml").read_text())
    assert proxy["spec"]["provider"]["kubernetes"]["envoyService"]["annotations"] == nlb
    parameters = made["spec"].pop("parametersRef")
    assert parameters == {
        "group": proxy["apiVersion"].partition("/")[0], "kind": proxy["kind"], **proxy["metadata"]}
    assert made == yaml.safe_load(
        (REPOSITORY / "kubernetes/components/gateway-api/gatewayclass.yaml").read_text())


def test_the_cluster_takes_the_stacks_outputs(tmp_path):
    outputs = TEMPLATE["Outputs"]
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


# A registry whose tags cannot change, as files of CALLS's folder that hold digests; it says that a
# tag is not found, or with the file `down` that it is. What is built twice has two digests.
DOCKER = r"""
echo "docker $*" >>"$CALLS"
cd "$(dirname "$CALLS")" && mkdir -p tags
put() { # TAG DIGEST
  [ ! -e "tags/$1" ] || { echo "tag $1 is immutable" >&2; exit 1; }
  echo "$2" >"tags/$1"
}
case "$*" in
  "buildx imagetools inspect "*)
    [ ! -e down ] || { echo "ERROR: 503" >&2; exit 1; }
    case "$*" in *Manifests*) echo "sha256:amd64 sha256:arm64 "; exit ;; esac
    cat "tags/${4##*:}" 2>/dev/null || { echo "ERROR: $4: not found" >&2; exit 1; } ;;
  "buildx imagetools create "*)
    case "$6" in
      *@*) put "${5##*:}" "${6##*@}" ;;
      *) put "${5##*:}" "sha256:$(cat "tags/${6##*:}" "tags/${7##*:}" | cksum | cut -d ' ' -f 1)" ;;
    esac ;;
  "built "*) put "${2##*:}" "sha256:build-$(grep -c "docker built" "$CALLS")" ;;
esac
"""
COSIGN = r"""
echo "cosign $*" >>"$CALLS"
cd "$(dirname "$CALLS")" && touch signed
for name; do case "$name" in *@sha256:*) image=$name ;; esac; done
case "$1" in
  verify) grep -qx "$image" signed ;;
  sign) ! grep -qx "$image" signed && echo "$image" >>signed ;;
esac
"""


class Publishing:
    """The steps of publish_image_to_ecr.yml, run as GitHub runs them."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = with_stub(folder, "docker", DOCKER)
        with_stub(folder, "cosign", COSIGN)
        (folder / "scripts").mkdir()
        (folder / "scripts/image").write_text('#!/bin/sh\ndocker built "$4"\n')
        (folder / "scripts/image").chmod(0o755)

    def step(self, job, name, **variables):
        [step] = [
            step for step in workflow("publish_image_to_ecr.yml")[job]["steps"]
            if step.get("name") == name]
        output = self.folder / "output"
        output.write_text("")
        run("bash", "-e", "-c", step["run"], cwd=self.folder, env=self.environment | {
            "REPOSITORY": "registry.example/terrace", "GITHUB_SHA": "abc", "GITHUB_REF_TYPE": "branch",
            "GITHUB_REPOSITORY": "you/terrace", "GITHUB_REF_NAME": "main",
            "GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(self.folder), **variables})
        return output.read_text().strip()

    def publish(self, **variables):
        for architecture in ("amd64", "arm64"):
            self.step(
                "build", "Build and push, unless it is there",
                IMAGE=f"registry.example/terrace:abc-{architecture}")
        image = self.step("sign", "One image of both", **variables).removeprefix("image=")
        self.step("sign", "Sign what is not signed yet", IMAGE=image)
        return image

    def tags(self):
        return {path.name: path.read_text().strip() for path in (self.folder / "tags").iterdir()}

    def signed(self):
        return (self.folder / "signed").read_text().splitlines()


@pytest.fixture
def publishing(tmp_path):
    return Publishing(tmp_path / "registry")


def test_a_commit_is_published_once_however_often_it_is_asked_for(publishing):
    image = publishing.publish()
    assert image == "registry.example/terrace@" + publishing.tags()["abc"]
    signed = publishing.signed()
    assert signed == [image, *(f"registry.example/terrace@sha256:{a}" for a in ("amd64", "arm64"))]
    assert publishing.publish() == image
    assert publishing.signed() == signed
    assert publishing.tags().keys() == {"abc", "abc-amd64", "abc-arm64"}


def test_a_release_of_a_commit_that_was_published_is_another_tag_of_it(publishing):
    image = publishing.publish()
    release = {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0.0"}
    assert publishing.publish(**release) == image
    assert publishing.publish(**release) == image
    assert "registry.example/terrace@" + publishing.tags()["v1.0.0"] == image
    with pytest.raises(AssertionError, match="another commit"):
        (publishing.folder / "tags/v1.0.0").write_text("sha256:another")
        publishing.publish(**release)


def test_what_one_try_has_not_done_the_next_one_does(publishing):
    publishing.step(
        "build", "Build and push, unless it is there", IMAGE="registry.example/terrace:abc-arm64")
    half = publishing.tags()["abc-arm64"]
    image = publishing.publish()
    assert publishing.tags()["abc-arm64"] == half
    (publishing.folder / "signed").write_text(image + "\n")
    publishing.publish()
    assert len(publishing.signed()) == 3


@pytest.mark.parametrize("job, step", [
    ("build", "Build and push, unless it is there"), ("sign", "One image of both")])
def test_a_registry_that_does_not_answer_is_not_taken_for_an_empty_one(publishing, job, step):
    (publishing.folder / "down").touch()
    with pytest.raises(AssertionError, match="503"):
        publishing.step(job, step, IMAGE="registry.example/terrace:abc-amd64")


def test_the_difference_is_shown_before_anybody_is_asked_to_approve():
    jobs = workflow("deploy_to_eks.yml")
    assert "preview" in jobs["deploy"]["needs"] and jobs["deploy"]["environment"] == "production"
    assert jobs["preview"]["environment"] == "preview"
    assert "scripts/deploy diff" in jobs["preview"]["steps"][-1]["run"]
    assert jobs["deploy"]["if"] == "inputs.apply"


def test_the_tests_have_the_rights_in_ci_that_they_need():
    container = workflow("ci.yml")["test"]["container"]
    assert "--privileged" in container["options"].split()


# What a stack has for outputs, its database's master secret, and a Secrets Manager of files.
AWS = r"""
echo "aws $*" >>"$CALLS"
store=$(dirname "$CALLS")/store && mkdir -p "$store"
entry=$store/$(printf '%s' "$4" | tr / _)
case "$*" in
  *"OutputKey=='"*) all=$*; name=${all##*OutputKey==\'}; echo "the-${name%%\'*}" ;;
  "secretsmanager get-secret-value --secret-id the-DatabaseSecret "*)
    echo '{"username":"postgres","password":"a \"password\""}' ;;
  *" describe-secret "*)
    [ ! -e "$store/denied" ] || { echo AccessDeniedException >&2; exit 254; }
    [ -e "$entry" ] || { echo "An error occurred (ResourceNotFoundException)" >&2; exit 254; } ;;
  *" put-secret-value "*) [ -e "$entry" ] && cat "${6#file://}" >"$entry" ;;
  *" create-secret "*) [ ! -e "$entry" ] && [ "$6" = the-KeyArn ] && cat "${8#file://}" >"$entry" ;;
  *) exit 2 ;;
esac
"""


@pytest.fixture
def aws(tmp_path):
    """A copy of the repository with the platform's secrets, and an account that `aws` asks."""
    root = copy(tmp_path / "repository")
    shutil.copytree(REPOSITORY / "deploy", root / "deploy")
    (root / "kubernetes/secrets/platform/database-ca.crt").write_text("an authority")
    run(str(root / "scripts/secrets"), "platform")
    return root, with_stub(tmp_path / "bin", "aws", AWS)


def test_the_store_has_what_the_overlays_pods_are_given_from_files(aws, tmp_path):
    root, environment = aws
    secrets = root / "kubernetes/secrets/platform"
    for name in ("wildcard.crt", "wildcard.key"):
        (secrets / name).write_text(name)
    for _ in range(2):
        run(str(root / "deploy/aws/secrets"), "terrace", env=environment)
        made = {
            re.sub("-[0-9a-z]{10}$", "", item["metadata"]["name"]): {
                key: base64.b64decode(value).decode() for key, value in item["data"].items()}
            for item in find(list(yaml.safe_load_all(render(secrets))), "Secret")}
        made["terrace-wildcard-tls"] = {"tls.crt": "wildcard.crt", "tls.key": "wildcard.key"}
        wanted = {
            item["spec"]["dataFrom"][0]["extract"]["key"]: made[item["spec"]["target"]["name"]]
            for item in find(objects(KUSTOMIZATIONS["external-secrets"]), "ExternalSecret")}
        store = tmp_path / "bin/store"
        assert wanted == {
            path.name.replace("_", "/"): json.loads(path.read_text()) for path in store.iterdir()}
        # Again, with a token that is another.
        (secrets / "admin-token").write_text("another token")
        render.cache_clear()


def test_what_the_store_would_not_take_is_refused_with_the_reason(aws, tmp_path):
    root, environment = aws
    (root / "kubernetes/secrets/platform/database-ca.crt").write_text("an authority" * 10_000)
    with pytest.raises(AssertionError, match="64 KB.*one region"):
        run(str(root / "deploy/aws/secrets"), "terrace", env=environment)
    (tmp_path / "bin/store/denied").touch()
    (root / "kubernetes/secrets/platform/database-ca.crt").write_text("an authority")
    with pytest.raises(AssertionError, match="AccessDenied"):
        run(str(root / "deploy/aws/secrets"), "terrace", env=environment)


BOOTSTRAP_KUBECTL = r"""
echo "$*" >>"$CALLS"
case "$*" in
  "apply -f -") cat >"$(dirname "$CALLS")/job" ;;
  *" create secret "*) for file; do [ ! -f "$file" ] || cp "$file" "$(dirname "$CALLS")"; done ;;
  *" get pods "*)
    printf 'pod\tJob/terrace-bootstrap\tp\tPending\nReady\tFalse\t\t\nwaiting\tErrImagePull\tno\n' ;;
  *" get job/"*)
    # Not at the first look.
    if [ -e "$CALLS.looked" ]; then echo "$ENDS"; else touch "$CALLS.looked"; fi ;;
esac
"""


@pytest.mark.parametrize("ends", ["SuccessCriteriaMet Complete", "FailureTarget Failed"])
def test_the_database_is_prepared_from_within_the_cluster(aws, tmp_path, ends):
    root, environment = aws
    folder = tmp_path / "bin"
    with_stub(folder, "kubectl", BOOTSTRAP_KUBECTL)
    with_stub(folder, "sleep", "")
    result = subprocess.run(
        [str(root / "deploy/aws/bootstrap"), "terrace", IMAGE], env=environment | {"ENDS": ends},
        capture_output=True, text=True)
    assert (result.returncode == 0) == ("Complete" in ends), result.stderr
    # Why its pod waits, once for as long as it is the same.
    assert result.stderr == "Job/terrace-bootstrap\tp\tErrImagePull\tno\n"
    assert (folder / "superuser-password").read_text() == 'a "password"'
    for name in ("owner-password", "reader-password", "database-ca.crt"):
        assert (folder / name).read_text() == (
            root / "kubernetes/secrets/platform" / name).read_text()
    calls = (folder / "calls").read_text().splitlines()
    # No trace of the master's password is left, neither in the cluster nor in what commands were given.
    assert calls[-1] == "-n terrace delete job/terrace-bootstrap secret/terrace-bootstrap --ignore-not-found"
    assert not [call for call in calls if "password\"" in call]
    job = yaml.safe_load((folder / "job").read_text())
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert container["image"] == IMAGE
    assert settings([], job["spec"]["template"]["spec"])["TERRACE_DATABASE_HOST"] == "the-DatabaseHost"


def test_the_job_that_prepares_the_database_is_valid_and_keeps_to_the_policies(tmp_path):
    text = (REPOSITORY / "deploy/aws/bootstrap.yaml").read_text()
    job = yaml.safe_load(text.replace("${Image}", IMAGE))
    kubernetes_validate.validate(job, "1.37", strict=True)
    # With the policies of the namespace that it is in.
    (tmp_path / "job.yaml").write_text(
        f"{yaml.safe_dump(job)}---\n{render(KUBERNETES / 'overlays/platform')}")
    run("checkov", "--config-file", str(REPOSITORY / "Tests/kubernetes/checkov.yaml"),
        "--file", str(tmp_path / "job.yaml"))
    # Confined like the platform's own Job, as its namespace demands.
    pods = [pod_specs(items)["Job", name] for items, name in (
        ([job], "terrace-bootstrap"),
        (objects(KUBERNETES / "overlays/platform"), f"terrace-migrate-{DASHED_VERSION}"))]
    assert pods[0]["securityContext"] == pods[1]["securityContext"]
    assert pods[0]["containers"][0]["securityContext"] == pods[1]["containers"][0]["securityContext"]


def test_the_policies_let_the_job_reach_the_database_and_dns_and_no_service_leads_to_it():
    items = objects(KUBERNETES / "overlays/platform")
    labels = yaml.safe_load((REPOSITORY / "deploy/aws/bootstrap.yaml").read_text())[
        "spec"]["template"]["metadata"]["labels"].items()
    egress = [
        policy["metadata"]["name"] for policy in find(items, "NetworkPolicy")
        if policy["spec"]["podSelector"].get("matchLabels", {}).items() <= labels
        and "egress" in policy["spec"]]
    assert sorted(egress) == ["to-dns", "to-postgres"]
    assert not [s for s in find(items, "Service") if s["spec"]["selector"].items() <= labels]


# With overlays of tenants.
CHECKOUT = tempfile.TemporaryDirectory(prefix="terrace-checkout.")
ROOT = copy(pathlib.Path(CHECKOUT.name))


def deploy(*arguments, **options):
    return run(str(ROOT / "scripts/deploy"), *arguments, **options)


# What `git rev-parse --short` may say, which is a number to YAML; and a release.
TAGS = {"12e4567": "12e4567", "0.9.0": "0-9-0"}


@pytest.mark.parametrize("tag", TAGS)
def test_on_a_laptop_each_build_has_a_tag_and_is_migrated_to_by_a_job_of_its_own(tag):
    image = f"localhost/terrace:{tag}"
    items = [item for item in yaml.safe_load_all(deploy("render", "minikube", image)) if item]
    pods = pod_specs(items)
    assert {container["image"] for (_, name), pod in pods.items() if name.startswith("terrace")
            for container in pod["containers"] + pod.get("initContainers", [])} == {image}
    assert {item["metadata"]["name"] for item in find(items, "Job")} == {
        f"terrace-migrate-{DASHED_VERSION}-{TAGS[tag]}"}
    assert settings(items, pods["Deployment", "terrace-admin"])["TERRACE_MANIFEST_IMAGE"] == image
    for job in find(items, "Job"):
        kubernetes_validate.validate(job, "1.37", strict=True)


def test_a_build_of_a_laptop_is_migrated_to_and_waited_for(cluster):
    deploy("apply", "minikube", "localhost/terrace:1a2b3c4", env=cluster())
    job = f"-n terrace get Job/terrace-migrate-{DASHED_VERSION}-1a2b3c4 "
    assert [call for call in cluster.calls() if call.startswith(job)]
    assert [call.split()[4] for call in cluster.calls() if " rollout status " in call] == [
        "Deployment/terrace", "Deployment/terrace-admin", "StatefulSet/postgres"]


def on_a_laptop(cluster, folder, start):
    """Carries out the lines of the documentation that have a text, and returns the commands that ran."""
    lines = documented_block(start)
    root, environment = copy(folder / "repository"), cluster()
    with_stub(folder / "bin", "git", '[ "$1" = pull ] || { [ "$1" = rev-parse ] && echo 1a2b3c4; }')
    with_stub(folder / "bin", "minikube", 'echo "minikube $*" >>"$CALLS"')
    (root / "scripts/image").write_text('echo "scripts/image $*" >>"$CALLS"\n')
    run("bash", "-e", "-c", lines, cwd=root, env=environment)
    return cluster.calls()


def test_a_laptop_is_begun_by_the_lines_of_the_documentation(cluster, tmp_path):
    calls = on_a_laptop(cluster, tmp_path, "minikube start")
    assert f"minikube image load localhost/terrace:{VERSION}" in calls
    assert any(f"terrace-migrate-{DASHED_VERSION}-{DASHED_VERSION}" in call for call in calls)
    assert "rollout status" in calls[-1]


def test_a_laptop_is_upgraded_by_the_lines_of_the_documentation(cluster, tmp_path):
    calls = on_a_laptop(cluster, tmp_path, "git pull")
    assert calls[:2] == [
        "scripts/image --builder docker --tag localhost/terrace:1a2b3c4",
        "minikube image load localhost/terrace:1a2b3c4"]
    assert any(f"terrace-migrate-{DASHED_VERSION}-1a2b3c4" in call for call in calls)
    assert "rollout status" in calls[-1]


def test_a_release_names_its_image_by_digest_and_its_job_by_the_image():
    items = [item for item in yaml.safe_load_all(deploy("render", "platform", IMAGE)) if item]
    images = {
        container["image"] for item in find(items, "Deployment") + find(items, "Job")
        for container in item["spec"]["template"]["spec"]["containers"]}
    assert images == {IMAGE}
    assert one(items, "Job")["metadata"]["name"] == f"terrace-migrate-{DASHED_VERSION}-0123456789ab"
    assert not list((ROOT / "kubernetes").glob(".release*"))


def test_a_release_tells_the_admin_that_dedicated_tenants_run_the_same_image():
    items = [item for item in yaml.safe_load_all(deploy("render", "platform", IMAGE)) if item]
    admin = pod_specs(items)["Deployment", "terrace-admin"]
    assert settings(items, admin)["TERRACE_MANIFEST_IMAGE"] == IMAGE


def test_a_dedicated_tenants_release_has_the_image_too():
    items = [item for item in yaml.safe_load_all(deploy("render", "acme", IMAGE)) if item]
    assert {container["image"] for container in pod_specs(items)["Deployment", "terrace"][
        "containers"]} == {IMAGE}


def test_an_overlay_that_takes_its_secrets_from_a_store_is_applied_without_the_files(aws):
    root, _ = aws

    def mounted():
        items = [item for item in yaml.safe_load_all(
            run(str(root / "scripts/deploy"), "render", "platform", IMAGE)) if item]
        return find(items, "Secret"), {
            volume["secret"]["secretName"] for pod in pod_specs(items).values()
            for volume in pod["volumes"]}

    secrets, names = mounted()
    assert secrets and "terrace" not in names
    overlay = root / "kubernetes/overlays/platform/kustomization.yaml"
    overlay.write_text(overlay.read_text() + "  - ../../components/external-secrets/platform\n")
    secrets, names = mounted()
    assert not secrets and {"terrace", "terrace-admin", "terrace-migration"} <= names


@pytest.mark.parametrize("arguments", [
    ("apply", "nobody", IMAGE), ("apply", "platform", "registry.example/terrace:1.0.0"),
    ("apply", "minikube", "localhost/terrace:latest"), ("apply", "minikube", "localhost/terrace"),
    ("apply", "minikube", "localhost/terrace:" + 31 * "a"),
    ("apply", "../secrets/acme", IMAGE), ("apply", "platform")])
def test_what_is_not_an_overlay_or_not_one_image_is_refused(arguments):
    with pytest.raises(AssertionError, match="usage"):
        deploy(*arguments)


def test_pods_wait_longer_for_a_migration_than_it_may_take():
    items = objects(KUBERNETES / "overlays/platform")
    longest = one(items, "Job")["spec"]["activeDeadlineSeconds"]
    for deployment in find(items, "Deployment"):
        assert deployment["spec"]["progressDeadlineSeconds"] >= longest + 600


def test_a_release_is_waited_for_as_long_as_its_pods_may_take_one_by_one():
    [waits] = re.findall(r"until_done (\d+) rolled_out", (REPOSITORY / "scripts/deploy").read_text())
    for overlay in ("platform", "acme"):
        items = objects(KUBERNETES / "overlays" / overlay)
        for deployment in find(items, "Deployment"):
            spec = deployment["spec"]
            scalers = find(items, "HorizontalPodAutoscaler", deployment["metadata"]["name"])
            pods = scalers[0]["spec"]["maxReplicas"] if scalers else spec["replicas"]
            probe = spec["template"]["spec"]["containers"][0]["startupProbe"]
            each = probe["periodSeconds"] * probe["failureThreshold"] + spec["minReadySeconds"]
            assert pods * each <= int(waits)


# A cluster of which CLUSTER, a folder, holds what the tests set: `failed` and `complete` are what
# ends a Job, after `looks` more looks at it; `namespaces` those that are there, and `refuses` what it
# does not tell; `revisions` and `moved` the Deployments of before, and those that apply changes;
# `unready` what does not start.
KUBECTL = r"""
[ "$1" = kustomize ] && exec "$REAL" "$@"
echo "$*" >>"$CALLS"
cd "$CLUSTER"
has() { grep -qsx -- "$2" "$1"; }
case "$*" in
  "get namespace "*)
    ! has refuses namespaces || { echo 'Unauthorized' >&2; exit 1; }
    has namespaces "$3" && echo "namespace/$3" || exit 0 ;;
  "diff -f "*) grep -c . "$OLDPWD/$3"; exit "$(cat diff)" ;;
  "apply -f "*) touch applied; exit "$(cat apply 2>/dev/null || echo 0)" ;;
  *" get Job/"*)
    looks=$(cat looks 2>/dev/null || echo 0)
    if [ "$looks" -gt 0 ]; then echo $((looks - 1)) >looks; else cat job; fi ;;
  *" get Deployment/"*)
    has revisions "$4" || exit 0
    if [ -e applied ] && has moved "$4"; then echo "8 4"; else echo "7 3"; fi ;;
  *" rollout status "*)
    ! has unready "$5" || { echo "error: $5 exceeded its progress deadline" >&2; exit 1; }
    case "$5" in
      StatefulSet/*) echo "partitioned roll out complete: 1 new pods have been updated..." ;;
      *) echo "$5 successfully rolled out" ;;
    esac ;;
esac
exit $?
"""


@pytest.fixture
def cluster(tmp_path):
    """Sets what is on the cluster, and returns the environment of scripts that see it."""
    state = tmp_path / "cluster"
    state.mkdir()

    def cluster(**files):
        for name, text in {"job": "Complete", "diff": "0", **files}.items():
            (state / name).write_text(text + "\n")
        environment = with_stub(tmp_path / "bin", "kubectl", KUBECTL)
        with_stub(tmp_path / "bin", "sleep", 'echo "sleep $1" >>"$CALLS"')
        real = run("bash", "-c", "command -v kubectl").strip()
        return environment | {"REAL": real, "CLUSTER": str(state)}

    cluster.calls = lambda: (tmp_path / "bin/calls").read_text().splitlines()
    return cluster


BOTH = "Deployment/terrace\nDeployment/terrace-admin"


def undone(cluster):
    return [call for call in cluster.calls() if "rollout undo" in call]


def test_a_release_migrates_applies_and_waits(cluster):
    deploy("apply", "platform", IMAGE, env=cluster(revisions=BOTH, moved=BOTH, looks="2"))
    calls = [call.split(" --output")[0] for call in cluster.calls()]
    job = f"-n terrace get Job/terrace-migrate-{DASHED_VERSION}-0123456789ab"
    look = ["-n terrace get events", "-n terrace get pods"]
    assert [re.sub(r"kubernetes/\S+", "FILE", call) for call in calls if call.startswith(("-n", "apply", "sleep"))] == [
        "-n terrace get Deployment/terrace --ignore-not-found",
        "-n terrace get Deployment/terrace-admin --ignore-not-found",
        "apply -f FILE",
        job, *look, "sleep 5", job, *look, "sleep 5", job,
        "-n terrace rollout status Deployment/terrace --watch=false",
        "-n terrace rollout status Deployment/terrace-admin --watch=false"]


def test_a_release_whose_migration_fails_is_rolled_back_at_once(cluster):
    environment = cluster(job="FailureTarget Failed", revisions=BOTH, moved=BOTH, looks="1")
    with pytest.raises(AssertionError, match="rolling back"):
        deploy("apply", "platform", IMAGE, env=environment)
    assert not [call for call in cluster.calls() if "rollout status" in call]
    assert f"-n terrace logs Job/terrace-migrate-{DASHED_VERSION}-0123456789ab --all-containers --tail=50" in cluster.calls()
    assert undone(cluster) == [
        "-n terrace rollout undo Deployment/terrace --to-revision=3",
        "-n terrace rollout undo Deployment/terrace-admin --to-revision=3"]


def test_only_what_a_release_has_changed_is_rolled_back(cluster):
    environment = cluster(
        revisions=BOTH, moved="Deployment/terrace-admin", unready="Deployment/terrace-admin")
    with pytest.raises(AssertionError, match="rolling back"):
        deploy("apply", "platform", IMAGE, env=environment)
    assert undone(cluster) == ["-n terrace rollout undo Deployment/terrace-admin --to-revision=3"]


def test_a_release_that_is_applied_in_part_is_rolled_back(cluster):
    environment = cluster(apply="1", revisions=BOTH, moved="Deployment/terrace")
    with pytest.raises(AssertionError, match="rolling back"):
        deploy("apply", "platform", IMAGE, env=environment)
    assert undone(cluster) == ["-n terrace rollout undo Deployment/terrace --to-revision=3"]


def test_on_a_new_cluster_there_is_nothing_to_go_back_to(cluster):
    environment = cluster(moved=BOTH, unready="Deployment/terrace")
    with pytest.raises(AssertionError, match="rolling back"):
        deploy("apply", "platform", IMAGE, env=environment)
    assert not undone(cluster)


@pytest.mark.parametrize("code, fails", [("0", False), ("1", False), ("2", True)])
def test_the_difference_is_what_kubectl_says(cluster, code, fails):
    environment = cluster(namespaces="terrace", diff=code)
    if fails:
        with pytest.raises(AssertionError):
            deploy("diff", "platform", IMAGE, env=environment)
    else:
        assert int(deploy("diff", "platform", IMAGE, env=environment)) > 100


def test_a_cluster_that_does_not_say_is_not_taken_for_a_new_one(cluster):
    with pytest.raises(AssertionError, match="Unauthorized"):
        deploy("diff", "platform", IMAGE, env=cluster(namespaces="terrace", refuses="namespaces"))


@pytest.mark.parametrize("overlay, namespace", [("platform", "terrace"), ("acme", "tenant-acme")])
def test_where_there_is_no_namespace_yet_all_is_new(cluster, overlay, namespace):
    environment = cluster(namespaces="another")
    result = subprocess.run(
        [str(ROOT / "scripts/deploy"), "diff", overlay, IMAGE], env=environment,
        capture_output=True, text=True)
    assert result.returncode == 0
    assert f"no namespace {namespace} yet" in result.stderr
    rendered = deploy("render", overlay, IMAGE).splitlines()
    assert result.stdout.splitlines() == ["+" + line for line in rendered]
    assert not [call for call in cluster.calls() if call.startswith("diff")]


def test_what_is_new_shows_no_secret(cluster, tmp_path):
    root = copy(tmp_path / "repository")
    run(str(root / "scripts/secrets"), "minikube")
    shown = run(str(root / "scripts/deploy"), "diff", "minikube", IMAGE, env=cluster())
    items = yaml.safe_load_all(run("kubectl", "kustomize", str(root / "kubernetes/secrets/minikube")))
    secrets = find([item for item in items if item], "Secret")
    for item in secrets:
        assert f"+  name: {item['metadata']['name']}" in shown.splitlines()
        for value in item["data"].values():
            assert value[:20] not in shown
    assert "+  TERRACE_DATABASE_HOST: " in shown
