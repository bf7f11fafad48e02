"""compose.yaml: valid, and no more open than it must be."""

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
