#define _GNU_SOURCE
#include "postgres_environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// libpq takes what it is not told from PG… variables, and some of them cannot be told away: an empty
// PGHOSTADDR, PGSERVICE or PGREQUIREPEER is none, and PGTZ, PGDATESTYLE and PGGEQO win over what the
// connection itself asks for. A process's own settings are the only ones that count here, so the
// variables go, for libpq and for the programs that this process starts.
__attribute__((constructor)) static void forget_postgres_environment(void) {
  char **variable = environ;
  while (variable && *variable) {
    const char *end = strchr(*variable, '=');
    char *name = end && strncmp(*variable, "PG", 2) == 0
                     ? strndup(*variable, (size_t)(end - *variable)) : NULL;
    // The next one moves up to where this one was.
    if (!name || unsetenv(name) != 0) variable++;
    free(name);
  }
}
