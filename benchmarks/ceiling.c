// The ceiling: what a bare C client on libpq does with the same database work as GET /analytics.
//
// One thread, one request in flight on each connection, tenants in random order. A request is one
// round trip in pipeline mode: the switch to the tenant's role and search_path, the guard of
// Sources/Finance/Users/UserDatabase.swift, and the statement of
// Sources/Finance/Ledgers/LedgerStore.swift (`totals`), both prepared once per connection and
// tenant. It checks that rows came back, and looks at nothing else. The first three seconds do not
// count: by then the statements are prepared and planned, as the gateway's are.
//
// usage: ceiling <conninfo> <connections> <seconds> <tenants>
//   <tenants>: a file with one tenant a line: role, user id, token epoch, tab-separated
// prints: {"requests":…, "seconds":…, "p50_us":…, "p99_us":…}
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#define MAX_LATENCY_US 1000000
#define WARM_SECONDS 3

static const char *SWITCH =
    "select set_config('role',$1,true),set_config('search_path',$2,true)";

static const char *GUARD =
    "select 1/(exists(select from app_user where id = $1 and token_epoch = $2))::int";

static const char *TOTALS =
    "select l.currency, sums.income, sums.expense "
    "from app_user u "
    "join ledger l on l.id = u.default_ledger_id "
    "cross join lateral ("
    "  select (date_trunc('month', to_timestamp($1) at time zone l.time_zone)"
    "    + make_interval(months => $2))::date as first"
    ") month "
    "cross join lateral ("
    "  select coalesce(sum(m.outflow - m.inflow) filter (where a.kind = 'income'), 0) as income,"
    "    coalesce(sum(m.inflow - m.outflow) filter (where a.kind = 'expense'), 0) as expense"
    "  from account_month m join account a on a.id = m.account_id"
    "  where m.ledger_id = l.id and m.month = month.first and m.currency = l.currency"
    ") sums "
    "where u.id = $3";

typedef struct {
  char role[64], path[96], user[24], epoch[24];
} Tenant;

typedef struct {
  PGconn *connection;
  char *prepared;  // one flag a tenant
  struct timespec started;
  int rows;
} Slot;

static Tenant *tenants;
static int tenant_count;

static void fail(const char *what, PGconn *connection) {
  fprintf(stderr, "ceiling: %s: %s\n", what, connection ? PQerrorMessage(connection) : "");
  exit(1);
}

static void read_tenants(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path, NULL);
  tenants = calloc(100000, sizeof *tenants);
  Tenant *t = tenants;
  while (fscanf(file, "%63s %23s %23s", t->role, t->user, t->epoch) == 3) {
    snprintf(t->path, sizeof t->path, "\"%s\", pg_temp", t->role);
    t++;
    tenant_count++;
  }
  fclose(file);
}

static void send_request(Slot *slot) {
  int index = rand() % tenant_count;
  Tenant *t = &tenants[index];
  char guard[16], totals[16], now[24];
  snprintf(guard, sizeof guard, "g%d", index);
  snprintf(totals, sizeof totals, "t%d", index);
  snprintf(now, sizeof now, "%ld", (long)time(NULL));
  const char *where[] = {t->role, t->path};
  const char *who[] = {t->user, t->epoch};
  const char *values[] = {now, "0", t->user};
  clock_gettime(CLOCK_MONOTONIC, &slot->started);
  slot->rows = 0;
  if (!PQsendQueryPrepared(slot->connection, "switch", 2, where, NULL, NULL, 0))
    fail("switch", slot->connection);
  if (!slot->prepared[index]) {
    if (!PQsendPrepare(slot->connection, guard, GUARD, 0, NULL) ||
        !PQsendPrepare(slot->connection, totals, TOTALS, 0, NULL))
      fail("prepare", slot->connection);
    slot->prepared[index] = 1;
  }
  if (!PQsendQueryPrepared(slot->connection, guard, 2, who, NULL, NULL, 0) ||
      !PQsendQueryPrepared(slot->connection, totals, 3, values, NULL, NULL, 0) ||
      !PQpipelineSync(slot->connection) || PQflush(slot->connection) < 0)
    fail("send", slot->connection);
}

// Whether all results of the request are in.
static int receive(Slot *slot) {
  if (!PQconsumeInput(slot->connection)) fail("receive", slot->connection);
  while (!PQisBusy(slot->connection)) {
    PGresult *result = PQgetResult(slot->connection);
    if (!result) continue;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK) slot->rows += PQntuples(result);
    if (status == PGRES_FATAL_ERROR) fail(PQresultErrorMessage(result), slot->connection);
    PQclear(result);
    if (status == PGRES_PIPELINE_SYNC) {
      if (slot->rows != 3) fail("a tenant's user is not there", slot->connection);
      return 1;
    }
  }
  return 0;
}

static void open_slot(Slot *slot, const char *conninfo) {
  slot->connection = PQconnectdb(conninfo);
  if (PQstatus(slot->connection) != CONNECTION_OK) fail("connect", slot->connection);
  PGresult *result = PQprepare(slot->connection, "switch", SWITCH, 0, NULL);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) fail("prepare", slot->connection);
  PQclear(result);
  slot->prepared = calloc(tenant_count, 1);
  PQsetnonblocking(slot->connection, 1);
  PQenterPipelineMode(slot->connection);
}

static long percentile(const long *counts, long total, double share) {
  long seen = 0;
  for (int us = 0; us < MAX_LATENCY_US; us++)
    if ((seen += counts[us]) >= share * total) return us;
  return MAX_LATENCY_US;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: ceiling <conninfo> <connections> <seconds> <tenants>\n");
    return 2;
  }
  int count = atoi(argv[2]), epoll = epoll_create1(0);
  double duration = atof(argv[3]);
  read_tenants(argv[4]);
  srand(1);
  Slot *slots = calloc(count, sizeof *slots);
  for (int i = 0; i < count; i++) {
    open_slot(&slots[i], argv[1]);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &slots[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, PQsocket(slots[i].connection), &event);
  }
  long *latencies = calloc(MAX_LATENCY_US + 1, sizeof *latencies), requests = 0;
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < count; i++) send_request(&slots[i]);
  double elapsed = -WARM_SECONDS;
  while (elapsed < duration) {
    struct epoll_event events[64];
    int ready = epoll_wait(epoll, events, 64, 1000);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      if (!receive(slot)) continue;
      clock_gettime(CLOCK_MONOTONIC, &now);
      long us = (now.tv_sec - slot->started.tv_sec) * 1000000 +
                (now.tv_nsec - slot->started.tv_nsec) / 1000;
      if (elapsed > 0) {
        latencies[us < MAX_LATENCY_US ? us : MAX_LATENCY_US]++;
        requests++;
      }
      send_request(slot);
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    elapsed = now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 - WARM_SECONDS;
  }
  printf("{\"requests\":%ld,\"seconds\":%.3f,\"p50_us\":%ld,\"p99_us\":%ld}\n", requests, elapsed,
         percentile(latencies, requests, 0.5), percentile(latencies, requests, 0.99));
  return 0;
}
