"""The pods of a cluster, started as the overlays say: on the image's own root, read-only, with the
manifests' users, environments, files and ports, against a Postgres that speaks TLS only."""

import base64
import http.client
import json
import os
import pwd
import re
import socket
import ssl
import struct
import subprocess
import time

import pytest
import yaml
from manifests import REPOSITORY, copy, find, one, pod_specs, run, shell_blocks
from pods import Cluster, outdated, trusting

PODS = {
    "postgres": ["postgres.terrace.svc"],
    "job": [],
    "waiting": [],
    "gateway": ["terrace.terrace.svc"],
    "admin": ["terrace-admin.terrace.svc"],
    "acme": ["terrace.tenant-acme.svc"],
    "initech": ["terrace.tenant-initech.svc"],
    "initech-next": [],
}


class Postgres:
    """This machine's PostgreSQL, with the arguments and files of the overlay's StatefulSet."""

    def __init__(self, cluster, folder, objects):
        spec = pod_specs(objects)["StatefulSet", "postgres"]
        [container] = spec["containers"]
        account = pwd.getpwnam("postgres")
        data = folder / "data"
        binaries = run("pg_config", "--bindir").strip()
        secrets = one(objects, "Secret", spec["volumes"][-2]["secret"]["secretName"])["data"]
        tls = one(objects, "Secret", spec["volumes"][-1]["secret"]["secretName"])["data"]
        hba = one(objects, "ConfigMap", next(
            v["configMap"]["name"] for v in spec["volumes"] if "configMap" in v))["data"]
        files = {key: base64.b64decode(value) for key, value in (secrets | tls).items()}
        files |= {key: value.encode() for key, value in hba.items()}
        for name, content in files.items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
            os.chown(folder / name, account.pw_uid, account.pw_gid)
        os.chown(folder, account.pw_uid, account.pw_gid)
        self.folder = folder
        self.address = cluster.network.addresses["postgres"]
        self.as_postgres = as_postgres = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}",
                       "--clear-groups", "--pdeathsig=KILL", "--"]
        run(*as_postgres, f"{binaries}/initdb", "--pgdata", str(data), "--username=postgres",
            f"--pwfile={folder / 'superuser-password'}", "--no-sync", cwd=folder)
        arguments = [
            argument.replace("/run/tls/postgres", str(folder)).replace("/etc/postgres", str(folder))
            for argument in container["args"]]
        address = cluster.network.addresses["postgres"]
        holder = cluster.network.join(address)
        self.process = subprocess.Popen(
            ["nsenter", f"--target={holder}", "--net", "--", *as_postgres,
             f"{binaries}/postgres", "-D", str(data), *arguments, "-c", "fsync=off",
             "-c", f"listen_addresses={address}", "-c", f"unix_socket_directories={folder}"],
            cwd=folder, stdin=subprocess.DEVNULL, stderr=(folder / "log").open("wb"))

    def beside(self, objects):
        """Starts the container that runs beside Postgres; there is little time between its looks."""
        [container] = pod_specs(objects)["StatefulSet", "postgres"]["initContainers"]
        command = [
            word.replace("/run/tls/postgres", str(self.folder)).replace("sleep 10", "sleep 0.1")
            for word in container["command"]]
        return subprocess.Popen(
            [*self.as_postgres, "env", f"PGHOST={self.folder}", *command], cwd=self.folder,
            stdin=subprocess.DEVNULL)

    def replace(self, objects):
        """What kubelet does with another certificate of the same Secret."""
        data = one(objects, "Secret", "postgres-tls")["data"]
        for name in ("tls.key", "tls.crt"):
            (self.folder / name).write_bytes(base64.b64decode(data[name]))

    def certificate(self, network):
        """The one that it shows now."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with network.here(), socket.create_connection((self.address, 5432), timeout=30) as connection:
            connection.sendall(struct.pack("!ii", 8, 80877103))  # SSLRequest
            assert connection.recv(1) == b"S"
            with context.wrap_socket(connection) as tls:
                return tls.getpeercert(binary_form=True)

    def close(self):
        self.process.send_signal(2)
        self.process.wait(timeout=120)


def secret(objects, deployment, key):
    """What a Deployment's pods find in their secrets' file."""
    volumes = pod_specs(objects)["Deployment", deployment]["volumes"]
    [name] = [v["secret"]["secretName"] for v in volumes if v["name"] == "secrets"]
    return base64.b64decode(one(objects, "Secret", name)["data"][key]).decode()


@pytest.fixture(scope="module")
def platform(node_root, tmp_path_factory):
    """The laptop's overlay with secrets of its own, running: its Jobs done, its pods ready."""
    root = copy(tmp_path_factory.mktemp("repository"), tenants=False)
    run(str(root / "scripts/secrets"), "minikube")
    objects = list(yaml.safe_load_all(
        run("kubectl", "kustomize", str(root / "kubernetes/secrets/minikube"))))
    folder = tmp_path_factory.mktemp("cluster")
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o711)
    cluster = Cluster(node_root, folder, PODS)
    cluster.postgres = None
    (folder / "postgres").mkdir()
    try:
        # As on a new cluster: the Job is there before there is a database.
        bootstrap = cluster.start("job", objects, "Job", migration(objects), "bootstrap")
        bootstrap.until(lambda: "waiting: " in bootstrap.output())
        cluster.postgres = Postgres(cluster, folder / "postgres", objects)
        assert bootstrap.end() == 0, bootstrap.output()
        yield root, cluster, objects
    finally:
        cluster.close()
        if cluster.postgres:
            cluster.postgres.close()


