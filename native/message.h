// Messages: what sendmsg() and recvmsg() take, and the control data that travels beside the bytes.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <memory>
#include <vector>

#include "kinds.h"
#include "layout.h"

namespace sys {

/** Buffers to scatter into or gather from: an array of Uint8Arrays, whose memory is fetched late. */
struct Vectors {
  std::vector<napi_value> values;
  std::vector<iovec> vectors;

  bool read(const Border& border, const std::string& argument, napi_value array);
  bool settle(const Border& border, const std::string& argument);
};

/** One message: a msghdr and everything that it points to. */
struct MessageParts {
  msghdr header{};
  Vectors iov;
  Sockaddr address;
  Buffer control;
  napi_value addressValue = nullptr, controlValue = nullptr, lengthsValue = nullptr;
  View lengths;

  bool readSent(const Border& border, const std::string& argument, napi_value object);
  bool readReceived(const Border& border, const std::string& argument, napi_value object);
  bool settleSent(const Border& border, const std::string& argument);
  bool settleReceived(const Border& border, const std::string& argument);
  void finishReceived(int64_t count);
};

/** A message to send: `{ iov, address?, control? }`. (const msghdr*) */
struct MessageIn : Kept {
  static constexpr Parameter parameters[] = {{"", "Message", Crossing::none}};
  MessageParts parts;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border) { return parts.settleSent(border, name); }
  auto args() { return std::tuple{static_cast<const msghdr*>(&parts.header)}; }
};

/** Room for a message: `{ iov, address?, control?, lengths }`. (msghdr*) */
struct MessageOut : Kept {
  static constexpr Parameter parameters[] = {{"", "MessageRoom", Crossing::none, Direction::both}};
  MessageParts parts;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border) { return parts.settleReceived(border, name); }
  bool finish(const Border&, int64_t result) {
    if (result >= 0) parts.finishReceived(result);
    return true;
  }
  auto args() { return std::tuple{&parts.header}; }
};

/**
 * Messages to send; how many bytes of each were sent comes back in `counts`, of which there need be no more than the
 * kernel sends at a time. (mmsghdr*, unsigned)
 */
struct MessagesIn : Kept {
  static constexpr Parameter parameters[] = {{"", "readonly Message[]", Crossing::none},
                                             {"counts", "Int32Array", Crossing::none, Direction::out, Optional::null}};
  std::vector<std::unique_ptr<MessageParts>> parts;
  std::vector<mmsghdr> headers;
  napi_value countsValue = nullptr;
  View counts;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  bool finish(const Border& border, int64_t result);
  auto args() { return std::tuple{headers.data(), static_cast<unsigned>(headers.size())}; }
};

/** Rooms for messages. (mmsghdr*, unsigned) */
struct MessagesOut : Kept {
  static constexpr Parameter parameters[] = {{"", "readonly MessageRoom[]", Crossing::none, Direction::both}};
  std::vector<std::unique_ptr<MessageParts>> parts;
  std::vector<mmsghdr> headers;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  bool finish(const Border& border, int64_t result);
  auto args() { return std::tuple{headers.data(), static_cast<unsigned>(headers.size())}; }
};

/** Buffers in order: (const iovec*, int). */
template <Direction D>
struct VectorsKind : Kept {
  static constexpr Parameter parameters[] = {{"", "readonly Uint8Array[]", Crossing::none, D}};
  Vectors iov;

  bool read(const Border& border, const Argument& argument) {
    return Kept::read(border, argument) && iov.read(border, name, value);
  }
  bool settle(const Border& border) {
    return iov.settle(border, name) &&
           (iov.vectors.size() <= kMostBytes ||
            border.outOfRange(name, "at most 2147483647 buffers", std::to_string(iov.vectors.size())));
  }
  auto args() {
    return std::tuple{static_cast<const iovec*>(iov.vectors.data()), static_cast<int>(iov.vectors.size())};
  }
};

using VectorsIn = VectorsKind<Direction::in>;
using VectorsOut = VectorsKind<Direction::out>;

/** The control messages in what the kernel delivered, as an array of `{ level, type, data }`. */
napi_value makeControl(napi_env env, const void* data, size_t size);

/** The bytes of control messages. */
bool readControl(const Border& border, const std::string& argument, napi_value array, Buffer& control);

/** The descriptors in what the kernel delivered: for closing them where they cannot be handed over. */
std::vector<int> descriptorsIn(const void* data, size_t size);

}  // namespace sys
