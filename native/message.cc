// Messages and control data. A kind of control message is a row of `Controls`: its level, its type, and the value that
// fills its bytes. What is in no row, or does not fit its row, crosses as bytes.
#include "message.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <cstring>

#include "headers.h"
#include "layout.h"
#include "values.h"

namespace sys {

namespace {

// The values

using Int = One<int>;
using Unsigned = One<uint32_t>;
using Short = One<uint16_t>;
using Byte = One<uint8_t>;
using Descriptors = Many<int>;

/** A time as the kernel writes it: by the constant that asked for it in its long, or in 64 bits. */
template <class T>
struct Time {
  T whole, fraction;
};
template <class T, Label Fraction>
using TimeFields =
    Struct<Time<T>, Field<"sec", &Time<T>::whole, Host<T>>, Field<Fraction, &Time<T>::fraction, Host<T>>>;
template <class T>
using Timeval = One<Time<T>, TimeFields<T, "usec">>;
template <class T>
using Timespec = One<Time<T>, TimeFields<T, "nsec">>;

using PacketInfo =
    One<in_pktinfo, Struct<in_pktinfo, Field<"ifindex", &in_pktinfo::ipi_ifindex, Host<int>, optional>,
                           Field<"specDst", &in_pktinfo::ipi_spec_dst, InternetText<AF_INET, in_addr>, optional>,
                           Field<"address", &in_pktinfo::ipi_addr, InternetText<AF_INET, in_addr>, optional>>>;

/** Three timestamps: of software, and of hardware in two forms, the first of which no kernel fills any more. */
template <class T>
struct Timestamping {
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    Time<T> stamps[3];
    if (size != sizeof stamps) return nullptr;
    std::memcpy(stamps, data, sizeof stamps);
    napi_value object = nullptr;
    napi_create_object(env, &object);
    set(env, object, "software", TimeFields<T, "nsec">::make(env, stamps[0]));
    set(env, object, "hardware", TimeFields<T, "nsec">::make(env, stamps[2]));
    return object;
  }
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer&) {
    return border.wrongType(argument, "a Uint8Array: this kind is only received", value);
  }
};

/** A queued error: sock_extended_err, and room for the address of who reported it. */
template <class Offender>
struct ExtendedError {
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    sock_extended_err error;
    if (size != sizeof error + sizeof(Offender)) return nullptr;
    std::memcpy(&error, data, sizeof error);
    using Fields = Struct<sock_extended_err, Field<"errno", &sock_extended_err::ee_errno, Host<uint32_t>>,
                          Field<"origin", &sock_extended_err::ee_origin, Host<uint8_t>>,
                          Field<"type", &sock_extended_err::ee_type, Host<uint8_t>>,
                          Field<"code", &sock_extended_err::ee_code, Host<uint8_t>>,
                          Field<"info", &sock_extended_err::ee_info, Host<uint32_t>>,
                          Field<"data", &sock_extended_err::ee_data, Host<uint32_t>>>;
    napi_value object = Fields::make(env, error);
    set(env, object, "offender", offender(env, data + sizeof error));
    return object;
  }
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer&) {
    return border.wrongType(argument, "a Uint8Array: this kind is only received", value);
  }

 private:
  /** Where nobody is to blame the family is AF_UNSPEC. */
  static napi_value offender(napi_env env, const unsigned char* data) {
    napi_value none = nullptr;
    napi_get_null(env, &none);
    sa_family_t family;
    std::memcpy(&family, data, sizeof family);
    return family == AF_UNSPEC ? none : makeAddress(env, data, sizeof(Offender));
  }
};

/** The address that a packet was sent to before it was redirected. */
struct OriginalDestination {
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    return size < sizeof(sa_family_t) ? nullptr : makeAddress(env, data, size);
  }
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer&) {
    return border.wrongType(argument, "a Uint8Array: this kind is only received", value);
  }
};

/** A text of ASCII characters that may or may not end with NUL. */
struct SecurityLabel {
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    napi_value text = nullptr;
    const size_t length = size > 0 && data[size - 1] == 0 ? size - 1 : size;
    if (!std::all_of(data, data + length, [](unsigned char byte) { return byte > 0 && byte < 128; })) return nullptr;
    napi_create_string_latin1(env, reinterpret_cast<const char*>(data), length, &text);
    return text;
  }
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    std::string text;
    if (!border.text(argument, value, text)) return false;
    out.insert(out.end(), text.begin(), text.end());
    return true;
  }
};

template <int Level, int Type, class Value>
struct Control {
  static constexpr int level = Level, type = Type;
  using Codec = Value;
};