def migration(objects):
    [job] = find(objects, "Job")
    return job["metadata"]["name"]


@pytest.fixture(scope="module")
def prepared(platform):
    """After the Jobs; the gateway's init container waited for them."""
    _, cluster, objects = platform
    waiting = cluster.start("waiting", objects, "Deployment", "terrace", "schema")
    waiting.until(lambda: "waiting: the registry lacks" in waiting.output())
    assert cluster.to_its_end("job", objects, "Job", migration(objects))[0] == 0
    assert waiting.end() == 0
    return platform


@pytest.fixture(scope="module")
def gateway(prepared):
    _, cluster, objects = prepared
    return cluster.start("gateway", objects, "Deployment", "terrace").until_ready()


def test_a_migration_that_is_run_again_finds_nothing_to_do(prepared):
    _, cluster, objects = prepared
    assert cluster.to_its_end("job", objects, "Job", migration(objects), "bootstrap")[0] == 0
    code, output = cluster.to_its_end("job", objects, "Job", migration(objects))
    assert (code, output.splitlines()[0]) == (0, "registry: up to date")


def test_postgres_shows_a_new_certificate_once_its_secret_has_one(platform):
    root, cluster, _ = platform
    before = cluster.postgres.certificate(cluster.network)
    secrets = root / "kubernetes/secrets/minikube"
    for name in ("postgres.crt", "postgres.key"):
        (secrets / name).unlink()
    run(str(root / "scripts/secrets"), "minikube")
    objects = list(yaml.safe_load_all(run("kubectl", "kustomize", str(secrets))))
    beside = cluster.postgres.beside(objects)
    try:
        cluster.postgres.replace(objects)
        while (shown := cluster.postgres.certificate(cluster.network)) == before:
            assert beside.poll() is None
            time.sleep(0.05)
    finally:
        beside.terminate()
        assert beside.wait(timeout=60) == 0
    pem = one(objects, "Secret", "postgres-tls")["data"]["tls.crt"]
    assert ssl.DER_cert_to_PEM_cert(shown) == base64.b64decode(pem).decode()


def test_a_container_that_waits_ends_at_once_when_it_is_told_to(platform, node_root):
    _, cluster, objects = platform
    pod = cluster.start(
        "waiting", objects, "Deployment", "terrace", "schema", TERRACE_DATABASE_PORT="1")
    pod.until(lambda: "waiting: " in pod.output())
    assert pod.terminate() == 128 + 15


