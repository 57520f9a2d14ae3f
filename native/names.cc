// The resolver between JavaScript and C: its entries as objects, and the reentrant forms of its functions.
#include "names.h"

#include <mutex>

#include "shims.h"

namespace sys {

namespace {

napi_value text(napi_env env, const char* value) {
  napi_value result = nullptr;
  if (value == nullptr) napi_get_null(env, &result);
  else napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

/** A list that ends with NULL, each element as `make` has it. */
template <class Make>
napi_value listOf(napi_env env, char** list, Make make) {
  napi_value array = nullptr;
  uint32_t count = 0;
  napi_create_array(env, &array);
  for (; list != nullptr && *list != nullptr; list++) napi_set_element(env, array, count++, make(*list));
  return array;
}

napi_value texts(napi_env env, char** list) {
  return listOf(env, list, [env](const char* each) { return text(env, each); });
}

using Info = Struct<addrinfo, Field<"flags", &addrinfo::ai_flags, Host<int>, optional>,
                    Field<"family", &addrinfo::ai_family, Host<int>, optional>,
                    Field<"socktype", &addrinfo::ai_socktype, Host<int>, optional>,
                    Field<"protocol", &addrinfo::ai_protocol, Host<int>, optional>>;

}  // namespace

bool ServiceIn::read(const Border& border, const Argument& argument) {
  napi_valuetype type;
  napi_typeof(border.env, argument.values[0], &type);
  if (type == napi_string || border.isNothing(argument.values[0])) return text.read(border, argument);
  if (type != napi_number) return border.wrongType(argument.name, "a string, a number or null", argument.values[0]);
  double port = 0;  // glibc would cut a larger one to 16 bits
  if (!border.integer(argument.name, argument.values[0], 0, std::numeric_limits<uint16_t>::max(), port)) return false;
  text.text = std::to_string(static_cast<int>(port));
  text.given = true;
  return true;
}

bool HintsIn::read(const Border& border, const Argument& argument) {
  if (border.isNothing(argument.values[0])) return true;
  given = true;
  return Info::read(border, argument.name, argument.values[0], hints);
}

bool NamedIn::settle(const Border& border) {
  if (!AddressIn::settle(border) || !border.copyable(name, address.size)) return false;
  const auto* start = static_cast<const unsigned char*>(address.data);
  terminated.clear();
  if (address.size > 0) terminated.assign(start, start + address.size);
  terminated.resize(std::max(address.size, sizeof(sockaddr_storage)) + 1, 0);
  return true;
}

bool AddressInfoOut::finish(const Border& border, int64_t result) const {
  if (result != 0) return true;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    napi_value object = Info::make(border.env, *each);
    set(border.env, object, "address", makeAddress(border.env, each->ai_addr, each->ai_addrlen));
    set(border.env, object, "canonname", text(border.env, each->ai_canonname));
    if (!append(border, object)) return false;
  }
  return true;
}

bool InterfacesOut::finish(const Border& border, int64_t result) const {
  if (result != 0) return true;
  for (const auto* each = found; each->if_index != 0; each++) {
    napi_value object = nullptr;
    napi_create_object(border.env, &object);
    set(border.env, object, "index", number(border.env, each->if_index));
    set(border.env, object, "name", text(border.env, each->if_name));
    if (!append(border, object)) return false;
  }
  return true;
}

napi_value makeEntry(napi_env env, const servent& entry) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  set(env, object, "name", text(env, entry.s_name));
  set(env, object, "aliases", texts(env, entry.s_aliases));
  set(env, object, "port", number(env, ntohs(static_cast<uint16_t>(entry.s_port))));
  set(env, object, "protocol", text(env, entry.s_proto));
  return object;
}

napi_value makeEntry(napi_env env, const protoent& entry) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  set(env, object, "name", text(env, entry.p_name));
  set(env, object, "aliases", texts(env, entry.p_aliases));
  set(env, object, "protocol", number(env, entry.p_proto));
  return object;
}

napi_value makeEntry(napi_env env, const hostent& entry) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  set(env, object, "name", text(env, entry.h_name));
  set(env, object, "aliases", texts(env, entry.h_aliases));
  set(env, object, "family", number(env, entry.h_addrtype));
  set(env, object, "addresses", listOf(env, entry.h_addr_list, [&](const char* address) {
        char shown[INET6_ADDRSTRLEN] = "";
        inet_ntop(entry.h_addrtype, address, shown, sizeof shown);
        return text(env, shown);
      }));
  return object;
}

