// Socket options. What the value of an option may be is a row of fields here, under the name that constants.def gives
// it; which option has which is options.inc. What is in no row, or does not fit its row, crosses as bytes.
#include "options.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "headers.h"
#include "values.h"

namespace sys {

namespace {

/** The rows: what constants.def may say of an option's value. */
namespace values {

using sys::Credentials;
using sys::PacketInfo6;
using sys::Timeval;

using boolean = One<int, Truth>;
using number = One<int>;
using Descriptor = number;
using Unsigned16 = One<uint16_t>;
using Unsigned64 = One<uint64_t>;
using MemoryInfo = Many<uint32_t>;

using In = InternetText<AF_INET, in_addr>;
using In6 = InternetText<AF_INET6, in6_addr>;

/** For what the kernel alone knows. */
struct OnlyRead {
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer&) {
    return border.wrongType(argument, "a Uint8Array: this option is only read", value);
  }
};

/** Some of the bits of a byte, counted as C counts the fields of one. */
template <unsigned First, unsigned Width>
struct Bits {
  static napi_value make(napi_env env, const uint8_t& field) {
    constexpr unsigned shift = std::endian::native == std::endian::little ? First : CHAR_BIT - First - Width;
    return sys::number(env, (field >> shift) & ((1U << Width) - 1));
  }
};

/** A text, without the NULs that the kernel ends it with. */
struct Text {
  static constexpr size_t room = 4096;
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    std::string text;
    if (!border.text(argument, value, text) || !border.copyable(argument, text.size())) return false;
    if (text.find('\0') != std::string::npos) return border.wrongValue(argument, "a string without NUL", value);
    out.insert(out.end(), text.begin(), text.end());
    return true;
  }
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    const auto* text = reinterpret_cast<const char*>(data);
    return exactText(env, text, strnlen(text, size));
  }
};

/** An address in a member that has room for any. */
template <class Storage>
struct Stored {
  static bool read(const Border& border, const std::string& argument, napi_value value, Storage& field) {
    Sockaddr address;
    if (!readAddress(border, argument, value, address)) return false;
    if (address.size > sizeof field)
      return border.outOfRange(argument, "an address of at most " + std::to_string(sizeof field) + " bytes",
                               "one of " + std::to_string(address.size));
    if (address.size > 0) std::memcpy(&field, address.data, address.size);
    return true;
  }
  static napi_value make(napi_env env, const Storage& field) {
    sa_family_t family;
    std::memcpy(&family, &field, sizeof family);
    const size_t size = family == AF_INET    ? sizeof(sockaddr_in)
                        : family == AF_INET6 ? sizeof(sockaddr_in6)
                                             : sizeof field;
    return makeAddress(env, &field, size);
  }
};

/** A struct of fields, the number of elements that follow as its last member, and these, from another property. */
template <class Header, auto Count, Label Name, class Elements, class... Fields>
struct Listed {
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    Header header{};
    Buffer rest;
    napi_value list;
    if (!Struct<Header, Fields...>::read(border, argument, value, header) || !border.property(value, Name.text, list) ||
        !Elements::encode(border, argument + "." + Name.text, list, rest))
      return false;
    header.*Count = static_cast<uint32_t>(rest.size() / Elements::each);
    const auto* start = reinterpret_cast<const unsigned char*>(&header);
    out.assign(start, start + sizeof header);
    out.insert(out.end(), rest.begin(), rest.end());
    return true;
  }
  /** The kernel counts all that there are, and gives as many as there was room for. */
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    Header header;
    if (size < sizeof header) return nullptr;
    std::memcpy(&header, data, sizeof header);
    napi_value object = Struct<Header, Fields...>::make(env, header);
    const size_t most = (size - sizeof header) / Elements::each;
    set(env, object, Name.text,
        Elements::decode(env, data + sizeof header, std::min<size_t>(header.*Count, most) * Elements::each));
    return object;
  }
};

// SOL_SOCKET

using Linger =
    One<linger, Struct<linger, Field<"on", &linger::l_onoff, Truth>, Field<"seconds", &linger::l_linger, Host<int>>>>;

