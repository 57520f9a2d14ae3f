// The textbook TCP server: one client, one message, one answer. Usage: server
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

int main(void) {
  struct sockaddr_in serv_addr, cli_addr;
  socklen_t length = sizeof serv_addr, clilen = sizeof cli_addr;
  char buffer[256];

  int sockfd = socket(AF_INET, SOCK_STREAM, 0);
  if (sockfd < 0) error("ERROR opening socket");
  memset(&serv_addr, 0, sizeof serv_addr);
  serv_addr.sin_family = AF_INET;
  serv_addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(sockfd, (struct sockaddr*)&serv_addr, sizeof serv_addr) < 0) error("ERROR on binding");
  if (listen(sockfd, 5) < 0) error("ERROR on listen");
  if (getsockname(sockfd, (struct sockaddr*)&serv_addr, &length) < 0) error("ERROR on getsockname");
  printf("Listening on port %d\n", ntohs(serv_addr.sin_port));
  fflush(stdout);

  int newsockfd = accept(sockfd, (struct sockaddr*)&cli_addr, &clilen);
  if (newsockfd < 0) error("ERROR on accept");
  memset(buffer, 0, sizeof buffer);
  if (read(newsockfd, buffer, sizeof buffer - 1) < 0) error("ERROR reading from socket");
  printf("Here is the message: %s\n", buffer);
  if (write(newsockfd, "I got your message", 18) < 0) error("ERROR writing to socket");
  close(newsockfd);
  close(sockfd);
  return 0;
}
