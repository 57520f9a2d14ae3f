// Owns the system headers that define the constants of constants.def, and the order in which they can live together.
//
// The rules that the order follows:
//  1. The C library's headers come first, the kernel's (<linux/...>) after them. The kernel headers that share
//     names with the C library (<linux/in.h>, <linux/in6.h>, <linux/if.h>, <linux/if_ether.h>) look through
//     <linux/libc-compat.h> at what is already defined and stay out of its way; the C library's do not.
//  2. <linux/tcp.h>, <linux/udp.h>, <linux/icmp.h>, <linux/if_arp.h> and <linux/un.h> have no such courtesy: they
//  define
//     structs that <netinet/tcp.h>, <netinet/udp.h>, <netinet/ip_icmp.h>, <net/if_arp.h> and <sys/un.h> define as well.
//     They are wanted for macros only, and macros know no namespace, so they are included inside one that nobody uses.
//  3. Never included, here or next to this file: <netpacket/packet.h> (<linux/if_packet.h> defines the same structs
//     and more constants), <linux/fcntl.h> (redefines struct flock and the value of O_LARGEFILE) and <linux/time.h>
//     (redefines struct timespec).
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1  // F_SETPIPE_SZ, MSG_WAITFORONE, POLLRDHUP, EAI_ADDRFAMILY, ...; g++ defines it, a C compiler not
#endif

// The C library.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__

// <linux/libc-compat.h> recognizes what glibc has defined; other C libraries have to say it themselves. musl does so
// for <netinet/in.h> and <netinet/if_ether.h>, but not for <net/if.h>.
#ifndef __GLIBC__
#ifndef __UAPI_DEF_IF_IFCONF
#define __UAPI_DEF_IF_IFCONF 0
#endif
#ifndef __UAPI_DEF_IF_IFMAP
#define __UAPI_DEF_IF_IFMAP 0
#endif
#ifndef __UAPI_DEF_IF_IFNAMSIZ
#define __UAPI_DEF_IF_IFNAMSIZ 0
#endif
#ifndef __UAPI_DEF_IF_IFREQ
#define __UAPI_DEF_IF_IFREQ 0
#endif
#ifndef __UAPI_DEF_IF_NET_DEVICE_FLAGS
#define __UAPI_DEF_IF_NET_DEVICE_FLAGS 0
#endif
#ifndef __UAPI_DEF_IF_NET_DEVICE_FLAGS_LOWER_UP_DORMANT_ECHO
#define __UAPI_DEF_IF_NET_DEVICE_FLAGS_LOWER_UP_DORMANT_ECHO 0
#endif

// <asm-generic/socket.h> takes a defined SO_PASSCRED to mean that its neighbours are defined as well. musl defines it
// without SO_RCVTIMEO_OLD, the name that SO_RCVTIMEO is then given: the header has to define them all itself. glibc
// takes its numbers from that header in the first place.
#undef SO_PASSCRED
#endif

// The kernel. These have been there in every kernel since 4.18; a machine without them has no kernel headers at all.
#include <asm/byteorder.h>
#include <asm/socket.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inet_diag.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/socket.h>
#include <linux/sockios.h>
#include <linux/types.h>
#include <linux/unix_diag.h>
#include <linux/version.h>

// The kernel's optional ones: newer than 4.18, or of a protocol family that a distribution may leave out. The groups
// of constants.def that need one of them name it in their header.
#if __has_include(<linux/can.h>)
#include <linux/can.h>
#endif
#if __has_include(<linux/can/bcm.h>)
#include <linux/can/bcm.h>
#endif
#if __has_include(<linux/can/isotp.h>)
#include <linux/can/isotp.h>
#endif
#if __has_include(<linux/can/j1939.h>)
#include <linux/can/j1939.h>
#endif
#if __has_include(<linux/can/raw.h>)
#include <linux/can/raw.h>
#endif
#if __has_include(<linux/if_alg.h>)
#include <linux/if_alg.h>
#endif
#if __has_include(<linux/if_xdp.h>)
#include <linux/if_xdp.h>
#endif
#if __has_include(<linux/mptcp.h>)
#include <linux/mptcp.h>
#endif
#if __has_include(<linux/tipc.h>)
#include <linux/tipc.h>
#endif
#if __has_include(<linux/tls.h>)
#include <linux/tls.h>
#endif
#if __has_include(<linux/vm_sockets.h>)
#include <linux/vm_sockets.h>
#endif

