"""The image: what is in it, and that it runs as a pod must, read-only and as nobody in particular."""

import json
import os
import shutil
import stat

import pytest
from conftest import buildah
from manifests import REPOSITORY, run


def files(root):
    for folder, _, names in os.walk(root):
        for name in names:
            yield os.path.join(folder, name)


def test_the_same_sources_make_the_same_image(image, build):
    try:
        assert build("localhost/terrace:again", "--no-cache") == image[0]
    finally:
        buildah("rmi", "localhost/terrace:again")


# A builder that shows what it is given, and commands as macOS has them.
TOOLS = {
    "buildah": """printf '%s\\n' "$@" | grep = ; cd "${@: -1}" && find . -type f | sort""",
    "date": """[ "$1 $2" = "-u -r" ] || exit 1; exec /usr/bin/date -u -d "@$3" "$4" """,
    "cp": """case "$*" in *--*) exit 1 ;; esac; exec /usr/bin/cp "$@" """,
    "install": "exit 1",
}


@pytest.mark.parametrize("resolved", [False, True])
def test_the_packages_that_were_resolved_go_into_the_build(resolved, tmp_path):
    for name in ("scripts/image", "scripts/image-root", "Containerfile", "Package.swift",
                 "Sources/Gateway/Terrace.swift"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    if resolved:
        (tmp_path / "Package.resolved").write_text("{}")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in TOOLS.items():
        (tools / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
        (tools / name).chmod(0o755)
    shown = run(
        str(tmp_path / "scripts/image"), "--builder", "buildah", "--", "--build-arg", "OF=mine",
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "REVISION": "a revision",
             "PATH": f"{tools}:{os.environ['PATH']}"}).splitlines()
    assert {"CREATED=2023-11-14T22:13:20Z", "REVISION=a revision", "OF=mine"} <= set(shown)
    assert {line for line in shown if line.startswith("./")} == {
        "./Containerfile", "./Package.swift", "./Sources/Gateway/Terrace.swift",
        "./scripts/image-root", *(["./Package.resolved"] if resolved else [])}
    ignored = (REPOSITORY / ".dockerignore").read_text().split()
    assert ignored[0] == "*" and "!Package.resolved" in ignored


def test_it_is_small(image_root):
    size = int(run("du", "--summarize", "--bytes", str(image_root)).split()[0])
    assert size < 150_000_000


def test_it_says_what_it_is(image):
    configuration = json.loads(buildah("inspect", "--type", "image", image[1]))["OCIv1"]
    assert configuration["config"]["User"] == "65532:65532"
    assert configuration["config"]["Entrypoint"] == ["/usr/bin/terrace"]
    assert configuration["config"]["Cmd"] == ["serve"]
    assert configuration["created"] == "2023-11-14T22:13:20Z"
    labels = configuration["config"]["Labels"]
    prefix = "org.opencontainers.image."
    assert labels[prefix + "title"] == "Terrace"
    assert labels[prefix + "version"] in (REPOSITORY / "Sources/Gateway/Terrace.swift").read_text()
    assert labels[prefix + "revision"] == "a revision"
    assert labels[prefix + "created"] == configuration["created"]


def test_it_holds_terrace_and_what_that_needs_and_nothing_else(image_root):
    executables = [
        path for path in files(image_root)
        if not os.path.islink(path) and os.access(path, os.X_OK) and ".so" not in path]
    assert executables == [str(image_root / "usr/bin/terrace")]
    for path in files(image_root):
        mode = os.lstat(path).st_mode
        assert not mode & (stat.S_ISUID | stat.S_ISGID), path
        assert stat.S_ISLNK(mode) or not mode & (stat.S_IWGRP | stat.S_IWOTH), path


def test_it_has_authorities_and_time_zones(image_root):
    bundle = (image_root / "etc/ssl/certs/ca-certificates.crt").read_text()
    assert bundle.count("BEGIN CERTIFICATE") > 100
    assert (image_root / "usr/share/zoneinfo/Europe/Berlin").read_bytes()[:4] == b"TZif"


def test_scanners_find_its_packages_and_people_their_licences(image_root):
    packages = {path.name for path in (image_root / "var/lib/dpkg/status.d").iterdir()}
    assert {"libpq5", "libssl3", "libc6", "tzdata", "ca-certificates"} <= packages
    for package in packages:
        assert "Version: " in (image_root / "var/lib/dpkg/status.d" / package).read_text()
    assert (image_root / "usr/share/doc/libpq5/copyright").is_file()


def test_it_runs_read_only_as_a_user_without_rights(node_root):
    script = f"""
      mount --make-rprivate / && mount --bind {node_root} {node_root}
      mount -o remount,bind,ro {node_root} && mount -t proc proc {node_root}/proc
      exec chroot --userspec=65532:65532 {node_root} /usr/bin/terrace --version"""
    version = run("unshare", "--mount", "--pid", "--fork", "bash", "-ec", script).strip()
    assert f'"{version}"' in (REPOSITORY / "Sources/Gateway/Terrace.swift").read_text()
