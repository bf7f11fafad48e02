#pragma once

// Linking this target is all there is to do: before main(), and so before any thread exists, it
// removes every PG… variable from the environment of the process. See postgres_environment.c.
