// Socket options: which value belongs to which option, and how an option crosses in setsockopt() and getsockopt().
#pragma once

#include <linux/filter.h>

#include "kinds.h"
#include "layout.h"

namespace sys {

/** Room for the value of an option, in bytes. */
size_t optionRoom(int level, int option);

/** The JavaScript value in the bytes of an option; the bytes themselves where they are no such value. */
napi_value makeOption(napi_env env, int level, int option, const void* data, size_t size);

/** The bytes of a value that is no Uint8Array: what the option has, or a C int from a number or a boolean. */
bool readOption(const Border& border, const std::string& argument, int level, int option, napi_value value,
                Buffer& bytes);

/** An option, by its level and name. */
struct OptionName {
  static constexpr auto level = "OptionLevel | Protocol | AddressFamily";  // AF_VSOCK is a level, too
  static constexpr auto name = "SocketOption";
};

/** An option and its value: (int, int, const void*, socklen_t). */
struct OptionIn : Kept {
  static constexpr Parameter parameters[] = {{"level", OptionName::level, Crossing::none},
                                             {"", OptionName::name, Crossing::none},
                                             {"value", "OptionValue", Crossing::none}};
  int level = 0, option = 0;
  Buffer encoded;
  sock_fprog program{};
  View view;
  bool isBytes = false, isProgram = false;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  auto args() {
    return std::tuple{level, option, static_cast<const void*>(view.data), static_cast<socklen_t>(view.size)};
  }
};

/** An option and room for its value: (int, int, void*, socklen_t*). */
struct OptionOut {
  static constexpr Parameter parameters[] = {{"level", OptionName::level, Crossing::none},
                                             {"", OptionName::name, Crossing::none},
                                             {"value", "Uint8Array", Crossing::none, Direction::out},
                                             {"valueLength", "Int32Array", Crossing::none, Direction::out}};
  int level = 0, option = 0;
  Measured<void, Optional::no> value;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  void deliver() const { value.deliver(); }
  auto args() { return std::tuple_cat(std::tuple{level, option}, value.args()); }
};

}  // namespace sys
