// ioctl(): which requests there are, what memory each is given, and what it gives back.
#pragma once

#include <memory>
#include <vector>

#include "kinds.h"

namespace sys {

/**
 * ioctl's request and argument, and where a value that has a form goes: (unsigned long, void*). A request gets memory
 * only of a sort that it is known to take; the others get NULL.
 */
struct IoctlIn : ListOut<""> {
  static constexpr Parameter parameters[] = {
      {"", "IoctlRequest", Crossing::none},
      {"argument", "number | string | Int32Array | Uint8Array", Crossing::none, Direction::both, Optional::null},
      {"values", "unknown[]", Crossing::none, Direction::out, Optional::null}};
  unsigned long request = 0;
  void* memory = nullptr;
  int number = 0;
  View view;
  napi_value argumentValue = nullptr;
  std::unique_ptr<unsigned char[]> own;  // a struct, or a copy of the caller's bytes
  bool isStruct = false, isCopy = false;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  bool finish(const Border& border, int64_t result) const;
  auto args() { return std::tuple{request, memory}; }

 private:
  bool readInterface(const Border& border);
  bool settleBytes(const Border& border);
};

/** The ioctl requests whose argument is an int, and whether the kernel writes it. */
struct IntegerRequest {
  unsigned long request;
  bool writes;
};
const std::vector<IntegerRequest>& integerRequests();

/** The ioctl requests that give a value of another form, and its TypeScript type. */
struct ValueRequest {
  unsigned long request;
  const char* type;
};
std::vector<ValueRequest> valueRequests();

}  // namespace sys