// Headers older than 5.1 have one form of the timestamps, the kernel's long.
#ifndef SO_TIMESTAMP_OLD
#define SO_TIMESTAMP_OLD SO_TIMESTAMP
#define SO_TIMESTAMPNS_OLD SO_TIMESTAMPNS
#define SO_TIMESTAMPING_OLD SO_TIMESTAMPING
#endif

// Where a kind is sent and received under one number but with different sizes (IP_TOS: an int or a byte going in, a
// byte coming out), the row is what is received.
using Controls = std::tuple<
    Control<SOL_SOCKET, SCM_RIGHTS, Descriptors>, Control<SOL_SOCKET, SCM_CREDENTIALS, Credentials>,
    Control<SOL_SOCKET, SCM_PIDFD, Int>, Control<SOL_SOCKET, SCM_SECURITY, SecurityLabel>,
    Control<SOL_SOCKET, SO_TIMESTAMP_OLD, Timeval<__kernel_long_t>>,
    Control<SOL_SOCKET, SO_TIMESTAMPNS_OLD, Timespec<__kernel_long_t>>,
    Control<SOL_SOCKET, SO_TIMESTAMPING_OLD, Timestamping<__kernel_long_t>>,
#ifdef SO_TIMESTAMP_NEW
    Control<SOL_SOCKET, SO_TIMESTAMP_NEW, Timeval<int64_t>>, Control<SOL_SOCKET, SO_TIMESTAMPNS_NEW, Timespec<int64_t>>,
    Control<SOL_SOCKET, SO_TIMESTAMPING_NEW, Timestamping<int64_t>>,
#endif
    Control<SOL_SOCKET, SO_RXQ_OVFL, Unsigned>,
#ifdef SCM_TXTIME
    Control<SOL_SOCKET, SCM_TXTIME, One<uint64_t>>,
#endif
    Control<SOL_SOCKET, SO_MARK, Unsigned>, Control<IPPROTO_IP, IP_PKTINFO, PacketInfo>,
    Control<IPPROTO_IP, IP_TTL, Int>, Control<IPPROTO_IP, IP_TOS, Byte>,
    Control<IPPROTO_IP, IP_RECVERR, ExtendedError<sockaddr_in>>,
    Control<IPPROTO_IP, IP_ORIGDSTADDR, OriginalDestination>, Control<IPPROTO_IPV6, IPV6_PKTINFO, PacketInfo6>,
    Control<IPPROTO_IPV6, IPV6_HOPLIMIT, Int>, Control<IPPROTO_IPV6, IPV6_TCLASS, Int>,
    Control<IPPROTO_IPV6, IPV6_RECVERR, ExtendedError<sockaddr_in6>>,
    Control<IPPROTO_IPV6, IPV6_ORIGDSTADDR, OriginalDestination>, Control<IPPROTO_UDP, UDP_SEGMENT, Short>,
    Control<IPPROTO_UDP, UDP_GRO, Int>>;

template <class Use>
bool withControl(int level, int type, Use use) {
  return std::apply(
      [&](auto... control) {
        return ((control.level == level && control.type == type && (use(control), true)) || ...);
      },
      Controls{});
}

/** Calls `use(header, data, size)` for each control message, with as much of its data as there is. */
template <class Use>
void eachControl(const void* data, size_t size, Use use) {
  const auto* start = static_cast<const unsigned char*>(data);
  size_t at = 0;
  while (size - at >= sizeof(cmsghdr)) {
    cmsghdr header;
    std::memcpy(&header, start + at, sizeof header);
    if (header.cmsg_len < CMSG_LEN(0)) return;  // would never end
    const size_t length = std::min<size_t>(header.cmsg_len, size - at);
    use(header, start + at + CMSG_LEN(0), length - std::min<size_t>(length, CMSG_LEN(0)));
    if (header.cmsg_len > size - at) return;
    const size_t next = CMSG_ALIGN(header.cmsg_len);
    if (next > size - at) return;
    at += next;
  }
}

bool readInteger(const Border& border, const std::string& argument, napi_value object, const char* key, int& out) {
  napi_value value;
  return border.property(object, key, value) && Host<int>::read(border, argument + "." + key, value, out);
}

constexpr auto kMessage = "an object { iov, address?, control? }";

}  // namespace

