"""What `kubectl apply` needs of an API server, for tests that have no cluster: it stores objects with
what a real one writes into them (defaults, canonical quantities, base64 without line breaks), as the
API reference and the kinds' own definitions document it. The difference between what is stored and
what is applied is kubectl's own finding. Nothing runs: no controllers, no nodes, no validation."""

import base64
import contextlib
import copy
import http.server
import json
import re
import threading
import urllib.parse

# Kinds by group and version, with their plural; those that have no namespace are Namespace's kind.
KINDS = {
    "v1": {
        "ConfigMap": "configmaps", "Event": "events", "LimitRange": "limitranges",
        "Namespace": "namespaces", "Pod": "pods", "ResourceQuota": "resourcequotas",
        "Secret": "secrets", "Service": "services", "ServiceAccount": "serviceaccounts"},
    "apps/v1": {
        "Deployment": "deployments", "ReplicaSet": "replicasets", "StatefulSet": "statefulsets",
        "ControllerRevision": "controllerrevisions"},
    "autoscaling/v2": {"HorizontalPodAutoscaler": "horizontalpodautoscalers"},
    "batch/v1": {"Job": "jobs"},
    "networking.k8s.io/v1": {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"},
    "policy/v1": {"PodDisruptionBudget": "poddisruptionbudgets"},
    "external-secrets.io/v1": {"ExternalSecret": "externalsecrets"},
    "gateway.networking.k8s.io/v1": {"Gateway": "gateways", "HTTPRoute": "httproutes"},
    "monitoring.coreos.com/v1": {"PodMonitor": "podmonitors", "PrometheusRule": "prometheusrules"},
}
MULTIPLES = {"": 0, "k": 1, "M": 2, "G": 3}


def add(item, **defaults):
    """Sets what is not there."""
    for key, value in defaults.items():
        item.setdefault(key, copy.deepcopy(value))
    return item


def canonical(quantity):
    """The one spelling of a quantity (API reference, Quantity): the largest suffix that leaves no
    fraction, in the family that it was written in."""
    number, suffix = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", str(quantity)).groups()
    if suffix.endswith("i"):
        scales, base = ["", "Ki", "Mi", "Gi", "Ti"], 1024
        value, unit = float(number) * base ** scales.index(suffix), 0
        while unit + 1 < len(scales) and value and value % base ** (unit + 1) == 0:
            unit += 1
        return f"{int(value / base ** unit)}{scales[unit]}"
    milli = float(number) * {"m": 1, "": 1000, "k": 10**6, "M": 10**9, "G": 10**12}[suffix]
    for scale, factor in (("G", 10**12), ("M", 10**9), ("k", 10**6), ("", 1000)):
        if milli % factor == 0 and (milli or scale == ""):
            return f"{int(milli / factor)}{scale}"
    return f"{int(milli)}m"


def canonical_all(quantities):
    for key, value in quantities.items():
        quantities[key] = canonical(value)


def container(item):
    add(item, imagePullPolicy="IfNotPresent", resources={}, terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File")
    for quantities in item["resources"].values():
        canonical_all(quantities)
    for port in item.get("ports", []):
        add(port, protocol="TCP")
    for variable in item.get("env", []):
        if "fieldRef" in variable.get("valueFrom", {}):
            add(variable["valueFrom"]["fieldRef"], apiVersion="v1")
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        if name in item:
            add(item[name], failureThreshold=3, periodSeconds=10, successThreshold=1, timeoutSeconds=1)
            if "httpGet" in item[name]:
                add(item[name]["httpGet"], path="/", scheme="HTTP")


def pod(spec):
    add(spec, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler",
        securityContext={}, terminationGracePeriodSeconds=30)
    if "serviceAccountName" in spec:
        spec["serviceAccount"] = spec["serviceAccountName"]
    for item in spec["containers"] + spec.get("initContainers", []):
        container(item)
    for volume in spec.get("volumes", []):
        for source in ("secret", "configMap"):
            if source in volume:
                add(volume[source], defaultMode=420)


def deployment(spec):
    add(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600, strategy={})
    add(spec["strategy"], type="RollingUpdate")
    if spec["strategy"]["type"] == "RollingUpdate":
        add(add(spec["strategy"], rollingUpdate={})["rollingUpdate"], maxSurge="25%", maxUnavailable="25%")
    pod(spec["template"]["spec"])


def stateful_set(spec):
    add(spec, replicas=1, revisionHistoryLimit=10, podManagementPolicy="OrderedReady", updateStrategy={},
        persistentVolumeClaimRetentionPolicy={"whenDeleted": "Retain", "whenScaled": "Retain"})
    add(spec["updateStrategy"], type="RollingUpdate", rollingUpdate={"partition": 0})
    pod(spec["template"]["spec"])
    for claim in spec.get("volumeClaimTemplates", []):
        add(claim, apiVersion="v1", kind="PersistentVolumeClaim", status={"phase": "Pending"})
        add(claim["spec"], volumeMode="Filesystem")
        canonical_all(claim["spec"]["resources"]["requests"])


def job(spec):
    add(spec, backoffLimit=6, completions=1, parallelism=1, completionMode="NonIndexed", suspend=False,
        manualSelector=False, podReplacementPolicy="TerminatingOrFailed",
        selector={"matchLabels": {"batch.kubernetes.io/controller-uid": "1"}})
    add(add(spec["template"], metadata={})["metadata"], labels={})["labels"].update({
        "batch.kubernetes.io/controller-uid": "1", "controller-uid": "1"})
    pod(spec["template"]["spec"])


def service(spec):
    add(spec, type="ClusterIP", sessionAffinity="None", internalTrafficPolicy="Cluster",
        ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack", clusterIP="10.96.0.99")
    add(spec, clusterIPs=[spec["clusterIP"]])
    for port in spec["ports"]:
        add(port, protocol="TCP", targetPort=port["port"])


def network_policy(spec):
    add(spec, policyTypes=["Ingress"] + (["Egress"] if "egress" in spec else []))
    for rule in spec.get("ingress", []) + spec.get("egress", []):
        for port in rule.get("ports", []):
            add(port, protocol="TCP")


def autoscaler(spec):
    add(spec, minReplicas=1)
    if "behavior" in spec:
        quick = [{"type": "Percent", "value": 100, "periodSeconds": 15}]
        add(spec["behavior"], scaleUp={}, scaleDown={})
        add(spec["behavior"]["scaleUp"], stabilizationWindowSeconds=0, selectPolicy="Max", policies=[
            {"type": "Pods", "value": 4, "periodSeconds": 15}, *quick])
        add(spec["behavior"]["scaleDown"], selectPolicy="Max", policies=quick)


def limit_range(spec):
    for limit in spec["limits"]:
        if limit["type"] == "Container":
            add(limit, default={}, defaultRequest={})
            add(limit["default"], **limit.get("max", {}))
            add(limit["defaultRequest"], **limit["default"])
        for quantities in limit.values():
            if isinstance(quantities, dict):
                canonical_all(quantities)


def external_secret(spec):
    add(spec, refreshInterval="1h0m0s", target={})
    add(spec["target"], creationPolicy="Owner", deletionPolicy="Retain")
    if "template" in spec["target"]:
        add(spec["target"]["template"], engineVersion="v2", mergePolicy="Replace")
    for source in spec.get("dataFrom", []):
        add(source["extract"], conversionStrategy="Default", decodingStrategy="None", metadataPolicy="None")


def gateway(spec):
    for listener in spec["listeners"]:
        add(listener, allowedRoutes={})
        add(listener["allowedRoutes"], namespaces={"from": "Same"})
        if "tls" in listener:
            add(listener["tls"], mode="Terminate")
            for reference in listener["tls"].get("certificateRefs", []):
                add(reference, group="", kind="Secret")


def http_route(spec):
    for parent in spec["parentRefs"]:
        add(parent, group="gateway.networking.k8s.io", kind="Gateway")
    for rule in spec["rules"]:
        add(rule, matches=[{"path": {"type": "PathPrefix", "value": "/"}}])
        for backend in rule["backendRefs"]:
            add(backend, group="", kind="Service", weight=1)


SPECS = {
    "Deployment": deployment, "StatefulSet": stateful_set, "Job": job, "Service": service,
    "NetworkPolicy": network_policy, "HorizontalPodAutoscaler": autoscaler, "LimitRange": limit_range,
    "ResourceQuota": lambda spec: canonical_all(spec["hard"]), "ExternalSecret": external_secret,
    "Gateway": gateway, "HTTPRoute": http_route,
}


def stored(item):
    """What an API server makes of an object that it is sent."""
    item = copy.deepcopy(item)
    kind, metadata = item["kind"], item["metadata"]
    add(metadata, uid="1", generation=1, resourceVersion="1", creationTimestamp="2026-01-01T00:00:00Z")
    for key in ("labels", "annotations"):
        if metadata.get(key) == {}:
            del metadata[key]
    if kind == "Namespace":
        add(metadata, labels={})["labels"]["kubernetes.io/metadata.name"] = metadata["name"]
    if kind == "Secret":
        add(item, type="Opaque")
        for key, value in item.get("data", {}).items():
            item["data"][key] = base64.b64encode(base64.b64decode(value)).decode()
    if kind in SPECS:
        SPECS[kind](item["spec"])
    return item


def merge(target, patch):
    """A patch of what has maps and values alone."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            merge(add(target, **{key: {}})[key], value)
        else:
            target[key] = value
    return target


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def refuse(self, code, reason, message):
        self.answer(code, {
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code,
            "message": message})

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        path, objects = url.path.rstrip("/"), self.server.objects
        if "watch" in urllib.parse.parse_qs(url.query):
            return self.watch(url.query)
        if path == "/api":
            return self.answer(200, {"kind": "APIVersions", "versions": ["v1"]})
        if path == "/apis":
            versions = [name for name in KINDS if "/" in name]
            return self.answer(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [{
                "name": name.split("/")[0], "versions": [version],
                "preferredVersion": version} for name in versions for version in [
                    {"groupVersion": name, "version": name.split("/")[1]}]]})
        _, _, name = path.partition("/apis/") if "/apis/" in path else path.partition("/api/")
        if name in KINDS:
            return self.answer(200, {
                "kind": "APIResourceList", "groupVersion": name, "resources": [{
                    "name": plural, "singularName": kind.lower(), "kind": kind,
                    "namespaced": kind != "Namespace",
                    "verbs": ["create", "delete", "get", "list", "patch", "update"]}
                    for kind, plural in KINDS[name].items()]})
        if path in objects:
            return self.answer(200, objects[path])
        kinds = {plural: (version, kind) for version, all in KINDS.items() for kind, plural in all.items()}
        folder, _, last = path.rpartition("/")
        if last in kinds:
            version, kind = kinds[last]
            return self.answer(200, {"kind": kind + "List", "apiVersion": version, "metadata": {}, "items": [
                item for at, item in objects.items() if at.startswith(path + "/")]})
        return self.refuse(404, "NotFound", f"{path} not found")

    def watch(self, query):
        """Changes of what was listed: there are none, until whoever asks leaves."""
        if "sendInitialEvents" in urllib.parse.parse_qs(query):
            return self.refuse(422, "Invalid", "sendInitialEvents is not supported: list first")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.connection.recv(1)

    def do_POST(self):
        item = self.body()
        path = f"{urllib.parse.urlsplit(self.path).path}/{item['metadata']['name']}"
        if path in self.server.objects:
            return self.refuse(409, "AlreadyExists", f"{path} already exists")
        item = stored(item)
        if status := self.server.statuses.get(item["kind"]):
            item["status"] = status
        self.server.objects[path] = item
        return self.answer(201, self.server.objects[path])

    def do_PATCH(self):
        path, patch = urllib.parse.urlsplit(self.path).path, self.body()
        self.server.patches.append((path, patch))
        merge(self.server.objects[path], patch)
        return self.answer(200, self.server.objects[path])

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def api_server(folder):
    """A server that has nothing yet: `objects` by path, `patches` that it was sent, the `statuses` of
    what is made, by kind, and the `environment` in which kubectl finds it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.objects, server.patches, server.statuses = {}, [], {}
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "kubeconfig"
    config.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "users": [{"name": "test", "user": {}}],
        "clusters": [{"name": "test", "cluster": {
            "server": f"http://127.0.0.1:{server.server_port}"}}]}))
    server.environment = {"KUBECONFIG": str(config), "KUBECACHEDIR": str(folder / "cache")}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
