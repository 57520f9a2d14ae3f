// libc functions given a shape that a row can have: variadic ones, and those that trust a caller's buffer.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace sys::shim {

inline int fcntl(int fd, int command, int argument) { return ::fcntl(fd, command, argument); }

inline int ioctl(int fd, unsigned long request, void* argument) { return ::ioctl(fd, request, argument); }

/**
 * getsockopt(2), for the options that count otherwise than in bytes of `*length`, and would write beyond them:
 * SO_GET_FILTER counts instructions, and the multicast filters as many sources as the value itself says there is room
 * for.
 */
inline int getsockopt(int fd, int level, int option, void* value, socklen_t* length) {
  const size_t size = *length;
  if (level == SOL_SOCKET && option == SO_GET_FILTER) {
    *length = static_cast<socklen_t>(size / sizeof(sock_filter));
    const int result = ::getsockopt(fd, level, option, value, length);
    *length = static_cast<socklen_t>(*length * sizeof(sock_filter));
    return result;
  }
  const bool isList = level == IPPROTO_IP && option == IP_MSFILTER;
  const bool isGroup = (level == IPPROTO_IP || level == IPPROTO_IPV6) && option == MCAST_MSFILTER;
  const size_t header = isList ? IP_MSFILTER_SIZE(0) : GROUP_FILTER_SIZE(0);
  if ((!isList && !isGroup) || size < header) return ::getsockopt(fd, level, option, value, length);

  // On a copy, for the caller's memory may change between the check and the call.
  std::vector<unsigned char> copy(static_cast<unsigned char*>(value), static_cast<unsigned char*>(value) + size);
  const size_t at = isList ? offsetof(ip_msfilter, imsf_numsrc) : offsetof(group_filter, gf_numsrc);
  const size_t each = isList ? sizeof(in_addr) : sizeof(sockaddr_storage);
  const size_t most = (size - header) / each;
  uint32_t sources;
  std::memcpy(&sources, copy.data() + at, sizeof sources);
  if (sources > most) sources = static_cast<uint32_t>(most);
  std::memcpy(copy.data() + at, &sources, sizeof sources);
  const int result = ::getsockopt(fd, level, option, copy.data(), length);
  const int error = errno;
  std::memcpy(value, copy.data(), size);
  errno = error;
  return result;
}

inline size_t internetSize(int family) {
  return family == AF_INET ? sizeof(in_addr) : family == AF_INET6 ? sizeof(in6_addr) : 0;
}

/** inet_pton(3), told how much room there is: ENOSPC when it is too small. */
inline int inet_pton(int family, const char* text, void* bytes, size_t room) {
  unsigned char address[sizeof(in6_addr)];
  const int result = ::inet_pton(family, text, address);
  if (result != 1) return result;
  if (room < internetSize(family)) {
    errno = ENOSPC;
    return -1;
  }
  std::memcpy(bytes, address, internetSize(family));
  return 1;
}

/** inet_ntop(3), giving the text's length. `bytes` are as many as the family has: InternetIn has seen to it. */
inline int inet_ntop(int family, const void* bytes, size_t, void* text, size_t room) {
  const auto length = static_cast<socklen_t>(room < INET6_ADDRSTRLEN ? room : INET6_ADDRSTRLEN);
  if (::inet_ntop(family, bytes, static_cast<char*>(text), length) == nullptr) return -1;
  return static_cast<int>(std::strlen(static_cast<const char*>(text)));
}

inline int inet_aton(const char* text, int* address) { return ::inet_aton(text, reinterpret_cast<in_addr*>(address)); }

/** inet_ntoa(3) without its static buffer. */
inline int inet_ntoa(uint32_t address, void* text, size_t room) {
  return inet_ntop(AF_INET, &address, sizeof address, text, room);
}

/** strerror(3) without its static buffer: the length of the text. ERANGE when there is too little room, as
 * strerror_r(3). */
inline int strerror(int number, void* text, size_t room) {
  char own[256];
  const char* message = ::strerror_r(number, own, sizeof own);
  const size_t length = std::strlen(message);
  if (length > room) {
    errno = ERANGE;
    return -1;
  }
  std::memcpy(text, message, length);
  return static_cast<int>(length);
}

}  // namespace sys::shim
