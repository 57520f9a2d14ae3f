// Socket addresses between JavaScript and the kernel. A family is a row of fields (`Families` below); both directions
// follow from it. AF_UNIX and unknown families are the exceptions, because their length is part of the name.
#include "address.h"

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <tuple>

#include "layout.h"

namespace sys {

namespace {

constexpr size_t kFamilySize = sizeof(sa_family_t);
constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);

/** A family whose addresses are one struct of these fields. */
template <int Family, auto FamilyMember, class T, class... Fields>
struct Layout {
  static constexpr int family = Family;
  static constexpr size_t size = sizeof(T);

  static bool read(const Border& border, const std::string& argument, napi_value object, Sockaddr& out) {
    T address{};
    address.*FamilyMember = Family;
    if (!Struct<T, Fields...>::read(border, argument, object, address)) return false;
    std::memcpy(out.allocate(sizeof address), &address, sizeof address);
    return true;
  }
  static void make(napi_env env, napi_value object, const void* data) {
    T address;
    std::memcpy(&address, data, sizeof address);
    (Fields::make(env, object, address), ...);
  }
};

using Families = std::tuple<Layout<AF_INET, &sockaddr_in::sin_family, sockaddr_in,                            //
                                   Field<"address", &sockaddr_in::sin_addr, InternetText<AF_INET, in_addr>>,  //
                                   Field<"port", &sockaddr_in::sin_port, Network16>>,
                            Layout<AF_INET6, &sockaddr_in6::sin6_family, sockaddr_in6,                            //
                                   Field<"address", &sockaddr_in6::sin6_addr, InternetText<AF_INET6, in6_addr>>,  //
                                   Field<"port", &sockaddr_in6::sin6_port, Network16>,                            //
                                   Field<"flowinfo", &sockaddr_in6::sin6_flowinfo, Network32, optional>,          //
                                   Field<"scopeId", &sockaddr_in6::sin6_scope_id, Host<uint32_t>, optional>>>;

/** Calls `use` with the layout of `family`; false when there is none. */
template <class Use>
bool withLayout(int family, Use use) {
  return std::apply([&](auto... layout) { return ((layout.family == family && (use(layout), true)) || ...); },
                    Families{});
}

void writeFamily(unsigned char* address, int family) {
  const auto value = static_cast<sa_family_t>(family);
  std::memcpy(address, &value, sizeof value);
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
  napi_value text = nullptr;
  std::string again(size + 1, '\0');
  size_t length = 0;
  if (napi_create_string_utf8(env, path, size, &text) == napi_ok &&
      napi_get_value_string_utf8(env, text, again.data(), again.size(), &length) == napi_ok && length == size &&
      std::memcmp(again.data(), path, size) == 0)
    return text;
  return bytes(env, path, size);
}

bool allZero(const unsigned char* data, size_t size) {
  return std::all_of(data, data + size, [](unsigned char byte) { return byte == 0; });
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
  bool fine = false;
  if (withLayout(family, [&](auto layout) { fine = layout.read(border, argument, value, out); })) return fine;
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

  bool known = false;
  withLayout(family, [&](auto layout) {
    known = size == layout.size;
    if (known) layout.make(env, object, data);
  });
  if (known || (family == AF_UNSPEC && allZero(start, size))) return object;
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
