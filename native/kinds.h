// The kinds of argument a system call takes. A kind knows its TypeScript type, how it is read and what C gets.
//
// A kind is read in two steps. `read` looks at the JavaScript values in order and may run the caller's code (getters).
// `settle` fetches pointers once nothing of the caller's can run any more, so that none is stale when the call is made.
//
//   parameters   the TypeScript parameters it stands for
//   read         takes its JavaScript values
//   settle       fetches pointers                                     (kinds with memory)
//   pin          tells what memory may be remembered for a hot call   (kinds with memory)
//   take         gets its C arguments from the control block          (kinds that can cross without arguments)
//   args         the C arguments
//   deliver      copies results to the caller's memory after the call (kinds with lengths)
//   finish       hands results back to JavaScript after that          (kinds with objects)
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <limits>
#include <tuple>
#include <vector>

#include "address.h"
#include "border.h"

namespace sys {

/** How a parameter can cross when its call is hot: as a word, as memory known from before, or not at all. */
enum class Crossing { word, pin, none };

/** Whether a parameter may be left out, and what C gets then. */
enum class Optional { no, zero, null };

/** Who fills a parameter: the caller, the kernel, or first the one and then the other. */
enum class Direction { in, out, both };

struct Parameter {
  const char* name;  // "" for the row's own name, "Length" to append to it, "argument" to replace it
  const char* type;
  Crossing crossing;
  Direction direction = Direction::in;
  Optional optional = Optional::no;
};

/** What the hot path reads: words the caller stored, and memory pinned by the last full call of the same row. */
struct Control {
  const int32_t* words;
  const View* pins;
};

struct Argument {
  const char* name;
  const napi_value* values;  // one for each of the kind's parameters
};

/** One JavaScript value that is looked at again when pointers may be fetched. */
struct Kept {
  const char* name = "";
  napi_value value = nullptr;

  bool read(const Border&, const Argument& argument) {
    name = argument.name;
    value = argument.values[0];
    return true;
  }
};

/** An integer that C takes as T. */
template <Label Type, class T = int, Optional O = Optional::no>
struct Integer {
  static constexpr bool isWord = std::numeric_limits<T>::is_signed && sizeof(T) == sizeof(int32_t);
  static constexpr Parameter parameters[] = {
      {"", Type.text, isWord ? Crossing::word : Crossing::none, Direction::in, O}};
  T value{};

  bool read(const Border& border, const Argument& argument) {
    constexpr double exact = 9007199254740991;  // beyond 2^53 - 1 a JavaScript number is no longer one integer
    constexpr double low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr double high = static_cast<double>(std::numeric_limits<T>::max());
    if (O == Optional::zero && border.isUndefined(argument.values[0])) return true;
    double number = 0;
    if (!border.integer(argument.name, argument.values[0], low < -exact ? -exact : low, high > exact ? exact : high,
                        number))
      return false;
    value = static_cast<T>(number);
    return true;
  }
  void take(Control& control)
    requires isWord
  {
    value = *control.words++;
  }
  auto args() { return std::tuple{value}; }
};

/** A descriptor, and the errno that the call gives for one which is no socket (0: it works on any). */
template <int WhenNotASocket>
struct DescriptorKind : Integer<"Fd"> {
  static constexpr int whenNotASocket = WhenNotASocket;
};

using Descriptor = DescriptorKind<0>;
using Socket = DescriptorKind<ENOTSOCK>;

/** Memory whose length C is told: a Uint8Array becomes (T*, size_t), so the two can never disagree. */
template <Direction D>
struct Bytes : Kept {
  static constexpr Parameter parameters[] = {{"", "Uint8Array", Crossing::pin, D}};
  View view;

  bool settle(const Border& border) { return border.bytes(name, value, view); }
  void pin(auto& pinner) const { pinner(view); }
  void take(Control& control) { view = *control.pins++; }
  auto args() { return std::tuple{view.data, view.size}; }
};

using BytesIn = Bytes<Direction::in>;
using BytesOut = Bytes<Direction::out>;

/** A text for C. */
struct Text {
  static constexpr Parameter parameters[] = {{"", "string", Crossing::none}};
  std::string text;

  bool read(const Border& border, const Argument& argument) {
    if (!border.text(argument.name, argument.values[0], text)) return false;
    return text.find('\0') == std::string::npos ||
           border.wrongValue(argument.name, "a string without NUL", argument.values[0]);
  }
  auto args() { return std::tuple{text.c_str()}; }
};

/** A text for C, or NULL. */
struct OptionalText : Text {
  static constexpr Parameter parameters[] = {{"", "string | null", Crossing::none}};
  bool given = false;

  bool read(const Border& border, const Argument& argument) {
    if (border.isNothing(argument.values[0])) return true;
    given = true;
    return Text::read(border, argument);
  }
  auto args() { return std::tuple{given ? text.c_str() : nullptr}; }
};

/** An array that results without a fixed size are appended to. */
template <Label Type>
struct ListOut : Kept {
  static constexpr Parameter parameters[] = {{"", Type.text, Crossing::none, Direction::out}};

