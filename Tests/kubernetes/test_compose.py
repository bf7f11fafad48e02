"""compose.yaml: valid, and no more open than it must be."""

import os
import shutil
import subprocess

import pytest
import yaml
from manifests import REPOSITORY, copy, run

COMPOSE = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


def test_is_valid_by_the_schema_of_compose():
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(REPOSITORY / "compose.yaml"))


def test_only_the_gateway_is_published_and_on_this_machine_only():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"gateway": ["127.0.0.1:8080:8080"]}
    assert COMPOSE["networks"]["database"]["internal"]
    assert SERVICES["postgres"]["networks"] == ["database"]
    assert "@sha256:" in SERVICES["postgres"]["image"]


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "postgres"])
def test_terraces_containers_are_confined(name):
    service = SERVICES[name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_scripts_secrets_makes_all_that_is_mounted(tmp_path):
    root = copy(tmp_path)
    run(str(root / "scripts/secrets"), "compose")
    for name, secret in COMPOSE["secrets"].items():
        assert (root / secret["file"]).read_text(), name
    for service in SERVICES.values():
        mounted = {f"/run/secrets/{name}" for name in service["secrets"]}
        named = {v for k, v in service["environment"].items() if k.endswith("_FILE")}
        assert named == mounted <= {f"/run/secrets/{name}" for name in COMPOSE["secrets"]}
    assert (root / ".env").read_text().startswith("TERRACE_USER=")


# Who started the containers, and who is root in them.
SOMEBODY = 10234


@pytest.mark.parametrize("arguments, inside", [([], None), (["rootless"], SOMEBODY)])
def test_the_containers_can_read_them_and_nobody_else(arguments, inside, tmp_path):
    """Docker's containers have the host's accounts; those of rootless podman are in a user namespace."""
    tmp_path.chmod(0o711)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o711)
    root = copy(tmp_path)
    shutil.chown(root, SOMEBODY, SOMEBODY)
    run("chown", "--recursive", f"{SOMEBODY}:{SOMEBODY}", str(root / "kubernetes/secrets"))
    run("setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups", "--",
        str(root / "scripts/secrets"), "compose", *arguments)
    user, group = (root / ".env").read_text().strip().removeprefix("TERRACE_USER=").split(":")
    holder = subprocess.Popen(["unshare", *(["--user"] if inside else []), "--", "sleep", "60"])
    try:
        namespace = []
        if inside:
            while os.readlink(f"/proc/{holder.pid}/ns/user") == os.readlink("/proc/self/ns/user"):
                pass
            for kind in ("uid", "gid"):
                with open(f"/proc/{holder.pid}/{kind}_map", "w") as file:
                    file.write(f"0 {inside} 1\n1 100000 65536")
            namespace = ["nsenter", f"--target={holder.pid}", "--user", "--"]
        for name in COMPOSE["secrets"]:
            path = str(root / COMPOSE["secrets"][name]["file"])

            def read(uid, gid):
                # As compose.yaml says, without any right of root's.
                return run(
                    *namespace, "setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups",
                    "--bounding-set=-all", "--inh-caps=-all", "--", "cat", path)

            assert read(user, group)
            with pytest.raises(AssertionError, match="Permission denied"):
                read(65532, 65532)
    finally:
        holder.kill()
        holder.wait()
