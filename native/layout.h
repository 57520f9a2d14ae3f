// How values cross between JavaScript and the bytes of C: a struct is a row of fields, and both directions follow from
// it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
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

inline std::string element(const std::string& list, size_t i) { return list + "[" + std::to_string(i) + "]"; }

/** Calls `use(name, element)` for each element in turn, until one is refused: a hole in a sparse array is the first. */
template <class Use>
bool eachElement(const Border& border, const std::string& argument, napi_value value, const char* expected, Use use) {
  bool isArray = false;
  uint32_t count = 0;
  napi_is_array(border.env, value, &isArray);
  if (!isArray) return border.wrongType(argument, expected, value);
  napi_get_array_length(border.env, value, &count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value one = nullptr;
    if (napi_get_element(border.env, value, i, &one) != napi_ok || !use(element(argument, i), one)) return false;
  }
  return true;
}

inline bool allZero(const unsigned char* data, size_t size) {
  return std::all_of(data, data + size, [](unsigned char byte) { return byte == 0; });
}

/** These bytes as a string, or nullptr where a string would not be exact. */
inline napi_value exactText(napi_env env, const char* data, size_t size) {
  napi_value text = nullptr;
  std::string again(size + 1, '\0');
  size_t length = 0;
  if (napi_create_string_utf8(env, data, size, &text) == napi_ok &&
      napi_get_value_string_utf8(env, text, again.data(), again.size(), &length) == napi_ok && length == size &&
      std::memcmp(again.data(), data, size) == 0)
    return text;
  return nullptr;
}

// How one field of a struct crosses: `read` and `make` are the two directions. `holds`, where there is one, tells
// whether `make` would lose nothing of it.

/** The largest integer that a JavaScript number holds exactly, as it does all below. */
constexpr int64_t kMostExact = 9007199254740991;

/** An integer in host byte order; a bigint where it is unsigned and of 64 bits, or where a number would not be exact.
 */
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
    }
    if constexpr (sizeof(T) == 8 && std::is_signed_v<T>) {
      if (field > kMostExact || field < -kMostExact) {
        napi_value result = nullptr;
        napi_create_bigint_int64(env, field, &result);
        return result;
      }
    }
    return number(env, static_cast<double>(field));
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

/** An int that says no more than yes or no. */
struct Truth {
  static bool read(const Border& border, const std::string& argument, napi_value value, int& field) {
    bool truth = false;
    if (napi_get_value_bool(border.env, value, &truth) != napi_ok)
      return Host<int>::read(border, argument, value, field);
    field = truth;
    return true;
  }
  static napi_value make(napi_env env, const int& field) {
    napi_value result = nullptr;
    napi_get_boolean(env, field != 0, &result);
    return result;
  }
};

/** A text in an array that is filled up with NULs; there is at least one. */
struct PaddedText {
  template <size_t N>
  static bool read(const Border& border, const std::string& argument, napi_value value, unsigned char (&field)[N]) {
    std::string text;
    if (!border.text(argument, value, text)) return false;
    if (text.find('\0') != std::string::npos) return border.wrongValue(argument, "a string without NUL", value);
    if (text.size() >= N)
      return border.outOfRange(argument, "a string of at most " + std::to_string(N - 1) + " bytes",
                               "one of " + std::to_string(text.size()));
    std::memcpy(field, text.data(), text.size());
    return true;
  }
  template <size_t N>
  static napi_value make(napi_env env, const unsigned char (&field)[N]) {
    const auto* text = reinterpret_cast<const char*>(field);
    return exactText(env, text, strnlen(text, N));
  }
  template <size_t N>
  static bool holds(napi_env env, const unsigned char (&field)[N]) {
    const size_t length = strnlen(reinterpret_cast<const char*>(field), N);
    return length < N && allZero(field + length, N - length) && make(env, field) != nullptr;
  }
};

/** A telling property is required, and tells a struct from the others of its sort: only they lack it. */
enum Presence { required, optional, telling };

/** Zeroes the bytes of one member in a copy of the bytes of `whole`. */
template <auto Member, class Struct>
void clearMember(const Struct& whole, unsigned char* copy) {
  const auto& field = std::invoke(Member, whole);
  const auto offset = reinterpret_cast<const unsigned char*>(&field) - reinterpret_cast<const unsigned char*>(&whole);
  std::memset(copy + offset, 0, sizeof field);
}

/**
 * One property of a JavaScript object and the member it fills, or where that is deeper inside, a function that gives
 * it. An optional one that is missing leaves zero.
 */
template <Label Name, auto Member, class Codec, Presence Needed = required>
struct Field {
  static constexpr auto member = Member;
  static constexpr bool tells = Needed == telling;

