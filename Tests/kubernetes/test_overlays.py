"""What the overlays render to: valid, as recorded, and as we promise."""

import json
import os
import re
import shutil
import sys

import jsonschema
import kubernetes_validate
import pytest
import yaml
from manifests import (
    DASHED_VERSION, HERE, KUBERNETES, KUSTOMIZATIONS, OVERLAYS, REPOSITORY, VERSION, YOUR_KUBERNETES, copy,
    find, most_pods, objects, one, pod_specs, render, run, settings)

SCHEMAS = json.loads((HERE / "schemas.json").read_text())
KUBERNETES_VERSION = "1.37"
BUILT_IN = re.compile(r"^(v1|apps/v1|autoscaling/v2|batch/v1|policy/v1|networking\.k8s\.io/v1)$")

# What is recorded: not the overlays of tenants of your own.
RECORDED = {
    name: path for name, path in KUSTOMIZATIONS.items()
    if os.environ.get("UPDATE_GOLDEN") or (HERE / "golden" / f"{name}.yaml").exists()}
YOURS = {path.name: YOUR_KUBERNETES / "overlays" / path.name for path in OVERLAYS}

recorded = pytest.mark.parametrize("path", RECORDED.values(), ids=RECORDED)
anywhere = pytest.mark.parametrize(
    "path", [*KUSTOMIZATIONS.values(), *YOURS.values()],
    ids=[*KUSTOMIZATIONS, *(f"your-{name}" for name in YOURS)])
every = pytest.mark.parametrize("path", KUSTOMIZATIONS.values(), ids=KUSTOMIZATIONS)
overlays = pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.name)
tenants = pytest.mark.parametrize("slug", ["acme", "globex"])


@recorded
def test_renders_to_what_is_recorded(path):
    golden = HERE / "golden" / f"{path.name}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(render(path))
    assert render(path) == golden.read_text(), "if it is meant: UPDATE_GOLDEN=1, and read the diff"


@anywhere
def test_is_valid_by_the_schema_of_each_kind(path):
    for item in objects(path):
        if BUILT_IN.match(item["apiVersion"]):
            kubernetes_validate.validate(item, KUBERNETES_VERSION, strict=True)
            continue
        kind = f"{item['apiVersion']}/{item['kind']}"
        assert kind in SCHEMAS["$defs"], f"no schema for {kind}"
        schema = {"$ref": "#/$defs/" + kind.replace("/", "~1"), "$defs": SCHEMAS["$defs"]}
        jsonschema.validate(item, schema)


@every
def test_a_misspelt_field_would_show(path):
    item = json.loads(json.dumps(find(objects(path), "Deployment")[0]))
    item["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(item, KUBERNETES_VERSION, strict=True)


@every
def test_keeps_to_the_policies(path, tmp_path):
    rendered = tmp_path / "rendered.yaml"
    rendered.write_text(render(path))
    run("checkov", "--config-file", str(HERE / "checkov.yaml"), "--file", str(rendered))


def test_the_policies_refuse_a_privileged_container(tmp_path):
    rendered = tmp_path / "rendered.yaml"
    rendered.write_text(render(OVERLAYS[0]).replace(
        "allowPrivilegeEscalation: false", "privileged: true"))
    with pytest.raises(AssertionError):
        run("checkov", "--config-file", str(HERE / "checkov.yaml"), "--file", str(rendered))


@overlays
def test_an_overlay_is_short(path):
    assert len((path / "kustomization.yaml").read_text().splitlines()) < 60
    assert [f.name for f in path.iterdir()] == ["kustomization.yaml"]


@every
def test_no_secret_is_in_the_repository(path):
    assert not find(objects(path), "Secret")
    for spec in pod_specs(objects(path)).values():
        for container in spec["containers"] + spec.get("initContainers", []):
            for variable in container.get("env", []):
                assert "secretKeyRef" not in variable.get("valueFrom", {})
                name = variable["name"]
                assert not re.search("PASSWORD$|KEY$|TOKEN$", name), name
    for item in find(objects(path), "ConfigMap"):
        for name, value in item["data"].items():
            assert not re.search("PASSWORD$|MASTER_KEY$|TENANT_KEY$|TOKEN$", name), name
            assert "PRIVATE KEY" not in value


@every
def test_every_pod_is_confined(path):
    for spec in pod_specs(objects(path)).values():
        pod = spec["securityContext"]
        assert pod["runAsNonRoot"] and pod["runAsUser"] > 0
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert not any("hostPath" in volume for volume in spec["volumes"])
        for container in spec["containers"] + spec.get("initContainers", []):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]}}
            assert set(container["resources"]) == {"requests", "limits"}


