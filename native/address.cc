// Socket addresses between JavaScript and the kernel. A family is a row of fields (`Families` below); both directions
// follow from it. AF_UNIX, AF_PACKET and unknown families are the exceptions, because their length is part of the name.
#include "address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <tuple>

#include "headers.h"
#include "layout.h"

namespace sys {

namespace {

constexpr size_t kFamilySize = sizeof(sa_family_t);
constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);

void writeFamily(unsigned char* address, int family) {
  const auto value = static_cast<sa_family_t>(family);
  std::memcpy(address, &value, sizeof value);
}

/**
 * A family whose addresses are the first `Size` bytes of T. A family may have several; fields that are `telling` say
 * which of them an object is, the length and `Fixed` members say which of them bytes are.
 */
template <int Family, class T, size_t Size, class... Fields>
struct Layout {
  static constexpr int family = Family;

  static bool claims(const Border& border, napi_value object, bool& claimed) {
    claimed = !(Fields::tells || ...);
    return (Fields::told(border, object, claimed) && ...);
  }
  static bool read(const Border& border, const std::string& argument, napi_value object, Sockaddr& out) {
    T address{};
    if (!Struct<T, Fields...>::read(border, argument, object, address)) return false;
    unsigned char* start = out.allocate(Size);
    std::memcpy(start, &address, Size);
    writeFamily(start, Family);
    return true;
  }
  /** Makes the properties where the fields say all that the bytes say, so that no byte is lost; else false. */
  static bool make(napi_env env, napi_value object, const unsigned char* data, size_t size) {
    if (size != Size) return false;
    T address{};
    unsigned char rest[Size];
    std::memcpy(&address, data, Size);
    std::memcpy(rest, data, Size);
    writeFamily(rest, 0);
    (Fields::clear(address, rest), ...);
    if (!allZero(rest, Size) || !(Fields::holds(env, address) && ...)) return false;
    (Fields::make(env, object, address), ...);
    return true;
  }
};

template <int Family, class T, class... Fields>
using Whole = Layout<Family, T, sizeof(T), Fields...>;

/** A member within a member. */
// NOLINTNEXTLINE(bugprone-macro-parentheses): the path of a member is no expression
#define WITHIN(path) [](auto& address) -> auto& { return address.path; }

// Where several layouts of a family follow each other, the last one is that of an object which none of them claims.
// clang-format off
using Families = std::tuple<
#ifdef AF_NETLINK
  Whole<AF_NETLINK, sockaddr_nl,
        Field<"pid", &sockaddr_nl::nl_pid, Host<uint32_t>>,
        Field<"groups", &sockaddr_nl::nl_groups, Host<uint32_t>>>,
#endif
#if defined(AF_VSOCK) && __has_include(<linux/vm_sockets.h>)
  Whole<AF_VSOCK, sockaddr_vm,
        Field<"cid", &sockaddr_vm::svm_cid, Host<unsigned>>,
        Field<"port", &sockaddr_vm::svm_port, Host<unsigned>>
#ifdef VMADDR_FLAG_TO_HOST
        , Field<"flags", &sockaddr_vm::svm_flags, Host<uint8_t>, optional>
#endif
        >,
#endif
#if defined(AF_CAN) && __has_include(<linux/can.h>)
  // The kernel tells these apart by the socket's protocol, and takes and gives each in a length of its own. Kernels from
  // before 5.4 want a whole struct for all of them.
#ifdef CAN_J1939
  Whole<AF_CAN, sockaddr_can,
        Field<"ifindex", &sockaddr_can::can_ifindex, Host<int>>,
        Field<"name", WITHIN(can_addr.j1939.name), Host<__u64>, telling>,
        Field<"pgn", WITHIN(can_addr.j1939.pgn), Host<uint32_t>, telling>,
        Field<"addr", WITHIN(can_addr.j1939.addr), Host<uint8_t>, telling>>,
#endif
  Layout<AF_CAN, sockaddr_can, offsetof(sockaddr_can, can_addr) + 2 * sizeof(canid_t),
         Field<"ifindex", &sockaddr_can::can_ifindex, Host<int>>,
         Field<"rxId", WITHIN(can_addr.tp.rx_id), Host<canid_t>, telling>,
         Field<"txId", WITHIN(can_addr.tp.tx_id), Host<canid_t>, telling>>,
  Layout<AF_CAN, sockaddr_can, offsetof(sockaddr_can, can_addr),
         Field<"ifindex", &sockaddr_can::can_ifindex, Host<int>>>,
#endif
#if defined(AF_ALG) && __has_include(<linux/if_alg.h>)
  Whole<AF_ALG, sockaddr_alg,
        Field<"type", &sockaddr_alg::salg_type, PaddedText>,
        Field<"name", &sockaddr_alg::salg_name, PaddedText>,
        Field<"feat", &sockaddr_alg::salg_feat, Host<uint32_t>, optional>,
        Field<"mask", &sockaddr_alg::salg_mask, Host<uint32_t>, optional>>,
#endif
#if defined(AF_XDP) && __has_include(<linux/if_xdp.h>)
  Whole<AF_XDP, sockaddr_xdp,
        Field<"flags", &sockaddr_xdp::sxdp_flags, Host<uint16_t>, optional>,
        Field<"ifindex", &sockaddr_xdp::sxdp_ifindex, Host<uint32_t>>,
        Field<"queueId", &sockaddr_xdp::sxdp_queue_id, Host<uint32_t>>,
        Field<"sharedUmemFd", &sockaddr_xdp::sxdp_shared_umem_fd, Host<uint32_t>, optional>>,
#endif
#if defined(AF_TIPC) && __has_include(<linux/tipc.h>)
  Whole<AF_TIPC, sockaddr_tipc,
        Fixed<&sockaddr_tipc::addrtype, TIPC_ADDR_NAMESEQ>,
        Field<"scope", &sockaddr_tipc::scope, Host<signed char>, optional>,
        Field<"type", WITHIN(addr.nameseq.type), Host<uint32_t>>,
        Field<"lower", WITHIN(addr.nameseq.lower), Host<uint32_t>, telling>,
        Field<"upper", WITHIN(addr.nameseq.upper), Host<uint32_t>, telling>>,
  Whole<AF_TIPC, sockaddr_tipc,
        Fixed<&sockaddr_tipc::addrtype, TIPC_ADDR_ID>,
        Field<"scope", &sockaddr_tipc::scope, Host<signed char>, optional>,
        Field<"ref", WITHIN(addr.id.ref), Host<uint32_t>, telling>,
        Field<"node", WITHIN(addr.id.node), Host<uint32_t>, telling>>,
  Whole<AF_TIPC, sockaddr_tipc,
        Fixed<&sockaddr_tipc::addrtype, TIPC_ADDR_NAME>,
        Field<"scope", &sockaddr_tipc::scope, Host<signed char>, optional>,
        Field<"type", WITHIN(addr.name.name.type), Host<uint32_t>>,
        Field<"instance", WITHIN(addr.name.name.instance), Host<uint32_t>, telling>,
        Field<"domain", WITHIN(addr.name.domain), Host<uint32_t>, optional>>,
#endif
  Whole<AF_INET6, sockaddr_in6,
        Field<"address", &sockaddr_in6::sin6_addr, InternetText<AF_INET6, in6_addr>>,
        Field<"port", &sockaddr_in6::sin6_port, Network16>,
        Field<"flowinfo", &sockaddr_in6::sin6_flowinfo, Network32, optional>,
        Field<"scopeId", &sockaddr_in6::sin6_scope_id, Host<uint32_t>, optional>>,
  Whole<AF_INET, sockaddr_in,
        Field<"address", &sockaddr_in::sin_addr, InternetText<AF_INET, in_addr>>,
        Field<"port", &sockaddr_in::sin_port, Network16>,
        Unused<&sockaddr_in::sin_zero>>>;
// clang-format on
#undef WITHIN

enum class Reading { unknown, refused, read };

/** Reads an object of a family that has layouts, by the first that claims it, else by the last. */
template <size_t I = 0>
Reading readLayout(const Border& border, const std::string& argument, napi_value object, int family, Sockaddr& out) {
  if constexpr (I < std::tuple_size_v<Families>) {
    using Layout = std::tuple_element_t<I, Families>;
    if (Layout::family == family) {
      bool claimed = false;
      if (!Layout::claims(border, object, claimed)) return Reading::refused;
      if (!claimed) {
        const Reading later = readLayout<I + 1>(border, argument, object, family, out);
        if (later != Reading::unknown) return later;
      }
      return Layout::read(border, argument, object, out) ? Reading::read : Reading::refused;
    }
    return readLayout<I + 1>(border, argument, object, family, out);
  } else {
    return Reading::unknown;
  }
}

/** Makes the properties of an address that is one of its family's layouts. */
bool makeLayout(napi_env env, napi_value object, int family, const unsigned char* data, size_t size) {
  return std::apply(
      [&](auto... layout) { return ((layout.family == family && layout.make(env, object, data, size)) || ...); },
      Families{});
}

// The fields of a link-layer address that stand before the hardware address, whose length is a field of its own.
using LinkLayer = Struct<sockaddr_ll,                                               //
                         Field<"protocol", &sockaddr_ll::sll_protocol, Network16>,  //
                         Field<"ifindex", &sockaddr_ll::sll_ifindex, Host<int>>,    //
                         Field<"hatype", &sockaddr_ll::sll_hatype, Host<uint16_t>, optional>,
                         Field<"pkttype", &sockaddr_ll::sll_pkttype, Host<uint8_t>, optional>>;
constexpr size_t kHardwareOffset = offsetof(sockaddr_ll, sll_addr);

/** The kernel takes no less than a whole sockaddr_ll; more where the hardware address is longer than its 8 bytes. */
bool readPacket(const Border& border, const std::string& argument, napi_value object, Sockaddr& out) {
  sockaddr_ll head{};
  napi_value value;
  View hardware;
  if (!LinkLayer::read(border, argument, object, head) || !border.property(object, "address", value) ||
      !border.bytes(argument + ".address", value, hardware))
    return false;
  constexpr size_t most = std::numeric_limits<decltype(head.sll_halen)>::max();
  if (hardware.size > most)
    return border.outOfRange(argument + ".address", "a Uint8Array of at most " + std::to_string(most) + " bytes",
                             "one of " + std::to_string(hardware.size));
  head.sll_family = AF_PACKET;
  head.sll_halen = static_cast<unsigned char>(hardware.size);
  unsigned char* address = out.allocate(std::max(sizeof head, kHardwareOffset + hardware.size));
  std::memcpy(address, &head, kHardwareOffset);
  if (hardware.size > 0) std::memcpy(address + kHardwareOffset, hardware.data, hardware.size);
  return true;
}

/** getsockname() gives as many bytes as there are, recvfrom() at least a whole struct, filled up with zeros. */
bool makePacket(napi_env env, napi_value object, const unsigned char* data, size_t size) {
  if (size < kHardwareOffset) return false;
  sockaddr_ll head{};
  std::memcpy(&head, data, kHardwareOffset);
  const size_t end = kHardwareOffset + head.sll_halen;
  if (size != end && (size != sizeof head || end > size || !allZero(data + end, size - end))) return false;
  LinkLayer::fill(env, object, head);
  set(env, object, "address", bytes(env, data + kHardwareOffset, head.sll_halen));
  return true;
}

/** The path byte for byte: no terminator is added (the kernel adds its own), nothing is cut. */
bool readUnix(const Border& border, const std::string& argument, napi_value object, Sockaddr& out) {
  const std::string name = argument + ".path";
  napi_value value;
  if (!border.property(object, "path", value)) return false;
  View path;
  std::string text;
  if (border.isBytes(value)) {
    if (!border.bytes(name, value, path)) return false;
  } else {
    napi_valuetype type;
    if (napi_typeof(border.env, value, &type) != napi_ok || type != napi_string)
      return border.wrongType(name, "a string or a Uint8Array", value);
    if (!border.text(name, value, text)) return false;
    // The kernel would end a pathname at its first NUL and bind another file than the one named.
    if (text.find('\0', 1) != std::string::npos && text[0] != '\0')
      return border.wrongValue(name, "a pathname without NUL, or a Uint8Array to pass the bytes as they are", value);
    path = {text.data(), text.size()};
  }
  if (!border.copyable(name, path.size)) return false;
  unsigned char* address = out.allocate(kPathOffset + path.size);
  writeFamily(address, AF_UNIX);
  if (path.size > 0) std::memcpy(address + kPathOffset, path.data, path.size);
  return true;
}

bool readBytes(const Border& border, const std::string& argument, napi_value value, int family, Sockaddr& out) {
  View data;
  if (!border.bytes(argument + ".data", value, data)) return false;
  if (!border.copyable(argument + ".data", data.size)) return false;
  unsigned char* address = out.allocate(kFamilySize + data.size);
  writeFamily(address, family);
  if (data.size > 0) std::memcpy(address + kFamilySize, data.data, data.size);
  return true;
}

/** A path as a string where that is exact, otherwise its bytes. */
napi_value makePath(napi_env env, const char* path, size_t size) {
  napi_value text = exactText(env, path, size);
  return text != nullptr ? text : bytes(env, path, size);
}

}  // namespace