  template <class Struct>
  static bool read(const Border& border, const std::string& argument, napi_value object, Struct& address) {
    napi_value value;
    if (!border.property(object, Name.text, value)) return false;
    if (Needed == optional && border.isUndefined(value)) return true;
    return Codec::read(border, argument + "." + Name.text, value, std::invoke(Member, address));
  }
  template <class Struct>
  static void make(napi_env env, napi_value object, const Struct& address) {
    set(env, object, Name.text, Codec::make(env, std::invoke(Member, address)));
  }
  /** Whether `object` has the property, if that tells anything. */
  static bool told(const Border& border, napi_value object, bool& has) {
    napi_value value;
    if (!tells) return true;
    if (!border.property(object, Name.text, value)) return false;
    has = has || !border.isUndefined(value);
    return true;
  }
  template <class Struct>
  static bool holds(napi_env env, const Struct& address) {
    if constexpr (requires { Codec::holds(env, std::invoke(Member, address)); })
      return Codec::holds(env, std::invoke(Member, address));
    else return true;
  }
  /** Zeroes, in a copy of the bytes of `address`, those that this field accounts for. */
  template <class Struct>
  static void clear(const Struct& address, unsigned char* copy) {
    clearMember<Member>(address, copy);
  }
};

/** What a member does that has no property. */
struct Hidden {
  static constexpr bool tells = false;

  static bool read(const Border&, const std::string&, napi_value, const auto&) { return true; }
  static void make(napi_env, napi_value, const auto&) {}
  static bool told(const Border&, napi_value, const bool&) { return true; }
  static bool holds(napi_env, const auto&) { return true; }
};

/** A member that always has this value. */
template <auto Member, auto Value>
struct Fixed : Hidden {
  static bool read(const Border&, const std::string&, napi_value, auto& address) {
    std::invoke(Member, address) = Value;
    return true;
  }
  static bool holds(napi_env, const auto& address) { return std::invoke(Member, address) == Value; }
  static void clear(const auto& address, unsigned char* copy) { clearMember<Member>(address, copy); }
};

/** A member that nobody looks at: zero going out, ignored coming in. */
template <auto Member>
struct Unused : Hidden {
  static void clear(const auto& address, unsigned char* copy) { clearMember<Member>(address, copy); }
};

/** A Uint8Array that fills the start of one member, and how much of it, which is another. */
template <Label Name, auto Size, auto Member>
struct Counted {
  template <class Struct>
  static bool read(const Border& border, const std::string& argument, napi_value object, Struct& out) {
    napi_value value;
    View view;
    const std::string name = argument + "." + Name.text;
    if (!border.property(object, Name.text, value)) return false;
    if (border.isUndefined(value)) return true;
    if (!border.bytes(name, value, view)) return false;
    if (view.size > sizeof(out.*Member))
      return border.outOfRange(name, "at most " + std::to_string(sizeof(out.*Member)) + " bytes",
                               std::to_string(view.size) + " bytes");
    if (view.size > 0) std::memcpy(&(out.*Member), view.data, view.size);
    out.*Size = static_cast<std::remove_reference_t<decltype(out.*Size)>>(view.size);
    return true;
  }
  template <class Struct>
  static void make(napi_env env, napi_value object, const Struct& in) {
    const auto size = static_cast<size_t>(in.*Size);
    set(env, object, Name.text, bytes(env, &(in.*Member), size < sizeof(in.*Member) ? size : sizeof(in.*Member)));
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
    fill(env, object, in);
    return object;
  }
  static void fill(napi_env env, napi_value object, const T& in) { (Fields::make(env, object, in), ...); }
};

// How a value fills bytes: `encode` appends them, `decode` gives null where they are not such a value.

using Buffer = std::vector<unsigned char>;

/** One T. */
template <class T, class Codec = Host<T>>
struct One {
  static constexpr size_t room = sizeof(T);
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

/**
 * A struct that has grown with the kernel: the fields that are not wholly there are absent, what comes after those
 * known here is ignored. Fewer bytes than `Least` are no such struct.
 */
template <class T, size_t Least, class... Fields>
struct Growing {
  static constexpr size_t room = sizeof(T);
  static bool encode(const Border& border, const std::string& argument, napi_value value, Buffer& out) {
    return One<T, Struct<T, Fields...>>::encode(border, argument, value, out);
  }
  static napi_value decode(napi_env env, const unsigned char* data, size_t size) {
    if (size < Least) return nullptr;
    T whole{};
    std::memcpy(&whole, data, size < sizeof whole ? size : sizeof whole);
    napi_value object = nullptr;
    napi_create_object(env, &object);
    (makeIfThere<Fields>(env, object, whole, size), ...);
    return object;
  }

 private:
  template <class Field>
  static void makeIfThere(napi_env env, napi_value object, const T& whole, size_t size) {
    const auto* end = reinterpret_cast<const char*>(&(whole.*Field::member) + 1);
    if (static_cast<size_t>(end - reinterpret_cast<const char*>(&whole)) <= size) Field::make(env, object, whole);
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
          !One<T, Codec>::encode(border, argument + "[" + std::to_string(i) + "]", element, out) ||
          !border.copyable(argument, out.size()))
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
