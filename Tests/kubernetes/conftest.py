"""The image, built once for all tests, on a base made with debootstrap: no registry is asked."""

import os
import pathlib
import shutil
import subprocess

import pytest
from manifests import REPOSITORY, run

BASE = "localhost/terrace-test-base"
TAG = "localhost/terrace:test"
# Where there is neither a container runtime nor overlayfs's own mount options.
BUILDAH = {**os.environ, "STORAGE_DRIVER": "overlay", "BUILDAH_ISOLATION": "chroot"}


def buildah(*arguments):
    return run("buildah", *arguments, env=BUILDAH).strip()


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """An image with what image-root needs: a minimal Debian, with this machine's package sources."""
    if not buildah("images", "--quiet", "--filter", f"reference={BASE}"):
        folder = tmp_path_factory.mktemp("debootstrap") / "root"
        sources = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
        run("debootstrap", "--variant=minbase", "bookworm", str(folder), sources.split()[0])
        shutil.copytree("/etc/apt", folder / "etc/apt", symlinks=True, dirs_exist_ok=True)
        container = buildah("from", "scratch")
        run("cp", "-a", f"{folder}/.", buildah("mount", container))
        buildah("umount", container)
        buildah("commit", "--quiet", "--rm", container, BASE)
        shutil.rmtree(folder)
    return BASE


@pytest.fixture(scope="session")
def build(base):
    """Builds the image with the release binary; returns its digest."""
    binary = os.environ.get("TERRACE_BINARY", str(REPOSITORY / ".build/release/terrace"))

    def build(tag, *options):
        run(str(REPOSITORY / "scripts/image"), "--binary", binary, "--tag", tag, "--",
            "--build-arg", f"BUILDER={base}", "--build-arg", f"PACKAGES={base}", *options,
            env={**BUILDAH, "SOURCE_DATE_EPOCH": "1700000000", "REVISION": "a revision"})
        return buildah("inspect", "--type", "image", "--format", "{{.FromImageDigest}}", tag)

    return build


@pytest.fixture(scope="session")
def image(build):
    """The image's digest and tag."""
    yield build(TAG), TAG
    subprocess.run(["buildah", "rmi", "--force", TAG], env=BUILDAH, capture_output=True)


@pytest.fixture(scope="session")
def image_root(image, tmp_path_factory):
    """The image's files, with the places that a node mounts something at."""
    root = tmp_path_factory.mktemp("image") / "root"
    container = buildah("from", image[1])
    try:
        run("cp", "-a", buildah("mount", container), str(root))
    finally:
        buildah("rm", container)
    return root


@pytest.fixture(scope="session")
def node_root(image_root):
    """The same, with what a container runtime adds: the places that it mounts something at."""
    root = pathlib.Path(f"{image_root}-node")
    run("cp", "-a", str(image_root), str(root))
    for path in ("proc", "dev", "run/secrets/terrace", "run/tls/public", "run/tls/admin", "run/tls/upstream"):
        (root / path).mkdir(parents=True)
    (root / "etc/hosts").touch()
    return root
