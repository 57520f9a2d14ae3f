// How values cross between JavaScript and the bytes of C: a struct is a row of fields, and both directions follow from
// it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include "border.h"

namespace sys {

inline void set(napi_env env, napi_value object, const char* key, napi_value value) {
  napi_set_named_property(env, object, key, value);
}

inline napi_value number(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

inline napi_value bytes(napi_env env, const void* data, size_t size) {
  void* copy = nullptr;
  napi_value buffer = nullptr, result = nullptr;
  napi_create_arraybuffer(env, size, &copy, &buffer);
  if (size > 0 && copy != nullptr) std::memcpy(copy, data, size);
  napi_create_typedarray(env, napi_uint8_array, size, buffer, 0, &result);
  return result;
}

// How one field of a struct crosses: `read` and `make` are the two directions.

/** An integer in host byte order; a bigint where a number would not be exact. */
template <class T>
struct Host {
  static bool read(const Border& border, const std::string& argument, napi_value value, T& field) {
    constexpr double low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr double high = static_cast<double>(std::numeric_limits<T>::max());
    double result = 0;
    if constexpr (sizeof(T) == 8) {
      bool exact = false;
      napi_status status;
      if constexpr (std::is_signed_v<T>) {
        int64_t wide = 0;
        status = napi_get_value_bigint_int64(border.env, value, &wide, &exact);
        field = static_cast<T>(wide);
      } else {
        uint64_t wide = 0;
        status = napi_get_value_bigint_uint64(border.env, value, &wide, &exact);
        field = static_cast<T>(wide);
      }
      if (status == napi_ok) return exact || border.outOfRange(argument, "an integer of 64 bits", value);
      constexpr double most = 9007199254740991;
      if (!border.integer(argument, value, low < -most ? -most : low, most, result)) return false;
    } else if (!border.integer(argument, value, low, high, result)) {
      return false;
    }
    field = static_cast<T>(result);
    return true;
  }
  static napi_value make(napi_env env, const T& field) {
    if constexpr (sizeof(T) == 8 && !std::is_signed_v<T>) {
      napi_value result = nullptr;
      napi_create_bigint_uint64(env, field, &result);
      return result;
    } else {
      return number(env, static_cast<double>(field));
    }
  }
};

/** A 16-bit integer in network byte order. */
struct Network16 {
  static bool read(const Border& border, const std::string& argument, napi_value value, uint16_t& field) {
    if (!Host<uint16_t>::read(border, argument, value, field)) return false;
    field = htons(field);
    return true;
  }
  static napi_value make(napi_env env, const uint16_t& field) { return number(env, ntohs(field)); }
};

/** A 32-bit integer in network byte order. */
struct Network32 {
  static bool read(const Border& border, const std::string& argument, napi_value value, uint32_t& field) {
    if (!Host<uint32_t>::read(border, argument, value, field)) return false;
    field = htonl(field);
    return true;
  }
  static napi_value make(napi_env env, const uint32_t& field) { return number(env, ntohl(field)); }
};

/** An internet address, as text in JavaScript. */
template <int Family, class In>
struct InternetText {
  static bool read(const Border& border, const std::string& argument, napi_value value, In& field) {
    constexpr auto expected =
        Family == AF_INET ? "an IPv4 address such as '127.0.0.1'" : "an IPv6 address such as '::1' (without %scope)";
    std::string text;
    if (!border.text(argument, value, text)) return false;
    if (text.find('\0') == std::string::npos && inet_pton(Family, text.c_str(), &field) == 1) return true;
    return border.wrongValue(argument, expected, value);
  }
  static napi_value make(napi_env env, const In& field) {
    char text[INET6_ADDRSTRLEN];
    napi_value result = nullptr;
    inet_ntop(Family, &field, text, sizeof text);
    napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &result);
    return result;
  }
};

enum Presence { required, optional };

/** One property of a JavaScript object and the member it fills. An optional one that is missing leaves zero. */
template <Label Name, auto Member, class Codec, Presence Needed = required>
struct Field {
  template <class Struct>
  static bool read(const Border& border, const std::string& argument, napi_value object, Struct& address) {
    napi_value value;
    if (!border.property(object, Name.text, value)) return false;
    if (Needed == optional && border.isUndefined(value)) return true;
    return Codec::read(border, argument + "." + Name.text, value, address.*Member);
  }
  template <class Struct>
  static void make(napi_env env, napi_value object, const Struct& address) {
    set(env, object, Name.text, Codec::make(env, address.*Member));
  }
};

/** A struct: an object of its fields. */
template <class T, class... Fields>
struct Struct {
  static bool read(const Border& border, const std::string& argument, napi_value value, T& out) {
    if (!border.isObject(value)) return border.wrongType(argument, "an object", value);
    return (Fields::read(border, argument, value, out) && ...);
  }
  static napi_value make(napi_env env, const T& in) {
    napi_value object = nullptr;
    napi_create_object(env, &object);
    (Fields::make(env, object, in), ...);
    return object;
  }
};

// How a value fills bytes: `encode` appends them, `decode` gives null where they are not such a value.

using Buffer = std::vector<unsigned char>;

/** One T. */
template <class T, class Codec = Host<T>>
struct One {
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    T whole{};
    if (!Codec::read(border, argument, value, whole)) return false;
    const auto* start = reinterpret_cast<const unsigned char*>(&whole);
    out.insert(out.end(), start, start + sizeof whole);
    return true;
  }
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    if (size != sizeof(T)) return nullptr;
    T whole;
    std::memcpy(&whole, data, sizeof whole);
    return Codec::make(env, whole);
  }
};

/** As many Ts as there are; bytes that are no whole T are left out. */
template <class T, class Codec = Host<T>>
struct Many {
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    bool isArray = false;
    uint32_t count = 0;
    napi_is_array(border.env, value, &isArray);
    if (!isArray) return border.wrongType(argument, "an array", value);
    napi_get_array_length(border.env, value, &count);
    for (uint32_t i = 0; i < count; i++) {
      napi_value element;
      if (napi_get_element(border.env, value, i, &element) != napi_ok ||
          !One<T, Codec>::encode(border, argument + "[" + std::to_string(i) + "]", element, out))
        return false;
    }
    return true;
  }
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    napi_value array = nullptr;
    napi_create_array_with_length(env, size / sizeof(T), &array);
    for (size_t i = 0; i < size / sizeof(T); i++)
      napi_set_element(env, array, static_cast<uint32_t>(i),
                       One<T, Codec>::decode(env, data + i * sizeof(T), sizeof(T)));
    return array;
  }
};

}  // namespace sys
