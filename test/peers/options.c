// Prints, line by line and in hexadecimal, the bytes of option values that C fills in field by field: the structs of the C
// library where it has them, else the kernel's. options/values.test.ts compares ours with them.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/can.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

static void print(const char *name, const void *bytes, size_t size) {
  printf("%s ", name);
  for (size_t i = 0; i < size; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
  printf("\n");
}

static struct in_addr in(const char *text) {
  struct in_addr address;
  inet_pton(AF_INET, text, &address);
  return address;
}

static struct in6_addr in6(const char *text) {
  struct in6_addr address;
  inet_pton(AF_INET6, text, &address);
  return address;
}

static struct sockaddr_storage storage(int family, const char *text, int port) {
  struct sockaddr_storage address = {.ss_family = family};
  if (family == AF_INET) {
    ((struct sockaddr_in *)&address)->sin_addr = in(text);
    ((struct sockaddr_in *)&address)->sin_port = htons(port);
  } else {
    ((struct sockaddr_in6 *)&address)->sin6_addr = in6(text);
    ((struct sockaddr_in6 *)&address)->sin6_port = htons(port);
  }
  return address;
}

#define PRINT(name, ...)           \
  do {                             \
    __VA_ARGS__;                   \
    print(#name, &value, sizeof value); \
  } while (0)

int main(void) {
  PRINT(Linger, struct linger value = {.l_onoff = 1, .l_linger = 77});
  PRINT(Timeval, struct timeval value = {.tv_sec = 12, .tv_usec = 345678});
  PRINT(Credentials, struct ucred value = {.pid = 1, .uid = 2, .gid = 4294967295u});
  PRINT(Groups, gid_t value[] = {7, 4294967295u});
  PRINT(Unsigned64, unsigned long long value = 0xfedcba9876543210ull);
  PRINT(Timestamping, struct so_timestamping value = {.flags = 0x18, .bind_phc = 3});
  PRINT(Txtime, struct sock_txtime value = {.clockid = 11, .flags = 3});
  PRINT(Filter, struct sock_filter value[] = {BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_JUMP(0x15, 4294967295u, 255, 1),
                                              BPF_STMT(BPF_RET | BPF_K, 0)});
  PRINT(MulticastRequest, struct ip_mreqn value = {.imr_multiaddr = in("224.0.0.251"), .imr_address = in("127.0.0.1"), .imr_ifindex = 5});
  PRINT(MulticastInterface, struct in_addr value = in("127.0.0.1"));
  PRINT(MulticastInterfaceIndex, struct ip_mreqn value = {.imr_ifindex = 9});
  {
    struct ip_mreq_source value;
    value.imr_multiaddr = in("224.0.0.251");
    value.imr_interface = in("127.0.0.1");
    value.imr_sourceaddr = in("192.0.2.7");
    print("SourceRequest", &value, sizeof value);
  }
  {
    size_t size = IP_MSFILTER_SIZE(2);
    struct ip_msfilter *value = calloc(1, size + sizeof(struct in_addr));
    value->imsf_multiaddr = in("224.0.0.251");
    value->imsf_interface = in("127.0.0.1");
    value->imsf_fmode = MCAST_INCLUDE;
    value->imsf_numsrc = 2;
    value->imsf_slist[0] = in("192.0.2.7");
    (&value->imsf_slist[0])[1] = in("192.0.2.8");
    print("SourceFilter", value, size);
  }
  PRINT(MulticastRequest6, struct ipv6_mreq value = {.ipv6mr_multiaddr = in6("ff02::1234"), .ipv6mr_interface = 6});
  {
    struct group_req value;
    memset(&value, 0, sizeof value);
    value.gr_interface = 4;
    value.gr_group = storage(AF_INET6, "ff02::1234", 0);
    print("GroupRequest", &value, sizeof value);
  }
  {
    struct group_source_req value;
    memset(&value, 0, sizeof value);
    value.gsr_interface = 4;
    value.gsr_group = storage(AF_INET, "224.0.0.251", 0);
    value.gsr_source = storage(AF_INET, "192.0.2.7", 8);
    print("GroupSourceRequest", &value, sizeof value);
  }
  {
    size_t size = GROUP_FILTER_SIZE(2);
    struct group_filter *value = calloc(1, size + sizeof(struct sockaddr_storage));
    value->gf_interface = 4;
    value->gf_group = storage(AF_INET, "224.0.0.251", 0);
    value->gf_fmode = MCAST_EXCLUDE;
    value->gf_numsrc = 2;
    value->gf_slist[0] = storage(AF_INET, "192.0.2.7", 0);
    (&value->gf_slist[0])[1] = storage(AF_INET, "192.0.2.8", 0);
    print("GroupFilter", value, size);
  }
  PRINT(PathMtu, struct ip6_mtuinfo value = {.ip6m_mtu = 1280}; value.ip6m_addr.sin6_family = AF_INET6;
        value.ip6m_addr.sin6_addr = in6("2001:db8::1"); value.ip6m_addr.sin6_port = htons(9);
        value.ip6m_addr.sin6_scope_id = 2);
  PRINT(PacketInfo6, struct in6_pktinfo value = {.ipi6_addr = in6("::1"), .ipi6_ifindex = 1});
  PRINT(FlowLabelRequest, struct in6_flowlabel_req value = {.flr_dst = in6("2001:db8::1"), .flr_label = htonl(0xabcde), .flr_action = 1,
                                                            .flr_share = 2, .flr_flags = 0x0103, .flr_expires = 4, .flr_linger = 5});
  {
    struct tcp_md5sig value;
    memset(&value, 0, sizeof value);
    value.tcpm_addr = storage(AF_INET, "192.0.2.7", 0);
    value.tcpm_flags = 3;
    value.tcpm_prefixlen = 24;
    value.tcpm_keylen = 5;
    const int ifindex = 1;  // of Linux 5.6: older C libraries have padding there
    memcpy((char *)&value.tcpm_keylen + sizeof value.tcpm_keylen, &ifindex, sizeof ifindex);
    memcpy(value.tcpm_key, "horse", 5);
    print("TcpKey", &value, sizeof value);
  }
  PRINT(RepairOptions, struct tcp_repair_opt value[2]; value[0].opt_code = 2; value[0].opt_val = 1460; value[1].opt_code = 3;
        value[1].opt_val = 0x70007);
  {
    struct {
      unsigned wl1, wnd, most, rcv, wup;
    } value = {1, 2, 3, 4, 4294967295u};  // struct tcp_repair_window, which clashes with <netinet/tcp.h> where it is
    print("RepairWindow", &value, sizeof value);
  }
  PRINT(PacketMembership, struct packet_mreq value = {.mr_ifindex = 1, .mr_type = PACKET_MR_MULTICAST, .mr_alen = 6,
                                                      .mr_address = {1, 0, 0x5e, 0, 0, 1}});
  PRINT(RingRequest, struct tpacket_req3 value = {.tp_block_size = 4096, .tp_block_nr = 2, .tp_frame_size = 2048, .tp_frame_nr = 4,
                                                  .tp_retire_blk_tov = 5, .tp_sizeof_priv = 6, .tp_feature_req_word = 7});
  PRINT(PacketStatistics, struct tpacket_stats_v3 value = {.tp_packets = 1, .tp_drops = 2, .tp_freeze_q_cnt = 3});
  PRINT(RolloverStatistics, struct tpacket_rollover_stats value = {.tp_all = 1ull << 40, .tp_huge = 2, .tp_failed = 3});
  PRINT(CanFilters, struct can_filter value[] = {{.can_id = 0x123, .can_mask = CAN_SFF_MASK}, {.can_id = 0x80000000u, .can_mask = 0}});
}
