// Answers every datagram with itself. Usage: udp-server
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void die(const char* what) {
  perror(what);
  exit(1);
}

int main(void) {
  static char buffer[65536];
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  if (fd < 0) die("socket() failed");
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr*)&address, sizeof address) < 0) die("bind() failed");
  if (getsockname(fd, (struct sockaddr*)&address, &length) < 0) die("getsockname() failed");
  printf("Bound to port %d\n", ntohs(address.sin_port));
  fflush(stdout);

  for (;;) {
    struct sockaddr_in client;
    socklen_t client_length = sizeof client;
    ssize_t received = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr*)&client, &client_length);
    if (received < 0) die("recvfrom() failed");
    if (sendto(fd, buffer, received, 0, (struct sockaddr*)&client, client_length) != received) die("sendto() failed");
  }
}
