#pragma once
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// The PG_DIAG_* macros are character constants, which Swift does not import.
static const int TERRACE_DIAG_SQLSTATE = PG_DIAG_SQLSTATE;
static const int TERRACE_DIAG_MESSAGE_PRIMARY = PG_DIAG_MESSAGE_PRIMARY;
static const int TERRACE_DIAG_SOURCE_FUNCTION = PG_DIAG_SOURCE_FUNCTION;
static const int TERRACE_DIAG_CONSTRAINT_NAME = PG_DIAG_CONSTRAINT_NAME;
