#pragma once
// Linux' asynchronous polls (io_submit(2), IOCB_CMD_POLL). glibc has no functions for these calls.
#include <linux/aio_abi.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Makes a context for one poll at a time. Returns 0, or -1 and sets errno.
static inline long terrace_aio_setup(aio_context_t *context) {
  *context = 0;
  return syscall(SYS_io_setup, 1, context);
}

// Ends the context, and the poll that is under way.
static inline long terrace_aio_destroy(aio_context_t context) {
  return syscall(SYS_io_destroy, context);
}

// Has the eventfd `event` written to once `descriptor` is readable; at once if it is. Polls that are
// over are forgotten. Returns 1, or -1 and sets errno.
static inline long terrace_aio_poll(aio_context_t context, int descriptor, int event) {
  struct io_event over[4];
  struct timespec now = {0, 0};
  syscall(SYS_io_getevents, context, 0, 4, over, &now);
  struct iocb poll;
  memset(&poll, 0, sizeof poll);
  poll.aio_lio_opcode = IOCB_CMD_POLL;
  poll.aio_fildes = descriptor;
  poll.aio_buf = POLLIN;
  poll.aio_flags = IOCB_FLAG_RESFD;
  poll.aio_resfd = event;
  struct iocb *polls[1] = {&poll};
  return syscall(SYS_io_submit, context, 1, polls);
}