def test_the_gateway_is_ready_and_refuses_names_that_nobody_has(gateway):
    status, body = gateway.request("public", "/health", host="nobody.finance.example")
    assert (status, json.loads(body)["type"].rpartition("/")[2].rpartition(":")[2]) == (
        404, "unknown-tenant")


def test_the_database_is_reached_over_tls_and_under_its_name_only(prepared):
    _, cluster, objects = prepared
    pod = cluster.start(
        "waiting", objects, "Deployment", "terrace", "schema",
        TERRACE_DATABASE_HOST=cluster.network.addresses["postgres"])
    pod.until(lambda: "waiting: " in pod.output())
    assert "certificate" in pod.output()
    pod.kill()


def test_a_gateway_that_is_given_an_admins_secret_does_not_start(prepared):
    _, cluster, objects = prepared
    pod = cluster.start(
        "waiting", objects, "Deployment", "terrace",
        TERRACE_OWNER_PASSWORD=secret(objects, "terrace-admin", "owner-password"))
    assert pod.end() == 78
    assert "TERRACE_OWNER_PASSWORD must not be set in mode shared" in pod.output()


@pytest.fixture(scope="module")
def admin(prepared):
    _, cluster, objects = prepared
    return cluster.start("admin", objects, "Deployment", "terrace-admin").until_ready()


def command(admin, *arguments, token="/run/secrets/terrace/admin-token"):
    """The command, as `kubectl exec` runs it in the admin's pod."""
    return run(
        "nsenter", f"--target={admin.main_process()}", "--mount", "--net", "--pid", "--root",
        "--wd", "--setuid=65532", "--setgid=65532", "--", "/usr/bin/terrace", *arguments,
        "--server", "https://localhost:8081", "--ca", "/run/tls/admin/ca.crt",
        "--token-file", token)


def test_an_admin_registers_a_tenant_from_its_pod_and_the_gateway_serves_it(gateway, admin):
    command(admin, "tenant", "create", "globex", "--display-name", "Globex")
    assert gateway.request("public", "/health", host="globex.finance.example") == (200, "success")


def test_the_admin_endpoint_is_not_to_be_had_without_its_token(admin):
    with pytest.raises(AssertionError, match="token"):
        command(admin, "tenant", "list", token="/run/secrets/terrace/owner-password")


def test_the_admin_endpoint_speaks_tls_and_nothing_older_than_1_2(platform, admin):
    authority = (platform[0] / "kubernetes/secrets/ca/admin.crt").read_text()
    name = "terrace-admin.terrace.svc"
    assert admin.request("admin", "/admin/tenants", host=name, tls=(trusting(authority), name))[0] == 401
    with pytest.raises(http.client.BadStatusLine):
        admin.request("admin", "/admin/tenants", host=name)
    with pytest.raises(ssl.SSLError, match="protocol version"):
        admin.request("admin", "/admin/tenants", host=name, tls=(outdated(trusting(authority)), name))


def ask(admin, platform, path, method="GET"):
    """A request to the admin endpoint, with its token."""
    root, _, objects = platform
    name = "terrace-admin.terrace.svc"
    token = secret(objects, "terrace-admin", "admin-token")
    tls = trusting((root / "kubernetes/secrets/ca/admin.crt").read_text()), name
    return admin.request(
        "admin", path, method, name, None, {"Authorization": f"Bearer {token}"}, tls)


def sign_up(gateway, host):
    """A token of a new user."""
    user = json.dumps({"username": "you@example.com", "password": "a long password"})
    assert gateway.request("public", "/register", "POST", host, user)[0] == 200
    return json.loads(gateway.request("public", "/login", "POST", host, user)[1])["token"]


def analytics(pod, host, token, **options):
    return pod.request(
        "public", "/analytics?period=current_month", host=host,
        headers={"x-access-token": token}, **options)


