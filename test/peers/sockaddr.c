// Prints, in hexadecimal, the bytes of addresses that C fills in field by field. address.test.ts compares ours with them.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static void print(const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
  printf("\n");
}

int main(void) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(0x1234)};
  inet_pton(AF_INET, "192.0.2.33", &in.sin_addr);
  print(&in, sizeof in);

  struct sockaddr_in6 in6 = {
      .sin6_family = AF_INET6, .sin6_port = htons(443), .sin6_flowinfo = htonl(0x000abcde), .sin6_scope_id = 7};
  inet_pton(AF_INET6, "2001:db8::abcd", &in6.sin6_addr);
  print(&in6, sizeof in6);

  struct sockaddr_un un = {.sun_family = AF_UNIX};
  strcpy(un.sun_path, "/tmp/x");
  print(&un, offsetof(struct sockaddr_un, sun_path) + strlen("/tmp/x"));
  memset(un.sun_path, 'p', sizeof un.sun_path);
  print(&un, sizeof un);
  memcpy(un.sun_path, "\0a\0b", 4);
  print(&un, offsetof(struct sockaddr_un, sun_path) + 4);
  print(&un, offsetof(struct sockaddr_un, sun_path));

  struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
  print(&unspecified, sizeof unspecified);
}
