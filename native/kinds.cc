// The kinds whose reading is too long for a header: times, offsets, and the arguments of fcntl.
#include "kinds.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "layout.h"
#include "shims.h"

namespace sys {

namespace {

constexpr double kLow = std::numeric_limits<int>::min(), kHigh = std::numeric_limits<int>::max();

}  // namespace

bool TimeoutIn::read(const Border& border, const Argument& argument) {
  if (border.isNothing(argument.values[0])) return true;
  double milliseconds = 0;
  if (napi_get_value_double(border.env, argument.values[0], &milliseconds) != napi_ok)
    return border.wrongType(argument.name, "a number of milliseconds", argument.values[0]);
  if (!(std::abs(milliseconds) <= 9007199254740991))
    return border.outOfRange(argument.name, "a number of milliseconds", argument.values[0]);
  // A negative time goes to the kernel as it is, which calls it EINVAL.
  const double seconds = std::floor(milliseconds / 1000);
  time = {static_cast<time_t>(seconds), static_cast<long>(std::floor((milliseconds - seconds * 1000) * 1e6))};
  forever = false;
  return true;
}

bool OffsetInOut::read(const Border& border, const Argument& argument) {
  Kept::read(border, argument);
  napi_valuetype type;
  if (napi_typeof(border.env, value, &type) != napi_ok) return false;
  given = type != napi_undefined && type != napi_null;
  isNumber = type == napi_number || type == napi_bigint;
  if (isNumber) return Host<off_t>::read(border, name, value, copy);
  return !given || typeOfArray(border.env, value) == napi_bigint64_array ||
         border.wrongType(name, "an integer, a BigInt64Array or null", value);
}

bool InternetIn::read(const Border& border, const Argument& argument) {
  double number = 0;
  if (!border.integer(argument.name, argument.values[0], kLow, kHigh, number)) return false;
  family = static_cast<int>(number);
  value = argument.values[1];
  return true;
}

bool InternetIn::settle(const Border& border) {
  if (!border.bytes("bytes", value, view)) return false;
  const size_t wanted = shim::internetSize(family);
  return wanted == 0 || view.size == wanted ||
         border.outOfRange("bytes", std::to_string(wanted) + " bytes", std::to_string(view.size) + " bytes");
}

bool FcntlIn::read(const Border& border, const Argument& argument) {
  // By number as well as by name: these outlive the headers they are first found in.
  static const auto& integerCommands = *new std::vector<int>{
      F_DUPFD,    F_GETFD,    F_SETFD,  F_GETFL,         F_SETFL,      F_GETOWN,     F_SETOWN,    F_GETSIG,   F_SETSIG,
      F_SETLEASE, F_GETLEASE, F_NOTIFY, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS};
  double result = 0;
  if (!border.integer(argument.name, argument.values[0], kLow, kHigh, result)) return false;
  command = static_cast<int>(result);
  if (border.isUndefined(argument.values[1])) return true;
  if (!border.integer("argument", argument.values[1], kLow, kHigh, result)) return false;
  number = static_cast<int>(result);
  if (number == 0 || std::find(integerCommands.begin(), integerCommands.end(), command) != integerCommands.end())
    return true;
  return border.outOfRange("argument", "0 for a command whose argument is not an integer", argument.values[1]);
}

}  // namespace sys
