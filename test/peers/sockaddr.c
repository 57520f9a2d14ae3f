// Prints, in hexadecimal, the bytes of addresses that C fills in field by field. address.test.ts compares ours with them.
#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <net/if_arp.h>
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

  unsigned char hardware[20] = {0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  struct sockaddr_ll ll = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6), .sll_ifindex = 0x12345678};
  print(&ll, sizeof ll);
  ll.sll_hatype = ARPHRD_ETHER;
  ll.sll_pkttype = PACKET_OUTGOING;
  ll.sll_halen = 6;
  memcpy(ll.sll_addr, hardware, 6);
  print(&ll, sizeof ll);
  ll.sll_halen = 8;
  memcpy(ll.sll_addr, hardware, 8);
  print(&ll, sizeof ll);
  ll.sll_halen = sizeof hardware;  // InfiniBand
  unsigned char longer[offsetof(struct sockaddr_ll, sll_addr) + sizeof hardware];
  memcpy(longer, &ll, offsetof(struct sockaddr_ll, sll_addr));
  memcpy(longer + offsetof(struct sockaddr_ll, sll_addr), hardware, sizeof hardware);
  print(longer, sizeof longer);

  struct sockaddr_nl nl = {.nl_family = AF_NETLINK, .nl_pid = 0xfedcba98, .nl_groups = 0x80000001};
  print(&nl, sizeof nl);

  struct sockaddr_vm vm = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = 0x12345678};
  print(&vm, sizeof vm);
  vm.svm_cid = VMADDR_CID_HOST;
  vm.svm_flags = VMADDR_FLAG_TO_HOST;
  print(&vm, sizeof vm);

  struct sockaddr_can can;
  memset(&can, 0, sizeof can);
  can.can_family = AF_CAN;
  can.can_ifindex = 5;
  print(&can, offsetof(struct sockaddr_can, can_addr));
  can.can_addr.tp.rx_id = 0x18da10f1 | CAN_EFF_FLAG;
  can.can_addr.tp.tx_id = 0x7ff;
  print(&can, offsetof(struct sockaddr_can, can_addr) + sizeof can.can_addr.tp);
  can.can_addr.j1939.name = 0xfedcba9876543210;
  can.can_addr.j1939.pgn = 0x3ffff;
  can.can_addr.j1939.addr = 0xfe;
  print(&can, sizeof can);

  struct sockaddr_alg alg = {.salg_family = AF_ALG, .salg_type = "skcipher", .salg_name = "cbc(aes)"};
  print(&alg, sizeof alg);
  alg.salg_feat = 0x01020304;
  alg.salg_mask = 0xfffffffe;
  memset(alg.salg_type, 't', sizeof alg.salg_type - 1);
  memset(alg.salg_name, 'n', sizeof alg.salg_name - 1);
  print(&alg, sizeof alg);

  struct sockaddr_xdp xdp = {.sxdp_family = AF_XDP,
                             .sxdp_flags = XDP_SHARED_UMEM,
                             .sxdp_ifindex = 0x01020304,
                             .sxdp_queue_id = 0x05060708,
                             .sxdp_shared_umem_fd = 9};
  print(&xdp, sizeof xdp);

  struct sockaddr_tipc tipc = {.family = AF_TIPC, .addrtype = TIPC_SERVICE_RANGE, .scope = TIPC_NODE_SCOPE};
  tipc.addr.nameseq = (struct tipc_service_range){.type = 18888, .lower = 17, .upper = 0xffffffff};
  print(&tipc, sizeof tipc);
  tipc.scope = -TIPC_NODE_SCOPE;
  print(&tipc, sizeof tipc);
  struct sockaddr_tipc service = {.family = AF_TIPC, .addrtype = TIPC_SERVICE_ADDR};
  service.addr.name.name = (struct tipc_service_addr){.type = 18888, .instance = 17};
  print(&service, sizeof service);
  service.addr.name.domain = 0x01001001;
  print(&service, sizeof service);
  struct sockaddr_tipc one = {.family = AF_TIPC, .addrtype = TIPC_SOCKET_ADDR};
  one.addr.id = (struct tipc_socket_addr){.ref = 0xcafe, .node = 0x01001002};
  print(&one, sizeof one);
}
