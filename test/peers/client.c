// The textbook TCP client: sends a line, prints the answer. Usage: client HOST PORT
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void error(const char* msg) {
  perror(msg);
  exit(1);
}

int main(int argc, char* argv[]) {
  struct sockaddr_in serv_addr;
  char buffer[256];
  if (argc < 3) {
    fprintf(stderr, "usage: %s hostname port\n", argv[0]);
    return 1;
  }

  int sockfd = socket(AF_INET, SOCK_STREAM, 0);
  if (sockfd < 0) error("ERROR opening socket");
  struct hostent* server = gethostbyname(argv[1]);
  if (server == NULL) {
    fprintf(stderr, "ERROR, no such host\n");
    return 1;
  }
  memset(&serv_addr, 0, sizeof serv_addr);
  serv_addr.sin_family = AF_INET;
  memcpy(&serv_addr.sin_addr.s_addr, server->h_addr_list[0], server->h_length);
  serv_addr.sin_port = htons(atoi(argv[2]));
  if (connect(sockfd, (struct sockaddr*)&serv_addr, sizeof serv_addr) < 0) error("ERROR connecting");

  printf("Please enter the message: ");
  if (fgets(buffer, sizeof buffer, stdin) == NULL) error("ERROR reading the message");
  if (write(sockfd, buffer, strlen(buffer)) < 0) error("ERROR writing to socket");
  memset(buffer, 0, sizeof buffer);
  if (read(sockfd, buffer, sizeof buffer - 1) < 0) error("ERROR reading from socket");
  printf("%s\n", buffer);
  close(sockfd);
  return 0;
}