def documented(slug):
    """The commands by which the documentation has a tenant dedicated, block by block."""
    text = (REPOSITORY / "docs/how-to/dedicate-a-tenant.md").read_text()
    return [block.replace("acme", slug) for block in shell_blocks(text)]


def as_documented(root, admin, script):
    """Runs commands of the documentation where the admin endpoint has been forwarded to."""
    [function] = re.findall(r"^terrace\(\) \{.*?\}$", documented("acme")[1], re.S | re.M)
    built = root / ".build/release/terrace"
    built.parent.mkdir(parents=True, exist_ok=True)
    if not built.exists():
        built.symlink_to(os.environ.get("TERRACE_BINARY", str(REPOSITORY / ".build/release/terrace")))
    return run(
        "nsenter", f"--target={admin.holder}", "--net", "--", "bash", "-euo", "pipefail", "-c",
        f"{function}\n{script}", cwd=root)


@pytest.fixture(scope="module")
def acme(platform, gateway, admin):
    """acme's own pod, to which its requests have moved, and a token of before: all as documented."""
    root, cluster, _ = platform
    command(admin, "tenant", "create", "acme", "--display-name", "Acme")
    token = sign_up(gateway, "acme.finance.example")
    before, _, after = re.split(
        r"^image=[^)]*\)\n|^scripts/deploy apply acme .*\n", documented("acme")[1], flags=re.M)
    as_documented(root, admin, before)
    secrets = root / "kubernetes/secrets/acme"
    own = list(yaml.safe_load_all(run("kubectl", "kustomize", str(secrets))))
    assert cluster.to_its_end("acme", own, "Deployment", "terrace", "schema")[0] == 0
    pod = cluster.start("acme", own, "Deployment", "terrace").until_ready()
    pod.objects = own
    as_documented(root, admin, after)
    return pod, token


def test_the_overlays_of_a_laptop_that_followed_the_documentation_agree_with_the_registry(
        platform, admin, acme):
    root, _, _ = platform
    assert as_documented(root, admin, "terrace overlay check") == (
        "1 overlays agree with the registry.\n")


def test_a_dedicated_tenant_is_served_by_its_own_pod_at_the_url_that_it_had(gateway, acme):
    pod, token = acme
    before = pod.output().count('"/analytics"')
    assert analytics(gateway, "acme.finance.example", token)[0] == 200
    pod.until(lambda: pod.output().count("/analytics") > before)


def test_shared_tenants_are_served_beside_it(gateway, acme):
    assert gateway.request("public", "/health", host="globex.finance.example") == (200, "success")
    status, _ = analytics(gateway, "globex.finance.example", acme[1])
    assert status == 401


def test_a_dedicated_pod_knows_the_gateway_by_its_certificate(platform, acme, tmp_path):
    root, _, _ = platform
    pod, token = acme
    secrets = root / "kubernetes/secrets"
    authority = (secrets / "ca/tenants.crt").read_text()
    name = "terrace.tenant-acme.svc"
    gateways = trusting(authority, secrets / "minikube/upstream.crt", secrets / "minikube/upstream.key")
    assert analytics(pod, "acme.finance.example", token, tls=(gateways, name))[0] == 200
    assert pod.request("public", "/health", host="globex.finance.example", tls=(gateways, name))[0] == 421
    # What it says of where a request came from counts.
    assert pod.request(
        "public", "/health", host="acme.finance.example", tls=(gateways, name),
        headers={"X-Forwarded-Host": "globex.finance.example"})[0] == 421
    with pytest.raises(ssl.SSLError, match="protocol version"):
        pod.request("public", "/health", host="acme.finance.example", tls=(outdated(gateways), name))
    for context in (
        trusting(authority), trusting(authority, secrets / "acme/tls.crt", secrets / "acme/tls.key")):
        with pytest.raises(OSError):
            pod.request("public", "/health", host="acme.finance.example", tls=(context, name))