struct Groups : Many<gid_t> {
  static constexpr size_t room = 65536 * sizeof(gid_t);  // NGROUPS_MAX
};

/** struct so_timestamping: before Linux 5.14 only its first member. */
struct SoTimestamping {
  int flags, bindPhc;
};
using Timestamping = Growing<SoTimestamping, sizeof(int), Field<"flags", &SoTimestamping::flags, Host<int>>,
                             Field<"bindPhc", &SoTimestamping::bindPhc, Host<int>, optional>>;

/** struct sock_txtime */
struct SockTxtime {
  clockid_t clockid;
  uint32_t flags;
};
using Txtime = One<SockTxtime, Struct<SockTxtime, Field<"clockid", &SockTxtime::clockid, Host<clockid_t>>,
                                      Field<"flags", &SockTxtime::flags, Host<uint32_t>, optional>>>;

/** Classic BPF. What setsockopt() takes is a struct that points to these instructions: OptionIn makes it. */
struct Filter : Many<sock_filter, Struct<sock_filter, Field<"code", &sock_filter::code, Host<uint16_t>>,
                                         Field<"jt", &sock_filter::jt, Host<uint8_t>, optional>,
                                         Field<"jf", &sock_filter::jf, Host<uint8_t>, optional>,
                                         Field<"k", &sock_filter::k, Host<uint32_t>, optional>>> {
  static constexpr size_t room = 4096 * sizeof(sock_filter);  // BPF_MAXINSNS
  static constexpr bool isProgram = true;
};

/** struct dmabuf_token */
struct Token {
  uint32_t start, count;
};
using DeviceMemory =
    Many<Token,
         Struct<Token, Field<"start", &Token::start, Host<uint32_t>>, Field<"count", &Token::count, Host<uint32_t>>>>;

// IPPROTO_IP, IPPROTO_IPV6

using MulticastRequest = One<ip_mreqn, Struct<ip_mreqn, Field<"group", &ip_mreqn::imr_multiaddr, In>,
                                              Field<"interface", &ip_mreqn::imr_address, In, optional>,
                                              Field<"ifindex", &ip_mreqn::imr_ifindex, Host<int>, optional>>>;

/** The address of an interface, or where it is set, also its index. */
struct MulticastInterface {
  using Text = One<in_addr, In>;
  static constexpr size_t room = Text::room;
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    napi_valuetype type;
    if (napi_typeof(border.env, value, &type) == napi_ok && type == napi_string)
      return Text::encode(border, argument, value, out);
    using Fields = Struct<ip_mreqn, Field<"interface", &ip_mreqn::imr_address, In, optional>,
                          Field<"ifindex", &ip_mreqn::imr_ifindex, Host<int>, optional>>;
    return One<ip_mreqn, Fields>::encode(border, argument, value, out);
  }
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    return Text::decode(env, data, size);
  }
};

using SourceRequest = One<ip_mreq_source, Struct<ip_mreq_source, Field<"group", &ip_mreq_source::imr_multiaddr, In>,
                                                 Field<"interface", &ip_mreq_source::imr_interface, In, optional>,
                                                 Field<"source", &ip_mreq_source::imr_sourceaddr, In>>>;

/** struct ip_msfilter, up to its list */
struct SourceFilterHeader {
  in_addr group, interface;
  uint32_t mode, count;
};
struct Sources : Many<in_addr, In> {
  static constexpr size_t each = sizeof(in_addr);
};
using SourceFilter = Listed<SourceFilterHeader, &SourceFilterHeader::count, "sources", Sources,
                            Field<"group", &SourceFilterHeader::group, In>,
                            Field<"interface", &SourceFilterHeader::interface, In, optional>,
                            Field<"mode", &SourceFilterHeader::mode, Host<uint32_t>>>;
static_assert(sizeof(SourceFilterHeader) == IP_MSFILTER_SIZE(0));

using MulticastRequest6 =
    One<ipv6_mreq, Struct<ipv6_mreq, Field<"group", &ipv6_mreq::ipv6mr_multiaddr, In6>,
                          Field<"ifindex", &ipv6_mreq::ipv6mr_interface, Host<unsigned>, optional>>>;

