"""How the processor is shared among what a benchmark runs."""
import contextlib
import os
import pathlib

AUTOGROUP = pathlib.Path("/proc/sys/kernel/sched_autogroup_enabled")
CGROUPS = pathlib.Path("/proc/self/cgroup")
# Where the cpu controller is mounted: cgroup v1, and v2.
CONTROLLERS = pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup")


@contextlib.contextmanager
def one_group():
    """Has the kernel share the processor by task, as within a service or a container.

    Outside of a cgroup it shares it by session (sched(7), autogroup), and every Postgres backend is
    a session: one that is placed on a busy processor then waits for tens of milliseconds at a time.
    """
    group = make_group() if is_shared_by_session() else None
    try:
        yield
    finally:
        if group:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))
            with contextlib.suppress(OSError):
                group.rmdir()


def is_shared_by_session():
    """Whether autogroup is on, and this process in the root cgroup of the cpu controller."""
    if not AUTOGROUP.exists() or AUTOGROUP.read_text().strip() != "1":
        return False
    groups = {}
    for line in CGROUPS.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        groups.update({controller: path for controller in controllers.split(",")})
    return groups.get("cpu", groups.get("")) == "/"


def make_group():
    """A cgroup with this process in it; None, said aloud, where that is not allowed."""
    for controller in CONTROLLERS:
        group = controller / f"terrace-bench-{os.getpid()}"
        try:
            if not (controller / "cgroup.procs").exists():
                continue
            if (controller / "cgroup.subtree_control").exists():
                (controller / "cgroup.subtree_control").write_text("+cpu")
            group.mkdir()
            (group / "cgroup.procs").write_text(str(os.getpid()))
        except OSError:
            with contextlib.suppress(OSError):
                group.rmdir()
            continue
        return group
    print("No cgroup could be made: the kernel shares the processor by session, which p99 shows.")
    return None
