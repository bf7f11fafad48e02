// What a bare C client on libpq does with the statements of requests that Terrace was sent.
//
// One thread, one request in flight on each connection, requests in random order. All statements of a
// request are one round trip in pipeline mode. Those that Terrace prepares are prepared once per
// connection and request, right before they run first, when the switch to the tenant is made; the
// others are parsed each time, as Terrace has it. Of the rows nothing is looked at. The first second
// does not count: by then statements are prepared and planned.
//
// usage: replay <conninfo> <connections> <seconds> <requests>
//   <requests>: a file; each number is on a line of its own or separated by a space, and each text is
//   followed by a newline:
//     number of requests, and for each of them: number of statements, and for each of them:
//       whether it is prepared (0 or 1), length of its text, number of parameters; the text;
//       for each parameter: its length (-1 is NULL); its text
// prints: {"requests":…, "seconds":…, "p50_us":…, "p99_us":…}
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#define MAX_LATENCY_US 1000000
#define WARM_SECONDS 1

typedef struct {
  int is_prepared, parameter_count;
  char *text;
  const char **parameters;
} Statement;

typedef struct {
  int count;
  Statement *statements;
} Request;

typedef struct {
  PGconn *connection;
  char *prepared;  // one flag a request
  struct timespec started;
} Slot;

static Request *requests;
static int request_count;

static void fail(const char *what, PGconn *connection) {
  fprintf(stderr, "replay: %s: %s\n", what, connection ? PQerrorMessage(connection) : "");
  exit(1);
}

static int read_number(FILE *file) {
  int number;
  if (fscanf(file, "%d", &number) != 1) fail("a number is missing", NULL);
  return number;
}

static char *read_text(FILE *file, int length) {
  char *text = calloc(1, length + 1);
  if (fgetc(file) != '\n' || fread(text, 1, length, file) != (size_t)length)
    fail("a text is missing", NULL);
  return text;
}

static void read_statement(FILE *file, Statement *statement) {
  statement->is_prepared = read_number(file);
  int length = read_number(file);
  statement->parameter_count = read_number(file);
  statement->text = read_text(file, length);
  statement->parameters = calloc(statement->parameter_count + 1, sizeof(char *));
  for (int i = 0; i < statement->parameter_count; i++) {
    length = read_number(file);
    if (length >= 0) statement->parameters[i] = read_text(file, length);
  }
}

static void read_requests(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path, NULL);
  request_count = read_number(file);
  requests = calloc(request_count, sizeof *requests);
  for (int i = 0; i < request_count; i++) {
    requests[i].count = read_number(file);
    requests[i].statements = calloc(requests[i].count, sizeof(Statement));
    for (int j = 0; j < requests[i].count; j++) read_statement(file, &requests[i].statements[j]);
  }
  fclose(file);
}

static void send_request(Slot *slot) {
  int index = rand() % request_count;
  Request *request = &requests[index];
  clock_gettime(CLOCK_MONOTONIC, &slot->started);
  for (int i = 0; i < request->count; i++) {
    Statement *s = &request->statements[i];
    char name[32];
    snprintf(name, sizeof name, "r%ds%d", index, i);
    if (s->is_prepared && !slot->prepared[index] &&
        !PQsendPrepare(slot->connection, name, s->text, 0, NULL))
      fail("prepare", slot->connection);
    int sent = s->is_prepared
                   ? PQsendQueryPrepared(slot->connection, name, s->parameter_count, s->parameters,
                                         NULL, NULL, 0)
                   : PQsendQueryParams(slot->connection, s->text, s->parameter_count, NULL,
                                       s->parameters, NULL, NULL, 0);
    if (!sent) fail("send", slot->connection);
  }
  slot->prepared[index] = 1;
  if (!PQpipelineSync(slot->connection) || PQflush(slot->connection) < 0)
    fail("send", slot->connection);
}

// Whether all results of the request are in.
static int receive(Slot *slot) {
  if (!PQconsumeInput(slot->connection)) fail("receive", slot->connection);
  while (!PQisBusy(slot->connection)) {
    PGresult *result = PQgetResult(slot->connection);
    if (!result) continue;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR) fail(PQresultErrorMessage(result), slot->connection);
    PQclear(result);
    if (status == PGRES_PIPELINE_SYNC) return 1;
  }
  return 0;
}

static void open_slot(Slot *slot, const char *conninfo) {
  slot->connection = PQconnectdb(conninfo);
  if (PQstatus(slot->connection) != CONNECTION_OK) fail("connect", slot->connection);
  slot->prepared = calloc(request_count, 1);
  PQsetnonblocking(slot->connection, 1);
  PQenterPipelineMode(slot->connection);
}

static long percentile(const long *counts, long total, double share) {
  long seen = 0;
  for (int us = 0; us < MAX_LATENCY_US; us++)
    if ((seen += counts[us]) >= share * total) return us;
  return MAX_LATENCY_US;
}

static double seconds_since(struct timespec start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: replay <conninfo> <connections> <seconds> <requests>\n");
    return 2;
  }
  int count = atoi(argv[2]), epoll = epoll_create1(0);
  double duration = atof(argv[3]);
  read_requests(argv[4]);
  srand(1);
  Slot *slots = calloc(count, sizeof *slots);
  for (int i = 0; i < count; i++) {
    open_slot(&slots[i], argv[1]);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &slots[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, PQsocket(slots[i].connection), &event);
  }
  long *latencies = calloc(MAX_LATENCY_US + 1, sizeof *latencies), done = 0;
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < count; i++) send_request(&slots[i]);
  double elapsed = -WARM_SECONDS;
  while (elapsed < duration) {
    struct epoll_event events[64];
    int ready = epoll_wait(epoll, events, 64, 1000);
    for (int i = 0; i < ready; i++) {
      Slot *slot = events[i].data.ptr;
      if (!receive(slot)) continue;
      if (elapsed > 0) {
        long us = seconds_since(slot->started) * 1e6;
        latencies[us < MAX_LATENCY_US ? us : MAX_LATENCY_US]++;
        done++;
      }
      send_request(slot);
    }
    elapsed = seconds_since(start) - WARM_SECONDS;
  }
  printf("{\"requests\":%ld,\"seconds\":%.3f,\"p50_us\":%ld,\"p99_us\":%ld}\n", done, elapsed,
         percentile(latencies, done, 0.5), percentile(latencies, done, 0.99));
  return 0;
}