using AnyAddress = Stored<sockaddr_storage>;
using GroupRequest =
    One<group_req, Struct<group_req, Field<"ifindex", &group_req::gr_interface, Host<uint32_t>, optional>,
                          Field<"group", &group_req::gr_group, AnyAddress>>>;
using GroupSourceRequest =
    One<group_source_req,
        Struct<group_source_req, Field<"ifindex", &group_source_req::gsr_interface, Host<uint32_t>, optional>,
               Field<"group", &group_source_req::gsr_group, AnyAddress>,
               Field<"source", &group_source_req::gsr_source, AnyAddress>>>;

/** struct group_filter, up to its list */
struct GroupFilterHeader {
  uint32_t ifindex;
  sockaddr_storage group;
  uint32_t mode, count;
};
struct AnySources : Many<sockaddr_storage, AnyAddress> {
  static constexpr size_t each = sizeof(sockaddr_storage);
};
using GroupFilter = Listed<GroupFilterHeader, &GroupFilterHeader::count, "sources", AnySources,
                           Field<"ifindex", &GroupFilterHeader::ifindex, Host<uint32_t>, optional>,
                           Field<"group", &GroupFilterHeader::group, AnyAddress>,
                           Field<"mode", &GroupFilterHeader::mode, Host<uint32_t>>>;
static_assert(sizeof(GroupFilterHeader) == GROUP_FILTER_SIZE(0));

using PathMtu = One<ip6_mtuinfo, Struct<ip6_mtuinfo, Field<"address", &ip6_mtuinfo::ip6m_addr, Stored<sockaddr_in6>>,
                                        Field<"mtu", &ip6_mtuinfo::ip6m_mtu, Host<uint32_t>>>>;

using FlowLabelRequest =
    One<in6_flowlabel_req, Struct<in6_flowlabel_req, Field<"destination", &in6_flowlabel_req::flr_dst, In6, optional>,
                                  Field<"label", &in6_flowlabel_req::flr_label, Network32, optional>,
                                  Field<"action", &in6_flowlabel_req::flr_action, Host<uint8_t>>,
                                  Field<"share", &in6_flowlabel_req::flr_share, Host<uint8_t>, optional>,
                                  Field<"flags", &in6_flowlabel_req::flr_flags, Host<uint16_t>, optional>,
                                  Field<"expires", &in6_flowlabel_req::flr_expires, Host<uint16_t>, optional>,
                                  Field<"linger", &in6_flowlabel_req::flr_linger, Host<uint16_t>, optional>>>;

// IPPROTO_TCP

/**
 * struct tcp_info as of Linux 6.18, whatever headers this is compiled with. The last word of that kernel is left out:
 * its bits mean something else in the next.
 */
struct Info {
  uint8_t state, caState, retransmits, probes, backoff, options, scales, limits;
  uint32_t rto, ato, sndMss, rcvMss, unacked, sacked, lost, retrans, fackets, lastDataSent, lastAckSent, lastDataRecv,
      lastAckRecv, pmtu, rcvSsthresh, rtt, rttvar, sndSsthresh, sndCwnd, advmss, reordering, rcvRtt, rcvSpace,
      totalRetrans;
  uint64_t pacingRate, maxPacingRate, bytesAcked, bytesReceived;
  uint32_t segsOut, segsIn, notsentBytes, minRtt, dataSegsIn, dataSegsOut;
  uint64_t deliveryRate, busyTime, rwndLimited, sndbufLimited;
  uint32_t delivered, deliveredCe;
  uint64_t bytesSent, bytesRetrans;
  uint32_t dsackDups, reordSeen, rcvOoopack, sndWnd, rcvWnd, rehash;
  uint16_t totalRto, totalRtoRecoveries;
  uint32_t totalRtoTime, receivedCe, deliveredE1Bytes, deliveredE0Bytes, deliveredCeBytes, receivedE1Bytes,
      receivedE0Bytes, receivedCeBytes;
};
using KernelInfo = sys_socket_kernel_headers::tcp_info;
static_assert(offsetof(Info, rto) == offsetof(KernelInfo, tcpi_rto));
static_assert(offsetof(Info, pacingRate) == offsetof(KernelInfo, tcpi_pacing_rate));
static_assert(offsetof(Info, minRtt) == offsetof(KernelInfo, tcpi_min_rtt));
static_assert(offsetof(Info, sndbufLimited) == offsetof(KernelInfo, tcpi_sndbuf_limited));  // all that 4.18 has