bool readControl(const Border& border, const std::string& argument, napi_value array, Buffer& control) {
  constexpr auto expected = "an array of { level, type, data }, or a Uint8Array";
  return eachElement(border, argument, array, expected, [&](const std::string& one, napi_value message) {
    cmsghdr header{};
    napi_value data;
    if (!border.isObject(message)) return border.wrongType(one, "an object { level, type, data }", message);
    if (!readInteger(border, one, message, "level", header.cmsg_level) ||
        !readInteger(border, one, message, "type", header.cmsg_type) || !border.property(message, "data", data))
      return false;
    Buffer payload;
    bool fine = false;
    if (border.isBytes(data)) {
      View view;
      if (!border.bytes(one + ".data", data, view) || !border.copyable(one + ".data", view.size)) return false;
      const auto* start = static_cast<const unsigned char*>(view.data);
      if (view.size > 0) payload.assign(start, start + view.size);
    } else if (!withControl(header.cmsg_level, header.cmsg_type, [&](auto known) {
                 fine = decltype(known)::Codec::encode(border, one + ".data", data, payload);
               })) {
      return border.wrongType(one + ".data", "a Uint8Array", data);
    } else if (!fine) {
      return false;
    }
    if (!border.copyable(argument, control.size() + payload.size())) return false;
    const size_t at = control.size();
    header.cmsg_len = CMSG_LEN(payload.size());
    control.resize(at + CMSG_SPACE(payload.size()), 0);
    std::memcpy(control.data() + at, &header, sizeof header);
    if (!payload.empty()) std::memcpy(control.data() + at + CMSG_LEN(0), payload.data(), payload.size());
    return true;
  });
}

napi_value makeControl(napi_env env, const void* data, size_t size) {
  napi_value list = nullptr;
  uint32_t count = 0;
  napi_create_array(env, &list);
  eachControl(data, size, [&](const cmsghdr& header, const unsigned char* payload, size_t length) {
    napi_value message = nullptr, value = nullptr;
    withControl(header.cmsg_level, header.cmsg_type,
                [&](auto known) { value = decltype(known)::Codec::decode(env, payload, length); });
    napi_create_object(env, &message);
    set(env, message, "level", number(env, header.cmsg_level));
    set(env, message, "type", number(env, header.cmsg_type));
    set(env, message, "data", value != nullptr ? value : bytes(env, payload, length));
    napi_set_element(env, list, count++, message);
  });
  return list;
}

std::vector<int> descriptorsIn(const void* data, size_t size) {
  std::vector<int> descriptors;
  eachControl(data, size, [&](const cmsghdr& header, const unsigned char* payload, size_t length) {
    const bool carries = header.cmsg_type == SCM_RIGHTS || header.cmsg_type == SCM_PIDFD;
    if (header.cmsg_level != SOL_SOCKET || !carries) return;
    for (size_t at = 0; at + sizeof(int) <= length; at += sizeof(int)) {
      int fd;
      std::memcpy(&fd, payload + at, sizeof fd);
      if (fd >= 0) descriptors.push_back(fd);  // the kernel may put an errno where it has no descriptor to give
    }
  });
  return descriptors;
}

bool Vectors::read(const Border& border, const std::string& argument, napi_value array) {
  return eachElement(border, argument, array, "an array of Uint8Arrays",
                     [&](const std::string& one, napi_value buffer) {
                       values.push_back(buffer);
                       return border.isBytes(buffer) || border.wrongType(one, "a Uint8Array", buffer);
                     });
}

bool Vectors::settle(const Border& border, const std::string& argument) {
  vectors.clear();
  vectors.reserve(values.size());
  for (size_t i = 0; i < values.size(); i++) {
    View view;
    if (!border.bytes(element(argument, i), values[i], view)) return false;
    vectors.push_back({view.data, view.size});
  }
  return true;
}

bool MessageParts::readSent(const Border& border, const std::string& argument, napi_value object) {
  if (!border.isObject(object)) return border.wrongType(argument, kMessage, object);
  napi_value buffers;
  if (!border.property(object, "iov", buffers) || !border.property(object, "address", addressValue) ||
      !border.property(object, "control", controlValue) || !iov.read(border, argument + ".iov", buffers))
    return false;
  if (!border.isNothing(addressValue) && !border.isBytes(addressValue) &&
      !readAddress(border, argument + ".address", addressValue, address))
    return false;
  return border.isNothing(controlValue) || border.isBytes(controlValue) ||
         readControl(border, argument + ".control", controlValue, control);
}

bool MessageParts::settleSent(const Border& border, const std::string& argument) {
  if (!iov.settle(border, argument + ".iov")) return false;
  if (border.isBytes(addressValue) && !readAddress(border, argument + ".address", addressValue, address)) return false;
  if (!border.socklen(argument + ".address", address.size)) return false;
  View raw{control.data(), control.size()};
  if (border.isBytes(controlValue) && !border.bytes(argument + ".control", controlValue, raw)) return false;
  header.msg_name = const_cast<void*>(address.data);
  header.msg_namelen = static_cast<socklen_t>(address.size);
  header.msg_iov = iov.vectors.data();
  header.msg_iovlen = iov.vectors.size();
  header.msg_control = raw.size > 0 ? raw.data : nullptr;
  header.msg_controllen = raw.size;
  return true;
}