// Rule 2. Everything that these five include in their turn has been included above, so that their include guards keep
// it out of the namespace; only their own structs and enumerators land in it.
// The TCP_CA_... states are macros in musl and enumerators in <linux/tcp.h>: the macros step aside for a moment.
#pragma push_macro("TCP_CA_Open")
#pragma push_macro("TCP_CA_Disorder")
#pragma push_macro("TCP_CA_CWR")
#pragma push_macro("TCP_CA_Recovery")
#pragma push_macro("TCP_CA_Loss")
#undef TCP_CA_Open
#undef TCP_CA_Disorder
#undef TCP_CA_CWR
#undef TCP_CA_Recovery
#undef TCP_CA_Loss
namespace sys_socket_kernel_headers {
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/un.h>
}  // namespace sys_socket_kernel_headers
#pragma pop_macro("TCP_CA_Open")
#pragma pop_macro("TCP_CA_Disorder")
#pragma pop_macro("TCP_CA_CWR")
#pragma pop_macro("TCP_CA_Recovery")
#pragma pop_macro("TCP_CA_Loss")

// Enumerators that #ifdef cannot see and that not every kernel since 4.18, or not every C library, has. Each gets the
// macro of the same name that most of its siblings have, so that constants.def can list it with a '?'. That it exists
// is told by a macro that came with it, or, where none did, by the version.
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 19, 0)
#define SOF_TXTIME_DEADLINE_MODE SOF_TXTIME_DEADLINE_MODE
#define SOF_TXTIME_REPORT_ERRORS SOF_TXTIME_REPORT_ERRORS
#define IFA_RT_PRIORITY IFA_RT_PRIORITY
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 20, 0)
#define IFA_TARGET_NETNSID IFA_TARGET_NETNSID
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 5, 0)
#define IFLA_ALT_IFNAME IFLA_ALT_IFNAME
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
#define IFLA_PERM_ADDRESS IFLA_PERM_ADDRESS
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define SOF_TIMESTAMPING_BIND_PHC SOF_TIMESTAMPING_BIND_PHC
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#define IFA_PROTO IFA_PROTO
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define SOF_TIMESTAMPING_OPT_ID_TCP SOF_TIMESTAMPING_OPT_ID_TCP
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define SOF_TIMESTAMPING_OPT_RX_FILTER SOF_TIMESTAMPING_OPT_RX_FILTER
#endif
#define TCP_NO_QUEUE sys_socket_kernel_headers::TCP_NO_QUEUE
#define TCP_RECV_QUEUE sys_socket_kernel_headers::TCP_RECV_QUEUE
#define TCP_SEND_QUEUE sys_socket_kernel_headers::TCP_SEND_QUEUE
#ifdef UDIAG_SHOW_UID
#define UNIX_DIAG_UID UNIX_DIAG_UID
#endif
#ifdef CANXL_XLF
#define CAN_RAW_XL_FRAMES CAN_RAW_XL_FRAMES
#endif
#ifdef CAN_RAW_XL_VCID_TX_SET
#define CAN_RAW_XL_VCID_OPTS CAN_RAW_XL_VCID_OPTS
#endif

// Numbers of the kernel's own headers that it leaves to the C library to pass on, which an older one does not do. The
// groups of constants.def need the levels of their options; control messages of the types below come from newer kernels
// all the same; udplite(7) tells programs to define its constants.
#ifndef AF_VSOCK
#define AF_VSOCK 40
#define PF_VSOCK AF_VSOCK
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 0x03
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 0x04
#endif
#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif
#ifndef SOL_UDPLITE
#define SOL_UDPLITE 136
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
#ifndef SOL_TIPC
#define SOL_TIPC 271
#endif
#ifndef SOL_ALG
#define SOL_ALG 279
#endif
#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#ifndef SOL_XDP
#define SOL_XDP 283
#endif
#ifndef SOL_MPTCP
#define SOL_MPTCP 284
#endif
#ifndef UDPLITE_SEND_CSCOV
#define UDPLITE_SEND_CSCOV 10
#endif
#ifndef UDPLITE_RECV_CSCOV
#define UDPLITE_RECV_CSCOV 11
#endif

#endif  // __linux__