#define MEMBER(name) Field<#name, &Info::name, Host<decltype(Info::name)>>
using TcpInfoFields =
    Growing<Info, offsetof(Info, rto), MEMBER(state), MEMBER(caState), MEMBER(retransmits), MEMBER(probes),
            MEMBER(backoff), MEMBER(options), Field<"sndWscale", &Info::scales, Bits<0, 4>>,
            Field<"rcvWscale", &Info::scales, Bits<4, 4>>, Field<"deliveryRateAppLimited", &Info::limits, Bits<0, 1>>,
            Field<"fastopenClientFail", &Info::limits, Bits<1, 2>>, MEMBER(rto), MEMBER(ato), MEMBER(sndMss),
            MEMBER(rcvMss), MEMBER(unacked), MEMBER(sacked), MEMBER(lost), MEMBER(retrans), MEMBER(fackets),
            MEMBER(lastDataSent), MEMBER(lastAckSent), MEMBER(lastDataRecv), MEMBER(lastAckRecv), MEMBER(pmtu),
            MEMBER(rcvSsthresh), MEMBER(rtt), MEMBER(rttvar), MEMBER(sndSsthresh), MEMBER(sndCwnd), MEMBER(advmss),
            MEMBER(reordering), MEMBER(rcvRtt), MEMBER(rcvSpace), MEMBER(totalRetrans), MEMBER(pacingRate),
            MEMBER(maxPacingRate), MEMBER(bytesAcked), MEMBER(bytesReceived), MEMBER(segsOut), MEMBER(segsIn),
            MEMBER(notsentBytes), MEMBER(minRtt), MEMBER(dataSegsIn), MEMBER(dataSegsOut), MEMBER(deliveryRate),
            MEMBER(busyTime), MEMBER(rwndLimited), MEMBER(sndbufLimited), MEMBER(delivered), MEMBER(deliveredCe),
            MEMBER(bytesSent), MEMBER(bytesRetrans), MEMBER(dsackDups), MEMBER(reordSeen), MEMBER(rcvOoopack),
            MEMBER(sndWnd), MEMBER(rcvWnd), MEMBER(rehash), MEMBER(totalRto), MEMBER(totalRtoRecoveries),
            MEMBER(totalRtoTime), MEMBER(receivedCe), MEMBER(deliveredE1Bytes), MEMBER(deliveredE0Bytes),
            MEMBER(deliveredCeBytes), MEMBER(receivedE1Bytes), MEMBER(receivedE0Bytes), MEMBER(receivedCeBytes)>;
#undef MEMBER
struct TcpInfo : OnlyRead {
  static constexpr size_t room = TcpInfoFields::room;
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    return TcpInfoFields::decode(env, data, size);
  }
};

/** struct tcp_md5sig: its ifindex came with Linux 5.6, and to C libraries later. */
struct Md5 {
  sockaddr_storage address;
  uint8_t flags, prefixLength;
  uint16_t size;
  int ifindex;
  uint8_t key[TCP_MD5SIG_MAXKEYLEN];
};
static_assert(sizeof(Md5) == sizeof(sys_socket_kernel_headers::tcp_md5sig));
using TcpKey =
    One<Md5,
        Struct<Md5, Field<"address", &Md5::address, AnyAddress>, Field<"flags", &Md5::flags, Host<uint8_t>, optional>,
               Field<"prefixLength", &Md5::prefixLength, Host<uint8_t>, optional>,
               Field<"ifindex", &Md5::ifindex, Host<int>, optional>, Counted<"key", &Md5::size, &Md5::key>>>;