unsigned char* Sockaddr::allocate(size_t count) {
  size = count;
  if (count <= sizeof small_) {
    data = &small_;
    return reinterpret_cast<unsigned char*>(&small_);
  }
  large_.assign(count, 0);
  data = large_.data();
  return large_.data();
}

bool readAddress(const Border& border, const std::string& argument, napi_value value, Sockaddr& out) {
  constexpr auto expected = "an address such as { family, ... }, or a Uint8Array";
  if (border.isBytes(value)) {
    View whole;
    if (!border.bytes(argument, value, whole)) return false;
    out.data = whole.data;
    out.size = whole.size;
    return true;
  }
  bool isView = false;
  if (!border.isObject(value) || napi_is_typedarray(border.env, value, &isView) != napi_ok || isView)
    return border.wrongType(argument, expected, value);

  napi_value familyValue, data;
  double number = 0;
  if (!border.property(value, "family", familyValue)) return false;
  if (!border.integer(argument + ".family", familyValue, 0, std::numeric_limits<sa_family_t>::max(), number))
    return false;
  const int family = static_cast<int>(number);

  if (!border.property(value, "data", data)) return false;
  if (!border.isUndefined(data)) return readBytes(border, argument, data, family, out);
  if (family == AF_UNIX) return readUnix(border, argument, value, out);
  if (family == AF_UNSPEC) {  // what C programs pass to dissolve an association: a struct sockaddr of zeros
    writeFamily(out.allocate(sizeof(sockaddr)), AF_UNSPEC);
    return true;
  }
  if (family == AF_PACKET) return readPacket(border, argument, value, out);
  const Reading reading = readLayout(border, argument, value, family, out);
  if (reading != Reading::unknown) return reading == Reading::read;
  return border.wrongType(argument + ".data", "a Uint8Array: the bytes after sa_family", data);
}

napi_value makeAddress(napi_env env, const void* data, size_t size) {
  napi_value object = nullptr;
  if (size < kFamilySize) {
    napi_get_null(env, &object);
    return object;
  }
  const auto* start = static_cast<const unsigned char*>(data);
  sa_family_t family;
  std::memcpy(&family, start, sizeof family);
  napi_create_object(env, &object);
  set(env, object, "family", number(env, family));

  if (makeLayout(env, object, family, start, size) || (family == AF_UNSPEC && allZero(start, size)) ||
      (family == AF_PACKET && makePacket(env, object, start, size)))
    return object;
  if (family == AF_UNIX) {
    // A pathname ends at its NUL. One of 108 bytes comes back with a NUL in byte 109, which no sockaddr_un has.
    const auto* path = reinterpret_cast<const char*>(start + kPathOffset);
    size_t length = size - kPathOffset;
    if (length > 0 && path[0] != '\0') length = strnlen(path, length);
    set(env, object, "path", makePath(env, path, length));
    return object;
  }
  set(env, object, "data", bytes(env, start + kFamilySize, size - kFamilySize));
  return object;
}

}  // namespace sys