namespace shim {

namespace {

constexpr size_t kMostMemory = 1 << 22;  // for an entry with more names than that, ERANGE

/**
 * Calls `call(entry, memory, size, found)`, a function of the library that ends with _r, with as much memory as the
 * entry needs: ERANGE is its way to ask for more. Gives its error.
 */
template <class T, class Call>
int withMemory(Entry<T>& entry, T*& found, Call call) {
  for (size_t size = 1024;; size *= 4) {
    entry.memory.resize(size);
    const int error = call(&entry.entry, entry.memory.data(), size, &found);
    if (error != ERANGE || size >= kMostMemory) return error;
  }
}

template <class T, class Call>
int lookup(Entry<T>& entry, Call call) {
  T* found = nullptr;
  const int error = withMemory(entry, found, call);
  if (found != nullptr) return 1;
  if (error == 0 || error == ENOENT) return 0;  // ENOENT: not even a database
  errno = error;
  return -1;
}

int copied(const char* message, void* text, size_t room) {
  const size_t length = std::min(std::strlen(message), room);
  if (length > 0) std::memcpy(text, message, length);
  return static_cast<int>(length);
}

}  // namespace

int getservbyname(const char* name, const char* protocol, Entry<servent>* entry) {
  return lookup(*entry, [&](auto... memory) { return ::getservbyname_r(name, protocol, memory...); });
}

int getservbyport(int port, const char* protocol, Entry<servent>* entry) {
  return lookup(*entry, [&](auto... memory) { return ::getservbyport_r(port, protocol, memory...); });
}

#ifdef __GLIBC__

int getprotobyname(const char* name, Entry<protoent>* entry) {
  return lookup(*entry, [&](auto... memory) { return ::getprotobyname_r(name, memory...); });
}

int getprotobynumber(int protocol, Entry<protoent>* entry) {
  return lookup(*entry, [&](auto... memory) { return ::getprotobynumber_r(protocol, memory...); });
}

#else  // musl has no reentrant forms: its entries are constants, of which a static one points to the name and no alias

namespace {

template <class Call>
int oneAtATime(Entry<protoent>* entry, Call call) {
  static auto& turn = *new std::mutex;
  static char* none[] = {nullptr};
  const std::lock_guard guard{turn};
  const protoent* found = call();
  if (found == nullptr) return 0;
  entry->entry = *found;
  entry->entry.p_aliases = none;
  return 1;
}

}  // namespace

int getprotobyname(const char* name, Entry<protoent>* entry) {
  return oneAtATime(entry, [&] { return ::getprotobyname(name); });
}

int getprotobynumber(int protocol, Entry<protoent>* entry) {
  return oneAtATime(entry, [&] { return ::getprotobynumber(protocol); });
}

#endif

int gethostbyname(const char* name, Entry<hostent>* entry, int* hostError) {
  hostent* found = nullptr;
  *hostError = 0;
  const int error =
      withMemory(*entry, found, [&](auto... memory) { return ::gethostbyname_r(name, memory..., hostError); });
  if (found != nullptr) return 1;
  if (*hostError != NETDB_INTERNAL) return 0;
  errno = error;
  return -1;
}

int gai_strerror(int code, void* text, size_t room) { return copied(::gai_strerror(code), text, room); }

int hstrerror(int hostError, void* text, size_t room) { return copied(::hstrerror(hostError), text, room); }

int if_nametoindex(const char* name) {
  const unsigned index = ::if_nametoindex(name);
  return index == 0 ? -1 : static_cast<int>(index);
}

int if_indextoname(unsigned index, void* text, size_t room) {
  char name[IF_NAMESIZE];
  if (::if_indextoname(index, name) == nullptr) return -1;
  if (std::strlen(name) > room) {
    errno = ENOSPC;
    return -1;
  }
  return copied(name, text, room);
}

int if_nameindex(struct if_nameindex** list) {
  *list = ::if_nameindex();
  return *list == nullptr ? -1 : 0;
}

}  // namespace shim

}  // namespace sys
