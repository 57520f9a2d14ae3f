// The kinds whose reading is too long for a header: lists to poll, times, and the arguments of fcntl.
#include "kinds.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "shims.h"

namespace sys {

namespace {

constexpr double kLow = std::numeric_limits<int>::min(), kHigh = std::numeric_limits<int>::max();

}  // namespace

bool PollList::read(const Border& border, const Argument& argument) {
  constexpr auto expected = "an array of { fd, events, revents }, or an Int32Array of such triples";
  Kept::read(border, argument);
  bool isArray = false;
  napi_is_array(border.env, value, &isArray);
  if (!isArray) {
    return border.isIntegers(value) || border.wrongType(name, expected, value);
  }
  uint32_t count = 0;
  napi_get_array_length(border.env, value, &count);
  for (uint32_t i = 0; i < count; i++) {
    const std::string entry = std::string(name) + "[" + std::to_string(i) + "]";
    napi_value object, fd, events;
    double number = 0;
    pollfd polled{};
    if (napi_get_element(border.env, value, i, &object) != napi_ok) return false;
    if (!border.isObject(object)) return border.wrongType(entry, "an object { fd, events, revents }", object);
    if (!border.property(object, "fd", fd) || !border.property(object, "events", events)) return false;
    if (!border.integer(entry + ".fd", fd, kLow, kHigh, number)) return false;
    polled.fd = static_cast<int>(number);
    if (!border.integer(entry + ".events", events, std::numeric_limits<short>::min(), std::numeric_limits<short>::max(),
                        number))
      return false;
    polled.events = static_cast<short>(number);
    entries.push_back(polled);
    objects.push_back(object);
  }
  return true;
}

bool PollList::settle(const Border& border) {
  bool isArray = false;
  napi_is_array(border.env, value, &isArray);
  if (isArray) return true;
  if (!border.integers(name, value, 0, triples)) return false;
  const size_t words = triples.size / sizeof(int32_t);
  if (words % 3 != 0)
    return border.outOfRange(name, "an Int32Array of (fd, events, revents) triples",
                             std::to_string(words) + " elements");
  entries.resize(words / 3);
  const auto* word = static_cast<const int32_t*>(triples.data);
  for (size_t i = 0; i < entries.size(); i++, word += 3) {
    const int32_t fd = word[0], events = word[1];  // once: the memory may be shared
    if (events != static_cast<short>(events))
      return border.outOfRange(std::string(name) + "[" + std::to_string(3 * i + 1) + "]",
                               "an integer from -32768 to 32767", std::to_string(events));
    entries[i] = {fd, static_cast<short>(events), 0};
  }
  return true;
}

bool PollList::finish(const Border& border, int64_t) const {
  auto* word = static_cast<int32_t*>(triples.data);
  for (size_t i = 0; i < entries.size(); i++) {
    if (objects.empty()) {
      word[3 * i + 2] = entries[i].revents;
      continue;
    }
    napi_value revents, written;
    int32_t now = 0;
    if (napi_create_int32(border.env, entries[i].revents, &revents) != napi_ok ||
        napi_set_named_property(border.env, objects[i], "revents", revents) != napi_ok ||
        !border.property(objects[i], "revents", written))
      return false;
    // A frozen entry takes no value and says nothing.
    if (napi_get_value_int32(border.env, written, &now) != napi_ok || now != entries[i].revents)
      return border.wrongValue(std::string(name) + "[" + std::to_string(i) + "].revents", "writable", written);
  }
  return true;
}

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