using KernelRepairOption = sys_socket_kernel_headers::tcp_repair_opt;
using RepairOptions =
    Many<KernelRepairOption, Struct<KernelRepairOption, Field<"code", &KernelRepairOption::opt_code, Host<uint32_t>>,
                                    Field<"value", &KernelRepairOption::opt_val, Host<uint32_t>>>>;

using KernelWindow = sys_socket_kernel_headers::tcp_repair_window;
using RepairWindow = One<KernelWindow, Struct<KernelWindow, Field<"sndWl1", &KernelWindow::snd_wl1, Host<uint32_t>>,
                                              Field<"sndWnd", &KernelWindow::snd_wnd, Host<uint32_t>>,
                                              Field<"maxWindow", &KernelWindow::max_window, Host<uint32_t>>,
                                              Field<"rcvWnd", &KernelWindow::rcv_wnd, Host<uint32_t>>,
                                              Field<"rcvWup", &KernelWindow::rcv_wup, Host<uint32_t>>>>;

// SOL_PACKET

using PacketMembership = One<packet_mreq, Struct<packet_mreq, Field<"ifindex", &packet_mreq::mr_ifindex, Host<int>>,
                                                 Field<"type", &packet_mreq::mr_type, Host<unsigned short>>,
                                                 Counted<"address", &packet_mreq::mr_alen, &packet_mreq::mr_address>>>;

/** Of TPACKET_V3. The other versions look at the first four members only. */
using RingRequest =
    One<tpacket_req3, Struct<tpacket_req3, Field<"blockSize", &tpacket_req3::tp_block_size, Host<unsigned>>,
                             Field<"blocks", &tpacket_req3::tp_block_nr, Host<unsigned>>,
                             Field<"frameSize", &tpacket_req3::tp_frame_size, Host<unsigned>>,
                             Field<"frames", &tpacket_req3::tp_frame_nr, Host<unsigned>>,
                             Field<"retireTimeout", &tpacket_req3::tp_retire_blk_tov, Host<unsigned>, optional>,
                             Field<"privateSize", &tpacket_req3::tp_sizeof_priv, Host<unsigned>, optional>,
                             Field<"features", &tpacket_req3::tp_feature_req_word, Host<unsigned>, optional>>>;

using PacketStatistics =
    Growing<tpacket_stats_v3, sizeof(tpacket_stats), Field<"packets", &tpacket_stats_v3::tp_packets, Host<unsigned>>,
            Field<"drops", &tpacket_stats_v3::tp_drops, Host<unsigned>>,
            Field<"queueFreezes", &tpacket_stats_v3::tp_freeze_q_cnt, Host<unsigned>, optional>>;

struct Rollover {
  uint64_t all, huge, failed;
};
static_assert(sizeof(Rollover) == sizeof(tpacket_rollover_stats));
using RolloverStatistics =
    One<Rollover,
        Struct<Rollover, Field<"all", &Rollover::all, Host<uint64_t>>, Field<"huge", &Rollover::huge, Host<uint64_t>>,
               Field<"failed", &Rollover::failed, Host<uint64_t>>>>;

// SOL_NETLINK

/** One bit for each group, the first for group 1. */
struct NetlinkGroups : OnlyRead {
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    napi_value list = nullptr;
    uint32_t count = 0;
    napi_create_array(env, &list);
    for (size_t at = 0; at + sizeof(uint32_t) <= size; at += sizeof(uint32_t)) {
      uint32_t word;
      std::memcpy(&word, data + at, sizeof word);
      for (unsigned bit = 0; bit < 32; bit++)
        if ((word >> bit & 1) != 0)
          napi_set_element(env, list, count++, sys::number(env, static_cast<double>(at * CHAR_BIT + bit + 1)));
    }
    return list;
  }
};

// SOL_CAN_RAW

#if __has_include(<linux/can.h>)
using CanFilters = Many<can_filter, Struct<can_filter, Field<"id", &can_filter::can_id, Host<uint32_t>>,
                                           Field<"mask", &can_filter::can_mask, Host<uint32_t>>>>;
#endif

}  // namespace values

