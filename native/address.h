// Socket addresses: the only code that knows how a struct sockaddr is laid out.
#pragma once

#include <sys/socket.h>

#include <vector>

#include "border.h"

namespace sys {

/** A struct sockaddr of any length, ready to be passed to the kernel. Points into itself, so it never moves. */
struct Sockaddr {
  const void* data = nullptr;
  size_t size = 0;

  Sockaddr() = default;
  Sockaddr(const Sockaddr&) = delete;
  Sockaddr& operator=(const Sockaddr&) = delete;

  /** Room for `count` zeroed bytes, which become the address. */
  unsigned char* allocate(size_t count);

 private:
  sockaddr_storage small_{};
  std::vector<unsigned char> large_;  // only for names that the kernel will refuse for their length
};

/** Reads `{ family, ... }`, or a Uint8Array that is a whole sockaddr and stays where it is. */
bool readAddress(const Border& border, const std::string& argument, napi_value value, Sockaddr& address);

/** The JavaScript address of these bytes; null where there is no family, as the kernel leaves it on a connected stream.
 */
napi_value makeAddress(napi_env env, const void* data, size_t size);

}  // namespace sys
