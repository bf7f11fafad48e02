"""Who may talk to whom, worked out of the NetworkPolicies that the overlays render to as a network
plugin would, against what the processes need and docs/reference/kubernetes.md draws."""

import pytest
from manifests import DASHED_VERSION, KUBERNETES, copy, find, objects

# What is on a cluster besides: pods by name, with their namespaces and labels.
OTHERS = {
    "ingress": ("ingress-nginx", {"app.kubernetes.io/component": "controller"}, []),
    "prometheus": ("monitoring", {"app.kubernetes.io/name": "prometheus"}, []),
    "dns": ("kube-system", {"k8s-app": "kube-dns"}, [53]),
    "admin-client": ("terrace", {"app.kubernetes.io/component": "admin-client"}, []),
    "stranger": ("default", {}, [80]),
    # Labels are anybody's to choose in a namespace of their own.
    "impostor": ("default", {
        "app.kubernetes.io/name": "terrace", "app.kubernetes.io/part-of": "terrace",
        "app.kubernetes.io/component": "controller", "k8s-app": "kube-dns"}, [53, 5432, 8443]),
    "lodger": ("terrace", {}, [80]),
}
NAMES = {
    ("terrace", "terrace"): "gateway", ("terrace", "terrace-admin"): "admin",
    ("terrace", "postgres"): "postgres", ("tenant-acme", "terrace"): "acme",
    ("tenant-globex", "terrace"): "globex",
}
TENANTS = {"acme", "globex"}


class Pod:
    def __init__(self, namespace, labels, ports):
        self.namespace = namespace
        self.labels = labels
        self.ports = ports


class Cluster:
    """The pods of some overlays, and the policies between them."""

    def __init__(self, *overlays):
        items = [item for overlay in overlays for item in objects(overlay)]
        self.policies = find(items, "NetworkPolicy")
        self.namespaces = {
            item["metadata"]["name"]: item["metadata"]["labels"] for item in find(items, "Namespace")}
        self.pods = {name: Pod(*other) for name, other in OTHERS.items()}
        for item in items:
            if item["kind"] in ("Deployment", "StatefulSet", "Job"):
                template = item["spec"]["template"]
                place = item["metadata"]["namespace"], item["metadata"]["name"]
                ports = [port["containerPort"] for container in template["spec"]["containers"]
                         for port in container.get("ports", [])]
                self.pods[NAMES.get(place, place[1].removesuffix(f"-{DASHED_VERSION}"))] = Pod(
                    place[0], template["metadata"]["labels"], ports)

    def selects(self, selector, labels):
        assert not selector.keys() - {"matchLabels"}, selector
        return selector.get("matchLabels", {}).items() <= labels.items()

    def is_peer(self, peer, policy, pod):
        assert not peer.keys() - {"namespaceSelector", "podSelector"}, peer
        if "namespaceSelector" in peer:
            labels = self.namespaces.get(pod.namespace, {}) | {
                "kubernetes.io/metadata.name": pod.namespace}
            if not self.selects(peer["namespaceSelector"], labels):
                return False
        elif pod.namespace != policy["metadata"]["namespace"]:
            return False
        return self.selects(peer.get("podSelector", {}), pod.labels)

    def allows(self, direction, of, to, port):
        """Whether the policies of one end allow it: all do where none selects the pod."""
        rules, side = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}[direction]
        policies = [
            policy for policy in self.policies
            if policy["metadata"]["namespace"] == of.namespace
            and direction in policy["spec"]["policyTypes"]
            and self.selects(policy["spec"]["podSelector"], of.labels)]
        return not policies or any(
            any(self.is_peer(peer, policy, to) for peer in rule[side])
            and port in [entry["port"] for entry in rule["ports"]]
            for policy in policies for rule in policy["spec"].get(rules, []))

    def arrows(self):
        """All that one pod can reach of another, where either is Terrace's."""
        return {
            (name, other, port)
            for name, pod in self.pods.items() for other, target in self.pods.items()
            for port in target.ports
            if name != other and not {name, other} <= OTHERS.keys() - {"admin-client", "lodger"}
            and self.allows("Egress", pod, target, port)
            and self.allows("Ingress", target, pod, port)}


def needed(monitored=False, has_postgres=False):
    """What docs/reference/kubernetes.md draws."""
    jobs = {"terrace-migrate"}
    processes = {"gateway", "admin"} | TENANTS | jobs
    arrows = {("ingress", "gateway", 8080), ("admin-client", "admin", 8081)}
    arrows |= {("gateway", tenant, 8443) for tenant in TENANTS}
    arrows |= {(process, "dns", 53) for process in processes}
    if has_postgres:
        arrows |= {(process, "postgres", 5432) for process in processes}
    if monitored:
        arrows |= {("prometheus", process, 9090) for process in ("gateway", "admin")}
    return arrows


@pytest.mark.parametrize("platform, options", [
    ("platform", {"monitored": True}), ("minikube", {"has_postgres": True})])
def test_pods_reach_what_they_need_and_nothing_else(platform, options):
    overlays = [KUBERNETES / "overlays" / name for name in (platform, "acme", "globex")]
    assert Cluster(*overlays).arrows() == needed(**options)


def test_a_cluster_without_policies_has_no_walls():
    """That the test above sees an arrow that is too many."""
    cluster = Cluster(*(KUBERNETES / "overlays" / name for name in ("minikube", "acme", "globex")))
    cluster.policies = [
        policy for policy in cluster.policies if policy["metadata"]["namespace"] != "tenant-acme"]
    assert ("stranger", "acme", 8443) in cluster.arrows()
    assert ("admin", "acme", 8443) not in cluster.arrows()


@pytest.mark.parametrize("name", ["platform", "minikube", "acme"])
def test_with_its_component_pods_also_ask_the_dns_cache_of_their_node(name, tmp_path):
    cluster = copy(tmp_path) / "kubernetes/cluster/kustomization.yaml"
    text = cluster.read_text()
    assert "components:\n" in text
    cluster.write_text(text.replace("components:\n", "components:\n  - ../components/node-local-dns\n"))
    items, others = objects(tmp_path / "kubernetes/overlays" / name), objects(KUBERNETES / "overlays" / name)
    [changed] = [item for item in items if item not in others]
    assert changed["kind"] == "NetworkPolicy" and changed["metadata"]["name"] == "to-dns"
    [rule] = changed["spec"]["egress"]
    assert rule["to"].pop() == {"ipBlock": {"cidr": "169.254.20.10/32"}}
    assert changed in others