def test_a_pod_with_another_tenants_id_does_not_start(platform, acme):
    _, cluster, _ = platform
    pod = cluster.start(
        "waiting", acme[0].objects, "Deployment", "terrace",
        TERRACE_TENANT_ID="11111111-1111-4111-8111-111111111111")
    assert pod.end() != 0
    assert "is that of the tenant" in pod.output()


def stream(root, admin):
    """What the documented commands without any folder would apply to initech's namespace."""
    commands = documented("initech")[2].replace("\\\n", "").splitlines()
    [secret] = [line for line in commands if "create secret" in line]
    [overlay] = [line.split("|")[0] for line in commands if "--stdout" in line]
    secret = secret.split("|")[0]
    text = as_documented(root, admin, f"{overlay}\necho ---\n{secret}")
    return list(yaml.safe_load_all(text))


def login(own):
    return one(own, "ConfigMap")["data"]["TERRACE_TENANT_LOGIN"]


@pytest.fixture(scope="module")
def initech(platform, gateway, admin):
    """initech's own pod, of the stream alone, to which its requests have moved; its objects, and a
    token of before."""
    root, cluster, _ = platform
    command(admin, "tenant", "create", "initech", "--display-name", "Initech")
    token = sign_up(gateway, "initech.finance.example")
    run(str(root / "scripts/secrets"), "tenant", "tenant-initech", "initech")
    own = stream(root, admin)
    assert cluster.to_its_end("initech", own, "Deployment", "terrace", "schema")[0] == 0
    pod = cluster.start("initech", own, "Deployment", "terrace").until_ready()
    command(admin, "tenant", "move", "initech", "--to", "dedicated")
    return pod, own, token


def test_a_tenant_is_served_by_the_pods_of_its_stream(gateway, initech):
    pod, _, token = initech
    before = pod.output().count("/analytics")
    assert analytics(gateway, "initech.finance.example", token)[0] == 200
    pod.until(lambda: pod.output().count("/analytics") > before)


@pytest.mark.parametrize("key, complaint", [
    ("tenant-password", "password authentication failed"),
    ("tenant-key", "the key is not the one that goes with the login"),
])
def test_a_pod_with_another_tenants_credentials_does_not_start(
        platform, acme, initech, key, complaint):
    _, cluster, _ = platform
    objects = json.loads(json.dumps(acme[0].objects))
    files = next(s["data"] for s in find(objects, "Secret") if key in s["data"])
    files[key] = next(s["data"][key] for s in find(initech[1], "Secret") if key in s["data"])
    pod = cluster.start("waiting", objects, "Deployment", "terrace")
    assert pod.end() != 0
    assert complaint in pod.output()


def test_a_second_fetch_makes_credentials_that_take_the_place_of_the_first(
        platform, gateway, admin, initech):
    root, cluster, _ = platform
    pod, first, token = initech
    second = stream(root, admin)
    assert login(second) != login(first)
    assert one(second, "ConfigMap")["metadata"]["name"] != one(first, "ConfigMap")["metadata"]["name"]
    following = cluster.start("initech-next", second, "Deployment", "terrace").until_ready()

    def logins():
        return json.loads(ask(admin, platform, "/admin/tenants/initech/deployment")[1])["logins"]

    # As long as pods of before run, their credentials are good.
    assert set(logins()) >= {login(first), login(second)}
    cluster.lead("terrace.tenant-initech.svc", "initech-next")
    assert pod.terminate() == 0
    following.until(lambda: logins() == [login(second)])
    assert analytics(gateway, "initech.finance.example", token)[0] == 200
    late = cluster.start("initech", first, "Deployment", "terrace")
    assert late.end() != 0
    assert "password authentication failed" in late.output()
    assert following.terminate() == 0


def test_every_pod_ends_in_good_order(gateway, admin, acme):
    assert [pod.terminate() for pod in (acme[0], gateway, admin)] == [0, 0, 0]