  bool read(const Border& border, const Argument& argument) {
    bool isArray = false;
    Kept::read(border, argument);
    napi_is_array(border.env, value, &isArray);
    return isArray || border.wrongType(name, "an array", value);
  }
  bool append(const Border& border, napi_value element) const {
    uint32_t before = 0, after = 0;
    napi_get_array_length(border.env, value, &before);
    if (napi_set_element(border.env, value, before, element) != napi_ok) return false;
    napi_get_array_length(border.env, value, &after);
    return after > before || border.wrongValue(name, "an array that is not frozen", value);
  }
};

/** A family and as many bytes as its addresses have: (int, const void*, size_t). */
struct InternetIn {
  static constexpr Parameter parameters[] = {{"", "AddressFamily", Crossing::none},
                                             {"bytes", "Uint8Array", Crossing::none}};
  int family = 0;
  View view;
  napi_value value = nullptr;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  auto args() { return std::tuple{family, static_cast<const void*>(view.data), view.size}; }
};

/** An address going in: (const sockaddr*, socklen_t). */
struct AddressIn : Kept {
  static constexpr Parameter parameters[] = {{"", "Address | Uint8Array", Crossing::pin}};
  Sockaddr address;
  bool isBytes = false;

  bool read(const Border& border, const Argument& argument) {
    Kept::read(border, argument);
    isBytes = border.isBytes(value);
    return isBytes || readAddress(border, name, value, address);
  }
  bool settle(const Border& border) {
    return (!isBytes || readAddress(border, name, value, address)) && border.socklen(name, address.size);
  }
  void pin(auto& pinner) const {
    if (isBytes) pinner({const_cast<void*>(address.data), address.size});
    else pinner.nothing();
  }
  void take(Control& control) {
    address.data = control.pins->data;
    address.size = control.pins++->size;
  }
  auto args() { return std::tuple{static_cast<const sockaddr*>(address.data), static_cast<socklen_t>(address.size)}; }
};

/** Room for something the kernel writes and measures: (T*, socklen_t*). The length comes back in `length[0]`. */
template <class T, Optional O>
struct Measured {
  static constexpr Parameter parameters[] = {{"", "Uint8Array", Crossing::pin, Direction::out, O},
                                             {"Length", "Int32Array", Crossing::pin, Direction::out, O}};
  View room, length;
  socklen_t own = 0;
  const char* name = "";
  napi_value values[2] = {};

  bool read(const Border&, const Argument& argument) {
    name = argument.name;
    values[0] = argument.values[0];
    values[1] = argument.values[1];
    return true;
  }
  bool settle(const Border& border) {
    if (O == Optional::null && border.isNothing(values[0]) && border.isNothing(values[1])) return true;
    return border.bytes(name, values[0], room) && border.socklen(name, room.size) &&
           border.integers(std::string(name) + "Length", values[1], 1, length);
  }
  void pin(auto& pinner) const {
    pinner(room);
    pinner(length);
  }
  void take(Control& control) {
    room = *control.pins++;
    length = *control.pins++;
  }
  // The kernel gets a length of our own: it reads it again after the data has come, which may lie on top of the
  // caller's, or another thread may have changed it by then.
  auto args() {
    own = static_cast<socklen_t>(room.size);
    return std::tuple{static_cast<T*>(room.data), length.data == nullptr ? nullptr : &own};
  }
  void deliver() const {
    if (length.data != nullptr) std::memcpy(length.data, &own, sizeof own);
  }
};

using AddressOut = Measured<sockaddr, Optional::null>;

/** Integers that the kernel writes: (int*). */
template <size_t Count, Optional O = Optional::no>
struct IntegersOut : Kept {
  static constexpr Parameter parameters[] = {{"", "Int32Array", Crossing::pin, Direction::out, O}};
  View view;

  bool settle(const Border& border) {
    return (O == Optional::null && border.isNothing(value)) || border.integers(name, value, Count, view);
  }
  void pin(auto& pinner) const { pinner(view); }
  void take(Control& control) { view = *control.pins++; }
  auto args() { return std::tuple{static_cast<int*>(view.data)}; }
};

/** fcntl's command and argument. Only commands whose argument is an int get one: no number is trusted as a pointer. */
struct FcntlIn {
  static constexpr Parameter parameters[] = {{"", "FcntlCommand", Crossing::none},
                                             {"argument", "number", Crossing::none, Direction::in, Optional::zero}};
  int command = 0, number = 0;

  bool read(const Border& border, const Argument& argument);
  auto args() { return std::tuple{command, number}; }
};

/** How long to wait: milliseconds, or nothing for ever. (timespec*) */
struct TimeoutIn {
  static constexpr Parameter parameters[] = {{"", "Duration", Crossing::none, Direction::in, Optional::null}};
  timespec time{};
  bool forever = true;

  bool read(const Border& border, const Argument& argument);
  auto args() { return std::tuple{forever ? nullptr : &time}; }
};

/**
 * A position in a file, which the kernel moves on: in the caller's BigInt64Array, or in a copy of the number. Nothing:
 * the descriptor's own position. (off_t*)
 */
struct OffsetInOut : Kept {
  static_assert(sizeof(off_t) == sizeof(int64_t));
  static constexpr Parameter parameters[] = {
      {"", "number | bigint | BigInt64Array | null", Crossing::none, Direction::both, Optional::null}};
  off_t copy = 0;
  bool given = false, isNumber = false;
  View view;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border) { return !given || isNumber || border.bigints(name, value, 1, view); }
  auto args() { return std::tuple{isNumber ? &copy : static_cast<off_t*>(view.data)}; }
};

}  // namespace sys