/** What a row does, for those that only have the option's number. */
struct OptionType {
  size_t room;
  bool (*encode)(const Border& border, const std::string& argument, napi_value value, Buffer& out);  // null: an int
  napi_value (*decode)(napi_env env, const unsigned char* data, size_t size);
  bool takesNumbers;  // otherwise a number is an int, as for options that have no row
  bool isProgram;
};

constexpr size_t kUsualRoom = 1024;

template <class Row>
constexpr OptionType typeFrom() {
  OptionType type{kUsualRoom, Row::encode, Row::decode, false, requires { Row::isProgram; }};
  if constexpr (requires { Row::room; }) type.room = Row::room;
  if (std::is_same_v<Row, values::number> || std::is_same_v<Row, values::boolean>) type.encode = nullptr;
  type.takesNumbers = std::is_same_v<Row, values::Unsigned16> || std::is_same_v<Row, values::Unsigned64>;
  return type;
}

const OptionType* typeOf(int level, int option) {
  const auto key = [](int one, int other) {
    return static_cast<uint64_t>(static_cast<uint32_t>(one)) << 32 | static_cast<uint32_t>(other);
  };
  // Of two names for one number the first is meant, as in all lists of constants.def.
  static const auto& types = *new std::unordered_map<uint64_t, OptionType>{
#define OPTION(level, name, type) {key(level, name), typeFrom<values::type>()},
#include "options.inc"
#undef OPTION
  };
  const auto found = types.find(key(level, option));
  return found == types.end() ? nullptr : &found->second;
}

/**
 * Options whose bytes hold a pointer that the kernel follows, or a count that it writes beyond its room: no bytes of a
 * caller's may be trusted to be one. By number, for they outlive the headers they are first found in.
 */
bool holdsPointer(int level, int option, bool set) {
  struct Option {
    int level, option;
    bool set, get;
  };
  static const auto& options = *new std::vector<Option>{
      {SOL_SOCKET, SO_ATTACH_FILTER, true, false},
      {SOL_SOCKET, 51 /* SO_ATTACH_REUSEPORT_CBPF */, true, false},
      {IPPROTO_TCP, 35 /* TCP_ZEROCOPY_RECEIVE */, false, true},
      {IPPROTO_TCP, 41 /* TCP_AO_GET_KEYS */, false, true},
      {263 /* SOL_PACKET */, 22 /* PACKET_FANOUT_DATA */, true, false},
      {283 /* SOL_XDP */, 4 /* XDP_UMEM_REG */, true, false},
      {284 /* SOL_MPTCP */, 4 /* MPTCP_FULL_INFO */, false, true},
      {IPPROTO_IP, 64 /* IPT_SO_SET_REPLACE */, true, false},
      {IPPROTO_IP, 96 /* ARPT_SO_SET_REPLACE */, true, false},
      {IPPROTO_IPV6, 64 /* IP6T_SO_SET_REPLACE */, true, false},
      {IPPROTO_IP, 128 /* EBT_SO_SET_ENTRIES, EBT_SO_GET_INFO */, true, false},
      {IPPROTO_IP, 129 /* EBT_SO_SET_COUNTERS, EBT_SO_GET_ENTRIES */, true, true},
      {IPPROTO_IP, 131 /* EBT_SO_GET_INIT_ENTRIES */, false, true},
      {276 /* SOL_RDS */, 2 /* RDS_GET_MR */, true, false},
      {276, 7 /* RDS_GET_MR_FOR_DEST */, true, false},
      {132 /* SOL_SCTP */, 111 /* SCTP_SOCKOPT_CONNECTX3 */, false, true},
  };
  return std::any_of(options.begin(), options.end(), [&](const Option& one) {
    return one.level == level && one.option == option && (set ? one.set : one.get);
  });
}

constexpr double kLow = std::numeric_limits<int>::min(), kHigh = std::numeric_limits<int>::max();

bool readName(const Border& border, const Argument& argument, int& level, int& option) {
  double first = 0, second = 0;
  if (!border.integer("level", argument.values[0], kLow, kHigh, first) ||
      !border.integer(argument.name, argument.values[1], kLow, kHigh, second))
    return false;
  level = static_cast<int>(first);
  option = static_cast<int>(second);
  return true;
}