bool MessageParts::readReceived(const Border& border, const std::string& argument, napi_value object) {
  napi_value buffers;
  if (!border.isObject(object))
    return border.wrongType(argument, "an object { iov, address?, control?, lengths }", object);
  return border.property(object, "iov", buffers) && border.property(object, "address", addressValue) &&
         border.property(object, "control", controlValue) && border.property(object, "lengths", lengthsValue) &&
         iov.read(border, argument + ".iov", buffers);
}

bool MessageParts::settleReceived(const Border& border, const std::string& argument) {
  View name, raw;
  if (!iov.settle(border, argument + ".iov") || !border.integers(argument + ".lengths", lengthsValue, 4, lengths) ||
      (!border.isNothing(addressValue) && !border.bytes(argument + ".address", addressValue, name)) ||
      (!border.isNothing(controlValue) && !border.bytes(argument + ".control", controlValue, raw)) ||
      !border.socklen(argument + ".address", name.size))
    return false;
  header.msg_name = name.size > 0 ? name.data : nullptr;
  header.msg_namelen = static_cast<socklen_t>(name.size);
  header.msg_iov = iov.vectors.data();
  header.msg_iovlen = iov.vectors.size();
  header.msg_control = raw.size > 0 ? raw.data : nullptr;
  header.msg_controllen = raw.size;
  return true;
}

void MessageParts::finishReceived(int64_t count) {
  auto* out = static_cast<int32_t*>(lengths.data);
  out[0] = static_cast<int32_t>(count);
  out[1] = header.msg_flags;
  out[2] = static_cast<int32_t>(header.msg_namelen);
  out[3] = static_cast<int32_t>(header.msg_controllen);
}

bool MessageIn::read(const Border& border, const Argument& argument) {
  return Kept::read(border, argument) && parts.readSent(border, name, value);
}

bool MessageOut::read(const Border& border, const Argument& argument) {
  return Kept::read(border, argument) && parts.readReceived(border, name, value);
}

namespace {

using Parts = std::vector<std::unique_ptr<MessageParts>>;

bool readEach(const Border& border, const char* name, napi_value value, Parts& parts,
              bool (MessageParts::*read)(const Border&, const std::string&, napi_value)) {
  return eachElement(border, name, value, "an array of messages", [&](const std::string& one, napi_value message) {
    parts.push_back(std::make_unique<MessageParts>());
    return ((*parts.back()).*read)(border, one, message);
  });
}

bool settleEach(const Border& border, const char* name, const Parts& parts, std::vector<mmsghdr>& headers,
                bool (MessageParts::*settle)(const Border&, const std::string&)) {
  for (size_t i = 0; i < parts.size(); i++)
    if (!((*parts[i]).*settle)(border, element(name, i))) return false;
  headers.clear();
  for (const auto& part : parts) headers.push_back({part->header, 0});
  return true;
}

}  // namespace

bool MessagesIn::read(const Border& border, const Argument& argument) {
  countsValue = argument.values[1];
  return Kept::read(border, argument) && readEach(border, name, value, parts, &MessageParts::readSent);
}

bool MessagesIn::settle(const Border& border) {
  return settleEach(border, name, parts, headers, &MessageParts::settleSent) &&
         (border.isNothing(countsValue) ||
          border.integers("counts", countsValue, std::min<size_t>(parts.size(), UIO_MAXIOV), counts));
}

bool MessagesIn::finish(const Border&, int64_t result) {
  auto* out = static_cast<int32_t*>(counts.data);
  if (out == nullptr) return true;
  const auto room = static_cast<int64_t>(counts.size / sizeof *out);
  for (int64_t i = 0; i < std::min(result, room); i++)
    out[i] = static_cast<int32_t>(headers[static_cast<size_t>(i)].msg_len);
  return true;
}

bool MessagesOut::read(const Border& border, const Argument& argument) {
  return Kept::read(border, argument) && readEach(border, name, value, parts, &MessageParts::readReceived);
}

bool MessagesOut::settle(const Border& border) {
  return settleEach(border, name, parts, headers, &MessageParts::settleReceived);
}

bool MessagesOut::finish(const Border&, int64_t result) {
  for (int64_t i = 0; i < result; i++) {
    const auto at = static_cast<size_t>(i);
    parts[at]->header = headers[at].msg_hdr;
    parts[at]->finishReceived(headers[at].msg_len);
  }
  return true;
}

}  // namespace sys
