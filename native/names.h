// What the resolver takes and gives: hints, and the lists and entries that it allocates.
#pragma once

#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>

#include <vector>

#include "kinds.h"
#include "layout.h"

namespace sys {

/** A service's name, or a port number, which the library takes as text, too; or nothing. */
struct ServiceIn {
  static constexpr Parameter parameters[] = {{"", "string | number | null", Crossing::none}};
  OptionalText text;

  bool read(const Border& border, const Argument& argument);
  auto args() { return text.args(); }
};

/** What addresses are wanted: (const addrinfo*). Nothing is NULL, which is not the same as hints of zeros. */
struct HintsIn {
  static constexpr Parameter parameters[] = {{"", "AddressInfoHints | null", Crossing::none}};
  addrinfo hints{};
  bool given = false;

  bool read(const Border& border, const Argument& argument);
  auto args() { return std::tuple{given ? static_cast<const addrinfo*>(&hints) : nullptr}; }
};

/** An address whose bytes are followed by a zero: glibc looks for the end of an AF_UNIX path without being told it. */
struct NamedIn : AddressIn {
  static constexpr Parameter parameters[] = {{"", "Address | Uint8Array", Crossing::none}};
  Buffer terminated;

  bool settle(const Border& border);
  void pin(auto&) const = delete;
  void take(Control&) = delete;
  auto args() {
    return std::tuple{reinterpret_cast<const sockaddr*>(terminated.data()), static_cast<socklen_t>(address.size)};
  }
};

/** Room for a text that ends with NUL: (char*, socklen_t). */
struct TextOut : BytesOut {
  bool settle(const Border& border) { return BytesOut::settle(border) && border.socklen(name, view.size); }
  auto args() { return std::tuple{static_cast<char*>(view.data), static_cast<socklen_t>(view.size)}; }
};

/** The addresses found, appended to an array: (addrinfo**). */
struct AddressInfoOut : ListOut<"AddressInfo[]"> {
  addrinfo* found = nullptr;

  ~AddressInfoOut() {
    if (found != nullptr) freeaddrinfo(found);
  }
  bool finish(const Border& border, int64_t result) const;
  auto args() { return std::tuple{&found}; }
};

/** The interfaces there are, appended to an array: (struct if_nameindex**). */
struct InterfacesOut : ListOut<"InterfaceIndex[]"> {
  struct if_nameindex* found = nullptr;

  ~InterfacesOut() {
    if (found != nullptr) if_freenameindex(found);
  }
  bool finish(const Border& border, int64_t result) const;
  auto args() { return std::tuple{&found}; }
};

/** An entry of a database and the memory that it points into. */
template <class T>
struct Entry {
  T entry{};
  std::vector<char> memory;
};

napi_value makeEntry(napi_env env, const servent& entry);
napi_value makeEntry(napi_env env, const protoent& entry);
napi_value makeEntry(napi_env env, const hostent& entry);

/** The entry found, appended to an array: (T*). */
template <Label Type, class T>
struct EntryOut : ListOut<Type> {
  Entry<T> found;

  bool finish(const Border& border, int64_t result) const {
    return result != 1 || this->append(border, makeEntry(border.env, found.entry));
  }
  auto args() { return std::tuple{&found}; }
};

using ServiceOut = EntryOut<"ServiceEntry[]", servent>;
using ProtocolOut = EntryOut<"ProtocolEntry[]", protoent>;
using HostOut = EntryOut<"HostEntry[]", hostent>;

// The library's functions in the shape of a row: 1 when there is an entry, 0 when there is none, −1 with errno.

namespace shim {

int getservbyname(const char* name, const char* protocol, Entry<servent>* entry);
int getservbyport(int port, const char* protocol, Entry<servent>* entry);
int getprotobyname(const char* name, Entry<protoent>* entry);
int getprotobynumber(int protocol, Entry<protoent>* entry);
/** Why there is none is left in `hostError`, as h_errno. */
int gethostbyname(const char* name, Entry<hostent>* entry, int* hostError);

/** The length of the text, cut to the room there is. */
int gai_strerror(int code, void* text, size_t room);
int hstrerror(int hostError, void* text, size_t room);

/** The index, or −1 with errno. */
int if_nametoindex(const char* name);
/** The length of the name, or −1 with errno: ENOSPC when there is too little room. */
int if_indextoname(unsigned index, void* text, size_t room);
/** 0, or −1 with errno. */
int if_nameindex(struct if_nameindex** list);

}  // namespace shim

}  // namespace sys