@every
def test_every_namespace_is_restricted_and_denies_by_default(path):
    for namespace in find(objects(path), "Namespace"):
        labels = namespace["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        deny = one(objects(path), "NetworkPolicy", "default-deny")
        assert deny["metadata"]["namespace"] == namespace["metadata"]["name"]
        assert deny["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@every
def test_all_but_the_namespace_lies_in_it(path):
    [namespace] = find(objects(path), "Namespace")
    for item in objects(path):
        if item is not namespace:
            assert item["metadata"]["namespace"] == namespace["metadata"]["name"], item["kind"]


@every
def test_what_a_manifest_refers_to_is_there(path):
    items = objects(path)
    claimed = {
        claim["metadata"]["name"] for item in find(items, "StatefulSet")
        for claim in item["spec"]["volumeClaimTemplates"]}
    for spec in pod_specs(items).values():
        if "serviceAccountName" in spec:
            one(items, "ServiceAccount", spec["serviceAccountName"])
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for volume in volumes.values():
            if "configMap" in volume:
                one(items, "ConfigMap", volume["configMap"]["name"])
        for container in spec["containers"] + spec.get("initContainers", []):
            assert {mount["name"] for mount in container["volumeMounts"]} <= {
                *volumes, *claimed}
    for service in find(items, "Service"):
        selector = service["spec"]["selector"]
        pods = [
            item for item in items if item["kind"] in ("Deployment", "StatefulSet")
            and selector.items() <= item["spec"]["template"]["metadata"]["labels"].items()]
        assert len(pods) == 1, f"{service['metadata']['name']} is of {len(pods)} sets of pods"
        ports = {p["name"] for p in pods[0]["spec"]["template"]["spec"]["containers"][0]["ports"]}
        for port in service["spec"]["ports"]:
            assert port.get("targetPort", port["name"]) in ports


@every
def test_probes_and_ports_are_those_that_the_process_listens_on(path):
    for (kind, name), spec in pod_specs(objects(path)).items():
        if kind != "Deployment":
            continue
        [container] = spec["containers"]
        ports = {p["name"]: p["containerPort"] for p in container["ports"]}
        environment = settings(objects(path), spec)
        listening = {
            key.removeprefix("TERRACE_").removesuffix("_LISTEN").lower(): value
            for key, value in environment.items() if key.endswith("_LISTEN")}
        assert {key: f"0.0.0.0:{port}" for key, port in ports.items()} == listening, name
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[probe]["httpGet"]["port"] == "ops"


@every
def test_secrets_are_files_that_are_mounted(path):
    for spec in pod_specs(objects(path)).values():
        for container in spec["containers"] + spec.get("initContainers", []):
            mounts = tuple(m["mountPath"] + "/" for m in container["volumeMounts"])
            environment = settings(objects(path), spec, container["name"])
            init = container in spec.get("initContainers", [])
            for key, value in environment.items():
                # The init container asks the database only: it has no need of certificates.
                if value.startswith("/run/") and not (init and "TLS" in key + value.upper()):
                    assert value.startswith(mounts), f"{key}={value}"


@every
def test_a_pod_has_the_time_that_it_needs_to_drain(path):
    items = objects(path)
    for deployment in find(items, "Deployment"):
        spec = deployment["spec"]["template"]["spec"]
        environment = settings(items, spec)
        needed = sum(
            int(environment[key].removesuffix("s"))
            for key in ("TERRACE_DRAIN_DELAY", "TERRACE_DRAIN_TIMEOUT"))
        assert spec["terminationGracePeriodSeconds"] > needed


@tenants
def test_a_tenants_deployment_holds_what_is_its_own_and_no_more(slug):
    items = objects(KUBERNETES / "overlays" / slug)
    assert {item["metadata"]["namespace"] for item in items if item["kind"] != "Namespace"} == {
        f"tenant-{slug}"}
    assert [name for kind, name in pod_specs(items)] == ["terrace"]
    environment = settings(items, pod_specs(items)["Deployment", "terrace"])
    assert environment["TERRACE_MODE"] == "dedicated"
    assert environment["TERRACE_TENANT_LOGIN"] == f"terrace_t_{slug}"
    secret = {key for key in environment if re.search("_FILE$", key)}
    assert secret == {"TERRACE_TENANT_PASSWORD_FILE", "TERRACE_TENANT_KEY_FILE"}
    assert {"ResourceQuota", "LimitRange"} <= {item["kind"] for item in items}


def quantity(text):
    number, unit = re.fullmatch(r"(\d+)(m|Mi|Gi|)", text).groups()
    return int(number) * {"m": 0.001, "Mi": 2**20, "Gi": 2**30, "": 1}[unit]


@tenants
def test_a_tenants_quota_has_room_for_every_pod_and_for_one_that_a_lost_node_holds(slug):
    items = objects(KUBERNETES / "overlays" / slug)
    hard = one(items, "ResourceQuota")["spec"]["hard"]
    spec = one(items, "Deployment")["spec"]["template"]["spec"]
    pods = most_pods(items, one(items, "Deployment")) + 1
    assert int(hard["pods"]) >= pods
    for kind in ("requests", "limits"):
        for resource in ("cpu", "memory"):
            # Init containers end before the others start.
            each = max(
                quantity(container["resources"][kind][resource])
                for container in spec["containers"] + spec["initContainers"])
            assert quantity(hard[f"{kind}.{resource}"]) >= pods * each, (kind, resource)
    # With some rotations between two runs of scripts/prune.
    for kind in ("secrets", "configmaps"):
        assert int(hard[kind]) >= 100


def test_the_gateways_pods_hold_nothing_that_could_register_a_tenant():
    items = objects(KUBERNETES / "platform")
    gateway = settings(items, pod_specs(items)["Deployment", "terrace"])
    for key in ("OWNER_PASSWORD", "DEDICATED_MASTER_KEY", "ADMIN_TOKEN", "SUPERUSER_PASSWORD"):
        assert not any(key in name for name in gateway)
    volumes = pod_specs(items)["Deployment", "terrace"]["volumes"]
    assert {v["secret"]["secretName"] for v in volumes} == {"terrace", "terrace-upstream-tls"}


def test_the_version_is_one_everywhere():
    for path in KUSTOMIZATIONS.values():
        items = objects(path)
        for spec in pod_specs(items).values():
            for container in spec["containers"] + spec.get("initContainers", []):
                if "terrace" in container["image"]:
                    assert container["image"].endswith(f"terrace:{VERSION}")
        for job in find(items, "Job"):
            assert job["metadata"]["name"].endswith("-" + DASHED_VERSION)
        for item in items:
            assert item["metadata"].get("labels", {}).get("app.kubernetes.io/version", VERSION) == VERSION


def test_a_release_raises_the_version_everywhere(tmp_path):
    root = copy(tmp_path)
    for path in ("Sources/FinanceAPI", "Sources/Gateway", "Sources/AdminAPI",
                 "Tests/kubernetes/golden", "docs"):
        shutil.copytree(REPOSITORY / path, root / path)
    shutil.copy(REPOSITORY / "compose.yaml", root)
    settings = root / "kubernetes/cluster/cluster.env"
    secret = root / "kubernetes/secrets/platform/admin-token"
    kept = {settings: f"{settings.read_text()}RANGE=1{VERSION}/8\n", secret: f"terrace:{VERSION}"}
    for path, text in kept.items():
        path.write_text(text)
    run(str(root / "scripts/version"), "98.76.54")
    assert {path: path.read_text() for path in kept} == kept
    settings.write_text("\n".join(settings.read_text().splitlines()[:-1]) + "\n")
    secret.unlink()
    for path in (path for path in OVERLAYS if path.name in RECORDED):
        rendered = run("kubectl", "kustomize", str(root / "kubernetes/overlays" / path.name))
        assert rendered == (root / f"Tests/kubernetes/golden/{path.name}.yaml").read_text()
    for path in root.rglob("*.*"):
        if path.is_file() and path.suffix != ".png":
            assert not re.search(rf"\b({re.escape(VERSION)}|{DASHED_VERSION})\b", path.read_text()), path
    assert 'version = "98.76.54"' in (root / "Sources/Gateway/Terrace.swift").read_text()
    with pytest.raises(AssertionError, match="usage"):
        run(str(root / "scripts/version"), "v1.0.0")


def test_what_a_job_refers_to_never_changes_its_name():
    for path in KUSTOMIZATIONS.values():
        for job in find(objects(path), "Job"):
            text = yaml.safe_dump(job["spec"])
            assert not re.search(r"name: [a-z-]+-[0-9a-z]{10}\n", text)


def test_alerts_name_metrics_that_there_are():
    sources = "".join(p.read_text() for p in (REPOSITORY / "Sources").rglob("*.swift"))
    [rule] = find(objects(KUBERNETES / "overlays/platform"), "PrometheusRule")
    for group in rule["spec"]["groups"]:
        for alert in group["rules"]:
            for metric in re.findall(r"\b(?:terrace|process)_\w+", alert["expr"]):
                assert f'"{metric}"' in sources, metric


def test_for_each_alert_the_docs_say_what_to_do():
    docs = (REPOSITORY / "docs/how-to/respond-to-alerts.md").read_text()
    [rule] = find(objects(KUBERNETES / "overlays/platform"), "PrometheusRule")
    alerts = {alert["alert"] for group in rule["spec"]["groups"] for alert in group["rules"]}
    assert alerts == set(re.findall(r"^\| `(Terrace\w+)` \|", docs, re.MULTILINE))


@anywhere
def test_the_way_in_is_for_the_hosts_that_the_gateway_serves(path):
    items = objects(path)
    hosts = []
    for ingress in find(items, "Ingress"):
        hosts += [[rule["host"] for rule in ingress["spec"]["rules"]]]
        hosts += [entry["hosts"] for entry in ingress["spec"]["tls"]]
    hosts += [route["spec"]["hostnames"] for route in find(items, "HTTPRoute")]
    for gateway in find(items, "Gateway"):
        hosts.append([listener["hostname"] for listener in gateway["spec"]["listeners"]])
    for names in hosts:
        environment = settings(items, pod_specs(items)["Deployment", "terrace"])
        domain = environment["TERRACE_BASE_DOMAINS"]
        assert names == [domain, f"*.{domain}"]
        assert environment["TERRACE_PUBLIC_URL"] == f"https://{domain}"


def test_the_gateway_is_of_the_class_that_the_docs_have_one_make():
    made = yaml.safe_load((KUBERNETES / "components/gateway-api/gatewayclass.yaml").read_text())
    gateway = one(objects(KUSTOMIZATIONS["gateway-api"]), "Gateway")
    assert gateway["spec"]["gatewayClassName"] == made["metadata"]["name"]
    # It is the whole cluster's: an overlay would put it into its namespace, and delete it.
    assert not any(find(objects(path), "GatewayClass") for path in KUSTOMIZATIONS.values())


# What `POST /admin/tenants/{slug}/manifests` answers for acme: a test in Swift holds it to this.
STREAM = HERE / "golden/acme-stream.yaml"


TEMPLATE = REPOSITORY / "Sources/Gateway/Manifests/tenant.yaml"


def test_the_manifest_template_is_made_of_acmes_overlay(tmp_path):
    made = run(str(copy(tmp_path) / "scripts/manifest-template"))
    assert made == TEMPLATE.read_text(), f"scripts/manifest-template >{TEMPLATE}"


def without_hashes(items):
    """The objects in an order of their own, with the same name for every version of a Secret."""
    text = re.sub(r"\b(terrace(?:-public-tls)?)-[0-9a-z]{10}\b", r"\1-hash", json.dumps(items))
    text = text.replace("terrace-public-tls-hash", "terrace-public-tls")
    return sorted(json.loads(text), key=lambda item: (item["kind"], item["metadata"]["name"]))


def test_the_stream_of_manifests_is_what_kustomize_makes_of_acmes_folders(tmp_path):
    root = copy(tmp_path)
    folder = root / "kubernetes/secrets/acme"
    for name, text in {
            "tenant-password": "a password", "tenant-key": "1:a key", "database-ca.crt": "an authority",
            "tls.crt": "", "tls.key": "", "gateway-ca.crt": ""}.items():
        (folder / name).write_text(text)
    wanted = [
        item for item in yaml.safe_load_all(render(folder))
        # It comes from cert-manager, or from scripts/secrets.
        if (item["kind"], item.get("type")) != ("Secret", "kubernetes.io/tls")]
    stream = list(yaml.safe_load_all(STREAM.read_text()))
    assert without_hashes(stream) == without_hashes(wanted)
    # All that refers to the credentials means the same version of them.
    assert len(set(re.findall(r"\bterrace-[0-9a-f]{10}\b", STREAM.read_text()))) == 1


def test_the_stream_of_manifests_is_valid_and_keeps_to_the_policies():
    for item in yaml.safe_load_all(STREAM.read_text()):
        kubernetes_validate.validate(item, KUBERNETES_VERSION, strict=True)
    run("checkov", "--config-file", str(HERE / "checkov.yaml"), "--file", str(STREAM))


@pytest.mark.parametrize("name", ["minikube", "platform"])
@pytest.mark.parametrize("folder", [KUBERNETES, YOUR_KUBERNETES], ids=["ours", "yours"])
def test_the_admin_is_told_of_the_cluster_what_acmes_pods_are(folder, name):
    agree_on_the_cluster(folder, name)


def agree_on_the_cluster(folder, name):
    items = objects(folder / "overlays" / name)
    spec = pod_specs(items)["Deployment", "terrace-admin"]
    admin = settings(items, spec)
    tenants = objects(folder / "overlays/acme")
    [pod] = pod_specs(tenants).values()
    assert admin["TERRACE_MANIFEST_IMAGE"] == pod["containers"][0]["image"]
    told = settings(tenants, pod)
    cluster = [
        line.partition("=")[0] for line in (folder / "cluster/cluster.env").read_text().splitlines()
        if line.startswith("TERRACE_")]
    assert {key: admin[key] for key in cluster} == {key: told[key] for key in cluster}
    peers = []
    for peer in one(tenants, "NetworkPolicy", "to-postgres")["spec"]["egress"][0]["to"]:
        if "ipBlock" in peer:
            peers.append(peer["ipBlock"]["cidr"])
        else:
            peers.append("/".join(
                [*peer["namespaceSelector"]["matchLabels"].values(),
                 *peer["podSelector"]["matchLabels"].values()]))
    assert admin["TERRACE_MANIFEST_DATABASE_PEERS"].split(",") == peers


def test_a_cluster_of_your_own_changes_nothing_that_is_recorded(tmp_path):
    root = copy(tmp_path)
    for path in ("Tests/kubernetes", "Sources/Gateway"):
        shutil.copytree(REPOSITORY / path, root / path, dirs_exist_ok=True)
    cluster = root / "kubernetes/cluster"
    for file, before, after in [
            ("cluster.env", "finance.example", "money.test"),
            ("hosts/kustomization.yaml", "finance.example", "money.test"),
            ("cluster.env", "10.244.0.0/16", "10.64.64.0/18"),
            ("cluster.env", "TERRACE_DATABASE_HOST=", "TERRACE_DATABASE_PORT=6432\nTERRACE_DATABASE_HOST="),
            ("image/kustomization.yaml", "localhost/terrace", "registry.example/terrace"),
            ("prometheus/kustomization.yaml", "kube-prometheus-stack", "monitoring"),
            ("admin/kustomization.yaml", "terrace/postgres", "10.64.16.0/24,10.64.17.0/24")]:
        text = (cluster / file).read_text()
        assert before in text
        (cluster / file).write_text(text.replace(before, after))
    policy = yaml.safe_load((cluster / "to-postgres.yaml").read_text())
    policy["spec"]["egress"] = [{
        "to": [{"ipBlock": {"cidr": f"10.64.{number}.0/24"}} for number in (16, 17)],
        "ports": [{"port": 6432, "protocol": "TCP"}]}]
    (cluster / "to-postgres.yaml").write_text(yaml.safe_dump(policy))

    program = (
        "import json, manifests as m;"
        "print(json.dumps([m.render(path) for path in m.KUSTOMIZATIONS.values()]))")
    theirs = run(sys.executable, "-c", program, cwd=root / "Tests/kubernetes")
    assert json.loads(theirs) == [render(path) for path in KUSTOMIZATIONS.values()]
    assert run(str(root / "scripts/manifest-template")) == TEMPLATE.read_text()

    for overlay in ("platform", "acme"):
        rendered = render(root / "kubernetes/overlays" / overlay)
        assert "finance.example" not in rendered and "money.test" in rendered
    agree_on_the_cluster(root / "kubernetes", "platform")
    for kind in ("PodMonitor", "PrometheusRule"):
        [item] = find(objects(root / "kubernetes/overlays/platform"), kind)
        assert item["metadata"]["labels"]["release"] == "monitoring"
