// Sends what it reads as one datagram, prints the answer, which must come from the server. Usage: udp-client ADDRESS
// PORT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char* what) {
  perror(what);
  exit(1);
}

int main(int argc, char* argv[]) {
  static char buffer[65536];
  struct sockaddr_in server, from;
  socklen_t length = sizeof from;
  if (argc < 3) {
    fprintf(stderr, "usage: %s address port\n", argv[0]);
    return 1;
  }

  int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  if (fd < 0) die("socket() failed");
  memset(&server, 0, sizeof server);
  server.sin_family = AF_INET;
  server.sin_addr.s_addr = inet_addr(argv[1]);
  server.sin_port = htons(atoi(argv[2]));

  size_t size = fread(buffer, 1, sizeof buffer, stdin);
  if (sendto(fd, buffer, size, 0, (struct sockaddr*)&server, sizeof server) != (ssize_t)size) die("sendto() failed");
  ssize_t received = recvfrom(fd, buffer, sizeof buffer - 1, 0, (struct sockaddr*)&from, &length);
  if (received < 0) die("recvfrom() failed");
  if (from.sin_addr.s_addr != server.sin_addr.s_addr || from.sin_port != server.sin_port) {
    fprintf(stderr, "a datagram from somebody else\n");
    return 1;
  }
  buffer[received] = '\0';
  printf("%s\n", buffer);
  close(fd);
  return 0;
}
