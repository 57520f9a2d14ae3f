// Prints, in hexadecimal, control messages that C fills in with CMSG_LEN and CMSG_DATA. control.test.ts compares ours.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include <asm/socket.h>

// Of the kernel; not in older headers of the C library.
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

static void print(int level, int type, const void *data, size_t size) {
  union {
    char bytes[CMSG_SPACE(256)];
    struct cmsghdr align;
  } control = {0};
  struct msghdr message = {.msg_control = control.bytes, .msg_controllen = CMSG_SPACE(size)};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_len = CMSG_LEN(size);
  header->cmsg_level = level;
  header->cmsg_type = type;
  memcpy(CMSG_DATA(header), data, size);
  for (size_t i = 0; i < message.msg_controllen; i++) printf("%02x", (unsigned char)control.bytes[i]);
  printf("\n");
}
#define PRINT(level, type, ...)          \
  do {                                   \
    __VA_ARGS__;                         \
    print(level, type, &v, sizeof v);    \
  } while (0)

int main(void) {
  PRINT(SOL_SOCKET, SCM_RIGHTS, int v[3] = {3, 400, -1});
  PRINT(SOL_SOCKET, SCM_CREDENTIALS, struct ucred v = {.pid = 1, .uid = 4294967295u, .gid = 70000});
  PRINT(SOL_SOCKET, SCM_PIDFD, int v = 7);
  print(SOL_SOCKET, SCM_SECURITY, "system_u:object_r", 17);
  PRINT(SOL_SOCKET, SCM_TIMESTAMP, struct timeval v = {.tv_sec = 1763700000, .tv_usec = 999999});
  PRINT(SOL_SOCKET, SCM_TIMESTAMPNS, struct timespec v = {.tv_sec = 1763700000, .tv_nsec = 999999999});
  PRINT(SOL_SOCKET, SO_RXQ_OVFL, uint32_t v = 4000000000u);
  PRINT(SOL_SOCKET, SO_MARK, uint32_t v = 0x80000001u);
  PRINT(SOL_SOCKET, SCM_TXTIME, uint64_t v = 18446744073709551615u);
  PRINT(IPPROTO_IP, IP_PKTINFO, struct in_pktinfo v = {.ipi_ifindex = 5}; inet_pton(AF_INET, "192.0.2.1", &v.ipi_spec_dst);
        inet_pton(AF_INET, "192.0.2.2", &v.ipi_addr));
  PRINT(IPPROTO_IP, IP_TTL, int v = 64);
  PRINT(IPPROTO_IP, IP_TOS, uint8_t v = 0xfe);
  PRINT(IPPROTO_IPV6, IPV6_PKTINFO, struct in6_pktinfo v = {.ipi6_ifindex = 6};
        inet_pton(AF_INET6, "2001:db8::7", &v.ipi6_addr));
  PRINT(IPPROTO_IPV6, IPV6_HOPLIMIT, int v = 255);
  PRINT(IPPROTO_IPV6, IPV6_TCLASS, int v = 0xb8);
  PRINT(IPPROTO_UDP, UDP_SEGMENT, uint16_t v = 1472);
  PRINT(IPPROTO_UDP, UDP_GRO, int v = 1200);

  // Only received
  struct {
    struct timespec stamps[3];
  } stamps = {{{1, 2}, {3, 4}, {5, 6}}};
  print(SOL_SOCKET, SCM_TIMESTAMPING, &stamps, sizeof stamps);
  struct sock_extended_err error = {.ee_errno = 111, .ee_origin = 2, .ee_type = 3, .ee_code = 4, .ee_info = 5, .ee_data = 6};
  struct {
    struct sock_extended_err error;
    struct sockaddr_in offender;
  } v4 = {error, {.sin_family = AF_INET}};
  inet_pton(AF_INET, "192.0.2.9", &v4.offender.sin_addr);
  print(IPPROTO_IP, IP_RECVERR, &v4, sizeof v4);
  v4.offender = (struct sockaddr_in){0};
  print(IPPROTO_IP, IP_RECVERR, &v4, sizeof v4);
  struct {
    struct sock_extended_err error;
    struct sockaddr_in6 offender;
  } v6 = {error, {.sin6_family = AF_INET6, .sin6_scope_id = 2}};
  inet_pton(AF_INET6, "fe80::1", &v6.offender.sin6_addr);
  print(IPPROTO_IPV6, IPV6_RECVERR, &v6, sizeof v6);
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(53)};
  inet_pton(AF_INET, "192.0.2.10", &in.sin_addr);
  print(IPPROTO_IP, IP_ORIGDSTADDR, &in, sizeof in);
  struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(54)};
  inet_pton(AF_INET6, "2001:db8::8", &in6.sin6_addr);
  print(IPPROTO_IPV6, 74 /* IPV6_ORIGDSTADDR, of linux/in6.h */, &in6, sizeof in6);
}
