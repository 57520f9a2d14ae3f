// The cost of one send and one recv in the same thread, in C: what every other contestant is compared with.
// Reads a number of pairs from stdin, answers with the nanoseconds they took; again and again until end of file.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static int sender, receiver;

static void connect_udp(void) {
  struct sockaddr_in address[2] = {{.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
  address[1] = address[0];
  int fd[2];
  for (int i = 0; i < 2; i++) {
    socklen_t length = sizeof address[i];
    fd[i] = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(fd[i], (struct sockaddr *)&address[i], length) != 0) exit(1);
    getsockname(fd[i], (struct sockaddr *)&address[i], &length);
  }
  for (int i = 0; i < 2; i++)
    if (connect(fd[i], (struct sockaddr *)&address[1 - i], sizeof address[0]) != 0) exit(1);
  sender = fd[0];
  receiver = fd[1];
}

int main(int count, char **argument) {
  if (count != 3) return 2;
  const char *kind = argument[1];
  const size_t size = strtoul(argument[2], NULL, 10);
  int pair[2];
  if (strcmp(kind, "udp") == 0) {
    connect_udp();
  } else {
    if (socketpair(AF_UNIX, strcmp(kind, "seqpacket") == 0 ? SOCK_SEQPACKET : SOCK_STREAM, 0, pair) != 0) return 1;
    sender = pair[0];
    receiver = pair[1];
  }
  char *data = calloc(1, size), *buffer = calloc(1, size), line[32];
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long i = atol(line); i > 0; i--)
      if (send(sender, data, size, 0) != (ssize_t)size || recv(receiver, buffer, size, 0) != (ssize_t)size) return 1;
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
    fflush(stdout);
  }
}
