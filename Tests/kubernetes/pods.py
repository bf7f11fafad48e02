"""Runs pods as a node would, from their manifests, with what Linux itself has: the image's root,
read-only; the manifest's user, environment and files; an address of the pod's own. No kubelet, no
container runtime, and nothing that leaves this machine. Needs root."""

import base64
import contextlib
import ctypes
import http.client
import os
import pathlib
import signal
import ssl
import subprocess
import time
import warnings

from manifests import one, pod_specs, run, settings

CLONE_NEWNET = 0x40000000
# What kubelet puts into every container's environment.
KUBELET = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}


class Network:
    """A bridge in a network namespace of its own; each pod has a namespace and an address on it."""

    prefix = "10.244.0."  # kubernetes/cluster: TERRACE_TRUSTED_PROXIES

    def __init__(self, names):
        self.addresses = {name: self.prefix + str(10 + i) for i, name in enumerate(names)}
        self.holders = []
        self.node = self.namespace()
        self.inside(self.node, "ip", "link", "set", "lo", "up")
        self.inside(self.node, "ip", "link", "add", "bridge", "type", "bridge")
        self.inside(self.node, "ip", "address", "add", self.prefix + "1/24", "dev", "bridge")
        self.inside(self.node, "ip", "link", "set", "bridge", "up")

    def namespace(self):
        holder = subprocess.Popen(
            ["unshare", "--net", "--", "sh", "-c", "echo; exec sleep 3600"], stdout=subprocess.PIPE)
        holder.stdout.readline()
        self.holders.append(holder)
        return holder.pid

    def inside(self, pid, *command):
        return run("nsenter", f"--target={pid}", "--net", *command)

    def join(self, address):
        """A new namespace that has the address; returns the process that holds it."""
        pid = self.namespace()
        link = f"pod{len(self.holders)}"
        self.inside(
            self.node, "ip", "link", "add", link, "master", "bridge", "up", "type",
            "veth", "peer", "name", "eth0", "netns", str(pid))
        self.inside(pid, "ip", "address", "add", f"{address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            self.inside(pid, "ip", "link", "set", link, "up")
        return pid

    def leave(self, pid):
        [holder] = [holder for holder in self.holders if holder.pid == pid]
        holder.kill()
        holder.wait()

    @contextlib.contextmanager
    def here(self):
        """Sockets that this thread opens are the node's."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/self/ns/net") as home, open(f"/proc/{self.node}/ns/net") as node:
            assert libc.setns(node.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            try:
                yield
            finally:
                assert libc.setns(home.fileno(), CLONE_NEWNET) == 0

    def close(self):
        for holder in self.holders:
            holder.kill()
            holder.wait()


class Cluster:
    """Pods by name, each of the objects that it is applied with.

    - names: of all pods there will be, with the Service names by which others find them."""

    def __init__(self, root, folder, names):
        self.root = root
        self.folder = folder
        self.network = Network(names)
        self.pods = []
        self.hosts = folder / "hosts"
        self.services = {service: pod for pod, services in names.items() for service in services}
        self.write_hosts()

    def write_hosts(self):
        # In place, since pods have this very file mounted.
        self.hosts.write_text("127.0.0.1 localhost\n" + "".join(
            f"{self.network.addresses[pod]} {service}\n" for service, pod in self.services.items()))

    def lead(self, service, pod):
        """Has a Service lead to another pod."""
        self.services[service] = pod
        self.write_hosts()

    def start(self, name, objects, kind, workload, container="terrace", **changes):
        """Starts a container of a workload: a Deployment's, a Job's or a StatefulSet's."""
        pod = Pod(self, name, objects, pod_specs(objects)[kind, workload], container, changes)
        self.pods.append(pod)
        return pod

    def to_its_end(self, name, objects, kind, workload, container="terrace"):
        """Runs a container that ends by itself, and returns its exit code and output."""
        pod = self.start(name, objects, kind, workload, container)
        return pod.end(), pod.output()

    def close(self):
        for pod in reversed(self.pods):
            pod.kill()
        self.network.close()


class Pod:
    def __init__(self, cluster, name, objects, spec, container, changes):
        self.cluster = cluster
        self.name = name
        self.address = cluster.network.addresses[name]
        self.spec = next(
            c for c in spec["containers"] + spec.get("initContainers", [])
            if c["name"] == container)
        self.folder = cluster.folder / f"{name}-{len(cluster.pods)}"
        self.log = self.folder / "log"
        self.environment = KUBELET | settings(objects, spec, container) | {
            v["name"]: name for v in self.spec.get("env", []) if "valueFrom" in v}
        self.environment |= changes
        self.mounts = self.files(objects, spec)
        self.process = self.launch(spec["securityContext"])

    def files(self, objects, spec):
        """Writes what Secrets and ConfigMaps hold as kubelet does, and returns it by mount path."""
        mounts = {}
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        group = spec["securityContext"]["fsGroup"]
        for mount in self.spec["volumeMounts"]:
            volume = volumes.get(mount["name"], {})
            folder = self.folder / mount["name"]
            folder.mkdir(parents=True)
            if "secret" in volume:
                data = one(objects, "Secret", volume["secret"]["secretName"])["data"]
                data = {key: base64.b64decode(value) for key, value in data.items()}
                mode = volume["secret"]["defaultMode"]
            elif "configMap" in volume:
                data = one(objects, "ConfigMap", volume["configMap"]["name"])["data"]
                data = {key: value.encode() for key, value in data.items()}
                mode = 0o644
            else:
                data = {}
                os.chown(folder, spec["securityContext"]["runAsUser"], group)
            for key, value in data.items():
                (folder / key).write_bytes(value)
                os.chown(folder / key, 0, group)
                (folder / key).chmod(mode)
            mounts[mount["mountPath"]] = folder
        return mounts

    def launch(self, security):
        root = self.cluster.root
        script = [
            "mount --make-rprivate /",
            f"mount --bind {root} {root}",
            f"mount -o remount,bind,ro {root}",
            f"mount -t proc proc {root}/proc",
            f"mount --bind -o ro {self.cluster.hosts} {root}/etc/hosts",
            f"mount -t tmpfs -o mode=755 dev {root}/dev",
            *(f"touch {root}/dev/{name} && mount --bind /dev/{name} {root}/dev/{name}"
              for name in ("null", "zero", "random", "urandom")),
        ] + [f"mount --bind {folder} {root}{path}" for path, folder in self.mounts.items()]
        user = f"{security['runAsUser']}:{security['runAsGroup']}"
        words = [
            "exec", "/usr/bin/env", "-i", "PATH=/usr/bin", *(
                f"'{key}={value}'" for key, value in self.environment.items()),
            "/usr/sbin/chroot", f"--userspec={user}", f"--groups={security['fsGroup']}", str(root),
            "/usr/bin/terrace", *self.spec["args"]]
        self.holder = self.cluster.network.join(self.address)
        return subprocess.Popen(
            ["nsenter", f"--target={self.holder}", "--net", "--", "unshare", "--mount", "--pid",
             "--fork", "--kill-child", "--", "bash", "-ec", "\n".join(script + [" ".join(words)])],
            stdin=subprocess.DEVNULL, stdout=self.log.open("wb"), stderr=subprocess.STDOUT)

    def output(self):
        return self.log.read_text()

    def request(self, port, path, method="GET", host=None, body=None, headers=(), tls=None):
        """Asks the pod, from the node; returns status and body."""
        ports = {p["name"]: p["containerPort"] for p in self.spec["ports"]}
        with self.cluster.network.here():
            connection = http.client.HTTPConnection(self.address, ports[port], timeout=20)
            connection.connect()
            if tls:
                context, name = tls
                connection.sock = context.wrap_socket(connection.sock, server_hostname=name)
            headers = {"Host": host or self.address} | dict(headers)
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            result = answer.status, answer.read().decode()
            connection.close()
            return result

    def is_ready(self):
        """What kubelet's readiness probe finds."""
        probe = self.spec["readinessProbe"]["httpGet"]
        try:
            return self.request(probe["port"], probe["path"])[0] == 200
        except OSError:
            return False

    def until_ready(self):
        return self.until(self.is_ready)

    def until(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f"{self.name} ended: {self.output()}"
            assert time.monotonic() < deadline, f"{self.name}: {self.output()}"
            time.sleep(0.05)
        return self

    def main_process(self):
        """The process that is the container's first, as this machine numbers it."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    def terminate(self):
        """What kubelet does to end a pod; returns the exit code."""
        os.kill(self.main_process(), signal.SIGTERM)
        return self.end()

    def end(self):
        """Waits for its end, which must be near; returns the exit code."""
        code = self.process.wait(timeout=120)
        self.cluster.network.leave(self.holder)
        return code

    def kill(self):
        self.process.kill()
        self.end()


def trusting(authority, certificate=None, key=None):
    """A TLS client that trusts an authority of a Secret's, and shows a certificate."""
    context = ssl.create_default_context(cadata=authority)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def outdated(context):
    """The same client, from before TLS 1.2."""
    # Otherwise the client refuses by itself.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
