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


# A builder that shows what it is given and keeps it, and commands as macOS has them.
TOOLS = {
    "buildah": """printf '%s\\n' "$@" | grep = ; exec /usr/bin/cp -R "${@: -1}" "$CONTEXT" """,
    "date": """[ "$1 $2" = "-u -r" ] || exit 1; exec /usr/bin/date -u -d "@$3" "$4" """,
    "cp": """case "$*" in *--*) exit 1 ;; esac; exec /usr/bin/cp "$@" """,
    "install": "exit 1",
    "strip": "",
}


@pytest.fixture
def packed(tmp_path):
    """Runs the repository's scripts/image; returns what it tells the builder, and the context."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in TOOLS.items():
        (tools / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
        (tools / name).chmod(0o755)

    def packed(*arguments, repository=REPOSITORY):
        context = tmp_path / "context"
        told = run(
            str(repository / "scripts/image"), "--builder", "buildah", *arguments,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "REVISION": "a revision",
                 "CONTEXT": str(context), "PATH": f"{tools}:{os.environ['PATH']}"})
        return told.splitlines(), context

    return packed


@pytest.mark.parametrize("resolved", [False, True])
def test_the_packages_that_were_resolved_go_into_the_build(resolved, packed, tmp_path):
    sources = ("Containerfile", "Package.swift", "Sources/Gateway/Terrace.swift",
               "Tests/TestSupport/Answers.swift", "scripts/image-root")
    repository = tmp_path / "repository"
    for name in (*sources, "scripts/image"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).touch()
    shutil.copy(REPOSITORY / "scripts/image", repository / "scripts/image")
    if resolved:
        (repository / "Package.resolved").write_text("{}")
    told, context = packed("--", "--build-arg", "OF=mine", repository=repository)
    assert {"CREATED=2023-11-14T22:13:20Z", "REVISION=a revision", "OF=mine"} <= set(told)
    assert {os.path.relpath(path, context) for path in files(context)} == {
        *sources, *(["Package.resolved"] if resolved else [])}
    ignored = (REPOSITORY / ".dockerignore").read_text().split()
    assert ignored[0] == "*" and "!Package.resolved" in ignored


@pytest.mark.parametrize("by", ["scripts/image", ".dockerignore"])
def test_what_the_build_stage_compiles_is_a_package(by, packed, tmp_path):
    context = packed()[1] if by == "scripts/image" else REPOSITORY
    begin, build = (REPOSITORY / "Containerfile").read_text().split("\nFROM ")[:2]
    copies = tmp_path / "Containerfile"
    copies.write_text(f"{begin}\nFROM {build.split(chr(10) + 'RUN ')[0]}\n")
    tag = f"localhost/terrace-test-sources:{tmp_path.name.replace('_', '-')}"
    buildah("build", "--quiet", "--file", str(copies), "--build-arg", "BUILDER=scratch",
            "--tag", tag, str(context))
    container = buildah("from", tag)
    try:
        described = json.loads(run(
            "swift", "package", "--scratch-path", str(tmp_path / "scratch"), "describe",
            "--type", "json", cwd=buildah("mount", container) + "/src"))
    finally:
        buildah("rm", container)
        buildah("rmi", tag)
    assert "terrace" in [product["name"] for product in described["products"]]


def executable(path, machine):
    """The beginning of a file of ELF's, for a machine by its number there."""
    path.write_bytes(b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + b"\x03\0" + machine.to_bytes(2, "little"))
    return path


X86, ARM = 62, 183
OF_THIS_MACHINE = {"x86_64": X86, "aarch64": ARM}[os.uname().machine]


@pytest.mark.parametrize("machine, platform", [
    (OF_THIS_MACHINE, []), (X86, ["--platform", "linux/amd64"]), (ARM, ["--platform", "linux/arm64"]),
    (ARM, ["--platform", "linux/arm64/v8"])])
def test_a_binary_goes_into_an_image_of_its_own_platform(machine, platform, packed, tmp_path):
    binary = executable(tmp_path / "binary", machine)
    _, context = packed("--binary", str(binary), *platform)
    assert (context / "prebuilt/terrace").read_bytes() == binary.read_bytes()


@pytest.mark.parametrize("machine, platform, reason", [
    (X86 + ARM - OF_THIS_MACHINE, [], "is not a binary for linux/"),
    (X86, ["--platform", "linux/arm64"], "is not a binary for linux/arm64"),
    (ARM, ["--platform", "linux/amd64"], "is not a binary for linux/amd64"),
    (X86, ["--platform", "linux/amd64,linux/arm64"], "one platform"),
    (X86, ["--platform", "linux/riscv64"], "neither amd64 nor arm64")])
def test_a_binary_goes_into_no_other_image(machine, platform, reason, packed, tmp_path):
    binary = executable(tmp_path / "binary", machine)
    with pytest.raises(AssertionError, match=f"scripts/image: .*{reason}"):
        packed("--binary", str(binary), *platform)
    assert not (tmp_path / "context").exists()


@pytest.mark.parametrize("text, reason", [(None, "is not there"), ("#!/bin/sh\n", "is not a binary")])
def test_what_is_no_binary_goes_into_no_image(text, reason, packed, tmp_path):
    if text:
        (tmp_path / "binary").write_text(text * 10)
    with pytest.raises(AssertionError, match=f"scripts/image: .*{reason}"):
        packed("--binary", str(tmp_path / "binary"))


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
