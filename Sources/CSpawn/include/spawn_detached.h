#ifndef TERRACE_SPAWN_DETACHED_H
#define TERRACE_SPAWN_DETACHED_H

#include <sys/types.h>

/// Starts `argv[0]`, found through PATH, in a session of its own with default signals, and with no
/// descriptor but `input` as 0 and `output` as 1 and 2; -1 stands for /dev/null.
/// Returns 0 and the process id, or an errno. (glibc hides what this needs from Swift.)
int spawn_detached(pid_t *pid, char *const argv[], char *const envp[], int input, int output);

/// pipe(2) whose two ends no child inherits. Returns 0 or an errno.
int pipe_cloexec(int ends[2]);

#endif
