// Stands in for sendmsg(2) when preloaded: adds the control data it is given, in hexadecimal, to the file CONTROL_LOG, and
// sends nothing. (Not to standard output: Node makes that non-blocking, and stdio loses what a full pipe refuses.)
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  (void)fd, (void)flags;
  FILE *log = fopen(getenv("CONTROL_LOG"), "a");
  if (log == NULL) abort();
  for (size_t i = 0; i < message->msg_controllen; i++)
    fprintf(log, "%02x", ((const unsigned char *)message->msg_control)[i]);
  fprintf(log, "\n");
  fclose(log);
  return 0;
}
