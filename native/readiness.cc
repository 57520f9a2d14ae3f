// The kinds of readiness.h: how lists of descriptors and events are read, and how what is ready is handed back.
#include "readiness.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "layout.h"

namespace sys {

namespace {

constexpr double kLow = std::numeric_limits<int>::min(), kHigh = std::numeric_limits<int>::max();

/** An epoll_event that is not packed, so that its members have addresses. */
struct Event {
  uint32_t events = 0;
  uint64_t data = 0;
};

/** Event bits. `EPOLLIN | EPOLLET` is negative in JavaScript, for EPOLLET is bit 31: the kernel gets the same 32 bits.
 */
struct EventBits {
  static bool read(const Border& border, const std::string& argument, napi_value value, uint32_t& field) {
    double number = 0;
    if (!border.integer(argument, value, kLow, std::numeric_limits<uint32_t>::max(), number)) return false;
    field = static_cast<uint32_t>(static_cast<int64_t>(number));
    return true;
  }
  static napi_value make(napi_env env, const uint32_t& field) { return number(env, field); }
};

/** 64 bits: a number where that is exact, else a bigint. */
struct EventData : Host<uint64_t> {
  static napi_value make(napi_env env, const uint64_t& field) {
    constexpr uint64_t mostExact = 9007199254740991;
    return field <= mostExact ? number(env, static_cast<double>(field)) : Host::make(env, field);
  }
};

using EventFields =
    Struct<Event, Field<"events", &Event::events, EventBits>, Field<"data", &Event::data, EventData, optional>>;

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

bool SignalsIn::read(const Border& border, const Argument& argument) {
  if (border.isNothing(argument.values[0])) return true;
  given = true;
  sigemptyset(&signals);
  return eachElement(border, argument.name, argument.values[0], "an array of signal numbers",
                     [&](const std::string& one, napi_value value) {
                       double signal = 0;
                       return border.integer(one, value, 1, NSIG - 1, signal) &&
                              (sigaddset(&signals, static_cast<int>(signal)) == 0 ||
                               border.outOfRange(one, "a signal that libc does not keep for itself", value));
                     });
}

void SelectSets::Watched::clear() {
  FD_ZERO(&set);
  fds.clear();
}

void SelectSets::Watched::add(int fd) {
  if (FD_ISSET(fd, &set)) return;
  FD_SET(fd, &set);
  fds.push_back(fd);
}

bool SelectSets::read(const Border& border, const Argument& argument) {
  constexpr auto expected = "an array of descriptors, or an Int32Array";
  name = argument.name;
  readyValue = argument.values[1];
  if (!border.isObject(argument.values[0]))
    return border.wrongType(name, "an object { read?, write?, except? }", argument.values[0]);
  for (Watched& list : lists) {
    if (!border.property(argument.values[0], list.key, list.value)) return false;
    if (border.isNothing(list.value)) continue;
    list.given = true;
    list.clear();
    if (border.isIntegers(list.value)) continue;
    if (!eachElement(border, member(list), list.value, expected, [&](const std::string& one, napi_value value) {
          double fd = 0;  // beyond its end an fd_set would be written over what lies behind it
          if (!border.integer(one, value, 0, FD_SETSIZE - 1, fd)) return false;
          list.add(static_cast<int>(fd));
          return true;
        }))
      return false;
  }
  return true;
}

bool SelectSets::settle(const Border& border) {
  size_t most = lists.size();
  count = 0;
  for (Watched& list : lists) {
    if (list.given && border.isIntegers(list.value)) {
      View view;
      list.clear();
      if (!border.integers(member(list), list.value, 0, view)) return false;
      const volatile auto* fds = static_cast<const int32_t*>(view.data);
      for (size_t at = 0; at < view.size / sizeof(int32_t); at++) {
        const int fd = fds[at];  // once: the memory may be shared
        if (fd < 0 || fd >= FD_SETSIZE)
          return border.outOfRange(element(member(list), at), "an integer from 0 to " + std::to_string(FD_SETSIZE - 1),
                                   std::to_string(fd));
        list.add(fd);
      }
    }
    for (const int fd : list.fds) count = std::max(count, fd + 1);
    most += list.fds.size();
  }
  return border.isNothing(readyValue) || border.integers("ready", readyValue, most, ready);
}

bool SelectSets::finish(const Border&, int64_t result) {
  auto* out = static_cast<int32_t*>(ready.data);
  if (out == nullptr || result < 0) return true;  // after an error the sets mean nothing
  size_t at = lists.size();
  for (size_t i = 0; i < lists.size(); i++) {
    const size_t first = at;
    for (const int fd : lists[i].fds)
      if (FD_ISSET(fd, &lists[i].set)) out[at++] = fd;
    out[i] = static_cast<int32_t>(at - first);
  }
  return true;
}

bool EpollIn::read(const Border& border, const Argument& argument) {
  double number = 0;
  if (!border.integer(argument.name, argument.values[0], kLow, kHigh, number)) return false;
  fd = static_cast<int>(number);
  if (border.isNothing(argument.values[1])) return true;
  Event own{0, static_cast<uint32_t>(fd)};
  if (!EventFields::read(border, "event", argument.values[1], own)) return false;
  event.events = own.events;
  event.data.u64 = own.data;
  given = true;
  return true;
}

EventRoom::~EventRoom() {
  if (mapped_ > 0) munmap(data_, mapped_);
}

bool EventRoom::hold(size_t count) {
  const size_t size = count * sizeof(epoll_event);
  if (size <= std::max(sizeof few_, mapped_)) return true;
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  data_ = static_cast<epoll_event*>(memory);
  mapped_ = size;
  return true;
}

bool EpollOut::read(const Border& border, const Argument& argument) {
  double number = 0;
  if (!border.integer(argument.name, argument.values[0], kLow, kHigh, number)) return false;
  most = static_cast<int>(number);
  value = argument.values[1];
  napi_is_array(border.env, value, &isArray);
  return isArray || border.isIntegers(value) ||
         border.wrongType("ready", "an array, or an Int32Array of three elements for each event", value);
}

bool EpollOut::settle(const Border& border) {
  const size_t count = most > 0 ? static_cast<size_t>(most) : 0;
  if (!isArray && !border.integers("ready", value, 3 * count, triples)) return false;
  return room.hold(count) ||
         border.outOfRange("maxEvents", "a number of events that there is memory for", std::to_string(most));
}

bool EpollOut::finish(const Border& border, int64_t result) {
  auto* word = static_cast<int32_t*>(triples.data);
  for (int64_t i = 0; i < result; i++) {
    Event event;
    event.events = room.data()[i].events;
    event.data = room.data()[i].data.u64;
    if (!isArray) {
      *word++ = static_cast<int32_t>(event.events);
      *word++ = static_cast<int32_t>(static_cast<uint32_t>(event.data));
      *word++ = static_cast<int32_t>(static_cast<uint32_t>(event.data >> 32));
      continue;
    }
    const auto index = static_cast<uint32_t>(i);
    napi_value object = EventFields::make(border.env, event);
    napi_value written;
    bool same = false;
    if (napi_set_element(border.env, value, index, object) != napi_ok ||
        napi_get_element(border.env, value, index, &written) != napi_ok ||
        napi_strict_equals(border.env, object, written, &same) != napi_ok)
      return false;
    // A frozen array takes no value and says nothing.
    if (!same) return border.wrongValue(element("ready", index), "writable", written);
  }
  return true;
}

}  // namespace sys
