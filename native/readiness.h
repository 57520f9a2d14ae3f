// Readiness: the kinds of argument that poll(), select() and epoll take, and what they report.
#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include <array>
#include <vector>

#include "kinds.h"

namespace sys {

/** Descriptors to watch: objects `{ fd, events, revents }`, or an Int32Array of such triples. (pollfd*, nfds_t) */
struct PollList : Kept {
  static constexpr Parameter parameters[] = {{"", "PollFd[] | Int32Array", Crossing::none, Direction::both}};
  std::vector<pollfd> entries;
  std::vector<napi_value> objects;
  View triples;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  bool finish(const Border& border, int64_t result) const;
  auto args() { return std::tuple{entries.data(), static_cast<nfds_t>(entries.size())}; }
};

/** The signals to block meanwhile, by number; nothing leaves them as they are. (const sigset_t*) */
struct SignalsIn {
  static constexpr Parameter parameters[] = {{"", "readonly number[]", Crossing::none, Direction::in, Optional::null}};
  sigset_t signals{};
  bool given = false;

  bool read(const Border& border, const Argument& argument);
  auto args() { return std::tuple{given ? static_cast<const sigset_t*>(&signals) : nullptr}; }
};

/** How long to wait, for calls that count microseconds. (timeval*) */
struct TimevalIn : TimeoutIn {
  timeval microseconds{};

  auto args() {
    const auto rounded = (time.tv_nsec + 999) / 1000;  // up: never shorter than asked for
    microseconds = {time.tv_sec + rounded / 1000000, rounded % 1000000};
    return std::tuple{forever ? nullptr : &microseconds};
  }
};

/**
 * Descriptors to select: `{ read?, write?, except? }`, each a list. What is ready comes back in `ready`: how many of
 * each, then the descriptors themselves. (int, fd_set*, fd_set*, fd_set*)
 */
struct SelectSets {
  static constexpr Parameter parameters[] = {{"", "SelectSets", Crossing::none},
                                             {"ready", "Int32Array", Crossing::none, Direction::out, Optional::null}};
  struct Watched {
    const char* key;
    napi_value value = nullptr;
    bool given = false;
    fd_set set{};
    std::vector<int> fds{};  // each once, in the order of the list

    void clear();
    void add(int fd);
    fd_set* pointer() { return given ? &set : nullptr; }
  };
  std::string name;
  std::array<Watched, 3> lists{{{"read"}, {"write"}, {"except"}}};
  napi_value readyValue = nullptr;
  View ready;
  int count = 0;  // one more than the highest

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  bool finish(const Border& border, int64_t result);
  auto args() { return std::tuple{count, lists[0].pointer(), lists[1].pointer(), lists[2].pointer()}; }

 private:
  std::string member(const Watched& list) const { return name + "." + list.key; }
};

/** epoll_ctl's descriptor, and what to watch it for: `{ events, data? }`. (int, epoll_event*) */
struct EpollIn {
  static constexpr Parameter parameters[] = {{"", "Fd", Crossing::none},
                                             {"event", "EpollInterest", Crossing::none, Direction::in, Optional::null}};
  int fd = 0;
  epoll_event event{};
  bool given = false;

  bool read(const Border& border, const Argument& argument);
  auto args() { return std::tuple{fd, given ? &event : nullptr}; }
};

/** Room for as many events as epoll_wait() is told of, however many: pages that the kernel does not write cost nothing.
 */
class EventRoom {
 public:
  EventRoom() = default;
  EventRoom(const EventRoom&) = delete;
  EventRoom& operator=(const EventRoom&) = delete;
  ~EventRoom();

  bool hold(size_t count);
  epoll_event* data() { return data_; }

 private:
  epoll_event few_[64];
  epoll_event* data_ = few_;
  size_t mapped_ = 0;  // bytes
};

/**
 * How many events epoll_wait() may give, and where to: an array that gets objects `{ events, data }`, or an Int32Array
 * that gets triples (events, low and high half of data). (epoll_event*, int)
 */
struct EpollOut {
  static constexpr Parameter parameters[] = {{"", "number", Crossing::none},
                                             {"ready", "EpollEvent[] | Int32Array", Crossing::none, Direction::out}};
  int most = 0;
  napi_value value = nullptr;
  View triples;
  EventRoom room;
  bool isArray = false;

  bool read(const Border& border, const Argument& argument);
  bool settle(const Border& border);
  bool finish(const Border& border, int64_t result);
  auto args() { return std::tuple{room.data(), most}; }
};

}  // namespace sys