bool refusePointer(const Border& border, const Argument& argument) {
  return border.wrongValue(argument.name, "an option whose bytes hold no pointer that the kernel would follow",
                           argument.values[1]);
}

}  // namespace

size_t optionRoom(int level, int option) {
  const OptionType* type = typeOf(level, option);
  return type == nullptr ? kUsualRoom : type->room;
}

napi_value makeOption(napi_env env, int level, int option, const void* data, size_t size) {
  const OptionType* type = typeOf(level, option);
  napi_value value = nullptr;
  if (type != nullptr) value = type->decode(env, static_cast<const unsigned char*>(data), size);
  return value != nullptr ? value : bytes(env, data, size);
}

bool readOption(const Border& border, const std::string& argument, int level, int option, napi_value value,
                Buffer& bytes) {
  const OptionType* type = typeOf(level, option);
  napi_valuetype is;
  int number = 0;
  napi_typeof(border.env, value, &is);
  if (is == napi_boolean) {
    bool truth = false;
    napi_get_value_bool(border.env, value, &truth);
    number = truth;
  } else if (is == napi_number && (type == nullptr || !type->takesNumbers)) {
    double result = 0;  // int or unsigned, as the option has it: the kernel gets the same four bytes
    if (!border.integer(argument, value, kLow, std::numeric_limits<unsigned>::max(), result)) return false;
    number = static_cast<int>(static_cast<unsigned>(static_cast<long long>(result)));
  } else if (type != nullptr && type->encode != nullptr) {
    return type->encode(border, argument, value, bytes);
  } else {
    return border.wrongType(argument, "a number, a boolean or a Uint8Array", value);
  }
  const auto* start = reinterpret_cast<const unsigned char*>(&number);
  bytes.assign(start, start + sizeof number);
  return true;
}

bool OptionIn::read(const Border& border, const Argument& argument) {
  if (!readName(border, argument, level, option)) return false;
  value = argument.values[2];
  isBytes = border.isBytes(value);
  const OptionType* type = typeOf(level, option);
  const bool takesProgram = type != nullptr && type->isProgram;
  if (holdsPointer(level, option, true)) {
    if (!takesProgram) return refusePointer(border, argument);
    if (isBytes)
      return border.wrongType("value", "an array of { code, jt, jf, k }: bytes would be a pointer to them", value);
  }
  if (isBytes) return true;
  if (!readOption(border, "value", level, option, value, encoded)) return false;
  bool isArray = false;
  napi_is_array(border.env, value, &isArray);
  if (!takesProgram || !isArray) return true;
  const size_t count = encoded.size() / sizeof(sock_filter);
  constexpr auto most = std::numeric_limits<decltype(program.len)>::max();
  if (count > most)
    return border.outOfRange("value", "at most " + std::to_string(most) + " instructions", std::to_string(count));
  program.len = static_cast<decltype(program.len)>(count);
  isProgram = true;
  return true;
}

bool OptionIn::settle(const Border& border) {
  if (isBytes) return border.bytes("value", value, view) && border.socklen("value", view.size);
  program.filter = reinterpret_cast<sock_filter*>(encoded.data());
  if (isProgram) view = {&program, sizeof program};
  else view = {encoded.data(), encoded.size()};
  return true;
}

bool OptionOut::read(const Border& border, const Argument& argument) {
  const Argument rest{"value", argument.values + 2};
  return readName(border, argument, level, option) &&
         (!holdsPointer(level, option, false) || refusePointer(border, argument)) && value.read(border, rest);
}

bool OptionOut::settle(const Border& border) {
  if (!value.settle(border)) return false;
  // The kernel makes the descriptor all the same, and copies as much of its number as there is room for.
  const bool isDescriptor = level == SOL_SOCKET && option == 77 /* SO_PEERPIDFD */;
  return !isDescriptor || value.room.size >= sizeof(int) ||
         border.outOfRange("value", "at least 4 bytes, or the new descriptor would be lost",
                           std::to_string(value.room.size) + " bytes");
}

}  // namespace sys
