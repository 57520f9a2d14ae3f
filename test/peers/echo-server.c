// Echoes to one TCP client after the other, in pieces of 1000 bytes at most. Usage: echo-server
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

static void handle_client(int client) {
  char buffer[1000];
  ssize_t received;
  while ((received = recv(client, buffer, sizeof buffer, 0)) > 0)
    if (send(client, buffer, received, MSG_NOSIGNAL) != received) die("send() sent a different number of bytes");
  if (received < 0) die("recv() failed");
  close(client);
}

int main(void) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  int server = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  if (server < 0) die("socket() failed");
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(server, (struct sockaddr*)&address, sizeof address) < 0) die("bind() failed");
  if (listen(server, 5) < 0) die("listen() failed");
  if (getsockname(server, (struct sockaddr*)&address, &length) < 0) die("getsockname() failed");
  printf("Listening on port %d\n", ntohs(address.sin_port));
  fflush(stdout);

  for (;;) {
    int client = accept(server, NULL, NULL);
    if (client < 0) die("accept() failed");
    handle_client(client);
  }
}
