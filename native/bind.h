// A row of the table becomes a JavaScript function: arguments are read, libc is called, errno is taken at once.
#pragma once

#include <node_api.h>

#include <array>
#include <cerrno>
#include <tuple>
#include <type_traits>
#include <utility>

#include "ioctl.h"
#include "message.h"
#include "names.h"
#include "readiness.h"

namespace sys {

// The control block: integers that both sides read and write instead of passing arguments.
enum : size_t {
  kResult,      // of a hot call: the value, or −errno
  kError,       // errno of a row that gives Signed or LookupCode; 0 for success
  kMostPinned,  // how large a view may be to be pinned; set by JavaScript
  kArgument,    // the first of a hot call's integers
  kControlWords = 16
};
constexpr size_t kMostPins = 4;  // per row

// What a call gives back, that is, how its return value becomes one number: the value, or −errno where C returns −1.

struct Convention {
  static constexpr bool isSigned = false, fails = true, tellsErrno = false;
};
struct Nothing : Convention {
  static constexpr auto type = "0";
};
struct NewFd : Convention {
  static constexpr auto type = "a descriptor";
};
struct Count : Convention {
  static constexpr auto type = "a count";
};
struct Index : Convention {
  static constexpr auto type = "an index";
};
struct Flag : Convention {
  static constexpr auto type = "1 or 0";
};
/** A number that may be negative without being a failure (F_GETOWN of a process group): errno alone decides. */
struct Signed : Convention {
  static constexpr auto type = "a number";
  static constexpr bool isSigned = true, tellsErrno = true;
};
/** No failure is possible. */
struct Plain : Convention {
  static constexpr auto type = "a number";
  static constexpr bool fails = false;
};

/** 0, or a number of the resolver's own, which is not an errno: for one of them errno tells more. */
struct LookupCode : Convention {
  static constexpr auto type = "0, or an EAI_ number";
  static constexpr bool fails = false, tellsErrno = true;
};

/** What a call may wait for: its descriptor; two, the first to be readable and the second writable; those on its list.
 */
enum class Waits { never, readable, writable, both, listed };

/** A named parameter of a row. */
template <Label Name, class TheKind>
struct P {
  using Kind = TheKind;
  static constexpr const char* name = Name.text;
  static constexpr size_t count = std::size(Kind::parameters);
  static constexpr size_t pins = [] {
    size_t n = 0;
    for (const auto& parameter : Kind::parameters) n += parameter.crossing == Crossing::pin;
    return n;
  }();
  static constexpr bool finishes = requires(Kind kind, const Border& border) { kind.finish(border, int64_t{}); };
  static constexpr bool crosses = [] {
    for (const auto& parameter : Kind::parameters)
      if (parameter.crossing == Crossing::none) return false;
    return true;
  }();
};

/** The spelling of a C type, for the prototype that documentation shows. */
template <class T>
constexpr const char* kSpelling = nullptr;
#define SPELL(type) \
  template <>       \
  inline constexpr const char* kSpelling<type> = #type;
SPELL(int)
SPELL(unsigned)
SPELL(unsigned long)
SPELL(long)  // ssize_t, off_t
SPELL(uint16_t)
SPELL(size_t*)
SPELL(void*)
SPELL(const void*)
SPELL(char*)
SPELL(const char*)
SPELL(int*)
SPELL(socklen_t*)
SPELL(sockaddr*)
SPELL(const sockaddr*)
SPELL(pollfd*)
SPELL(const iovec*)
SPELL(msghdr*)
SPELL(const msghdr*)
SPELL(mmsghdr*)
SPELL(timespec*)
SPELL(const timespec*)
SPELL(timeval*)
SPELL(const sigset_t*)
SPELL(fd_set*)
SPELL(epoll_event*)
SPELL(long*)  // off_t*
SPELL(servent*)
SPELL(protoent*)
SPELL(hostent*)
SPELL(const addrinfo*)
SPELL(addrinfo**)
SPELL(struct if_nameindex**)
#undef SPELL
template <class T>
inline constexpr const char* kSpelling<Entry<T>*> = kSpelling<T*>;

template <class R, class... As>
std::string prototypeOf(R (*)(As...), const char* name) {
  static_assert(kSpelling<R> != nullptr && ((kSpelling<As> != nullptr) && ...), "spell this type");
  std::string list;
  ((list += (list.empty() ? "" : ", ") + std::string(kSpelling<As>)), ...);
  return std::string(kSpelling<R>) + " " + name + "(" + list + ")";
}

/**
 * What one JavaScript environment (the main thread, or a worker) keeps.
 *
 * `pins` is the memory that the last full call of each row was given, `pinSizes` its size as JavaScript sees it, −1 for
 * what cannot be pinned. JavaScript keeps the views themselves alive, and makes a hot call only with the very views
 * that were pinned, at the size that was pinned: detaching sets a view's size to 0, resizing happens in place.
 */
struct Instance {
  int32_t* control = nullptr;
  int32_t* pinSizes = nullptr;
  View* pins = nullptr;
  napi_ref controlReference = nullptr;
  napi_ref pinSizesReference = nullptr;
  napi_ref attachedProbe = nullptr;

  /** What a row may pin, from slot `at` on. */
  struct Pinner {
    Instance& instance;
    size_t at;
    void operator()(const View& view) {
      const auto most = static_cast<size_t>(instance.control[kMostPinned]);
      const bool small = view.size > 0 && view.size <= most && view.whole <= most;
      instance.pins[at] = view;
      instance.pinSizes[at++] = small ? static_cast<int32_t>(view.size) : -1;
    }
    void nothing() { instance.pinSizes[at++] = -1; }
  };

  static Instance* of(napi_env env) {
    void* instance = nullptr;
    napi_get_instance_data(env, &instance);
    return static_cast<Instance*>(instance);
  }
};

/** A row: its manual section, C name, function, what it gives, what it waits for, and its parameters. */
template <int Section, Label Name, auto Function, class TheGives, Waits TheWaits, class... Ps>
struct Row {
  using Gives = TheGives;
  using Kinds = std::tuple<typename Ps::Kind...>;
  using Parameters = std::tuple<Ps...>;
  static constexpr int section = Section;
  static constexpr const char* name = Name.text;
  static constexpr Waits waits = TheWaits;
  static constexpr size_t arguments = (Ps::count + ... + 0);
  static constexpr size_t pins = (Ps::pins + ... + 0);
  static constexpr bool crosses = (Ps::crosses && ...);  // every parameter can cross without being passed
  static_assert(pins <= kMostPins);
  static_assert(!(Ps::finishes || ...) || !std::is_same_v<Gives, NewFd>,
                "handing results back may throw, and a new descriptor would be lost");
  static_assert(!(Ps::finishes || ...) || !crosses,
                "what was pinned must be known to JavaScript, so nothing may throw");

  static_assert(!Gives::tellsErrno || !crosses, "a hot call gives one number");

  static std::string prototype() { return prototypeOf(Function, name); }

  /** The system call. Nothing may come between it and errno. */
  static auto run(Kinds& kinds, int& error) {
    auto args = std::apply([](auto&... kind) { return std::tuple_cat(kind.args()...); }, kinds);
    if constexpr (Gives::tellsErrno) errno = 0;
    auto result = std::apply(Function, args);
    if constexpr (std::is_same_v<Gives, LookupCode>) {
      error = result == EAI_SYSTEM ? errno : 0;
    } else if constexpr (Gives::fails) {
      error = result == -1 ? errno : 0;
      if (result == -1 && (error != 0 || !Gives::isSigned)) result = static_cast<decltype(result)>(-error);
    }
    std::apply(
        [](auto&... kind) {
          const auto deliver = [](auto& one) {
            if constexpr (requires { one.deliver(); }) one.deliver();
          };
          (deliver(kind), ...);
        },
        kinds);
    return result;
  }

  /** The full call: validates, remembers the memory for hot calls to come, runs. */
  static napi_value call(napi_env env, napi_callback_info info, Instance* instance, size_t slot) {
    Border border{env, name, instance->attachedProbe};
    napi_value values[arguments + 1];
    size_t count = arguments;
    if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok) return nullptr;

    Kinds kinds;
    if (!each<0>(kinds,
                 [&, at = values]<class Parameter>(auto& kind) mutable {
                   const Argument argument{Parameter::name, at};
                   at += Parameter::count;
                   return kind.read(border, argument);
                 }) ||
        !settle(border, kinds))
      return nullptr;
    if (border.probed) {
      border.mayProbe = false;
      if (!settle(border, kinds)) return nullptr;
    }
    if constexpr (crosses) {
      Instance::Pinner pinner{*instance, slot};
      each<0>(kinds, [&]<class Parameter>(auto& kind) {
        if constexpr (requires { kind.pin(pinner); }) kind.pin(pinner);
        return true;
      });
    }

    int error = 0;
    const auto result = run(kinds, error);
    if constexpr (Gives::tellsErrno) instance->control[kError] = error;
    if (!each<0>(kinds, [&]<class Parameter>(auto& kind) {
          if constexpr (requires { kind.finish(border, int64_t{}); })
            return kind.finish(border, static_cast<int64_t>(result));
          else return true;
        }))
      return nullptr;
    napi_value number = nullptr;
    napi_create_double(env, static_cast<double>(result), &number);
    return number;
  }

  /** The hot call: everything has been checked in JavaScript against what `call` last validated and pinned. */
  static napi_value fast(Instance* instance, const View* pinned) {
    Control control{instance->control + kArgument, pinned};
    Kinds kinds;
    std::apply([&](auto&... kind) { (kind.take(control), ...); }, kinds);
    int error = 0;
    instance->control[kResult] = static_cast<int32_t>(run(kinds, error));
    return nullptr;
  }

 private:
  static bool settle(const Border& border, Kinds& kinds) {
    return each<0>(kinds, [&]<class Parameter>(auto& kind) {
      if constexpr (requires { kind.settle(border); }) return kind.settle(border);
      else return true;
    });
  }

  template <size_t I, class Use>
  static bool each(Kinds& kinds, Use&& use) {
    if constexpr (I == sizeof...(Ps)) {
      return true;
    } else {
      return use.template operator()<std::tuple_element_t<I, Parameters>>(std::get<I>(kinds)) &&
             each<I + 1>(kinds, use);
    }
  }
};

/** A system call (manual section 2), and a library function (section 3). */
template <Label Name, auto Function, class Gives, Waits W, class... Ps>
using Syscall = Row<2, Name, Function, Gives, W, Ps...>;
template <Label Name, auto Function, class Gives, class... Ps>
using Library = Row<3, Name, Function, Gives, Waits::never, Ps...>;

/** All rows, as functions on two JavaScript objects, and as data that everything repetitive is derived from. */
template <class... Rows>
struct Table {
  static constexpr size_t pins = sizeof...(Rows) * kMostPins;

  static void install(napi_env env, napi_value calls, napi_value fast, napi_value rows) {
    installEach(env, calls, fast, rows, std::index_sequence_for<Rows...>{});
  }

 private:
  template <size_t I>
  using At = std::tuple_element_t<I, std::tuple<Rows...>>;

  template <size_t I>
  static napi_value call(napi_env env, napi_callback_info info) {
    try {
      return At<I>::call(env, info, Instance::of(env), I * kMostPins);
    } catch (const std::exception& error) {  // no memory for a copy of what was passed; no call was made
      napi_throw_range_error(env, "ERR_OUT_OF_RANGE", (std::string(At<I>::name) + "(): " + error.what()).c_str());
      return nullptr;
    }
  }
  template <size_t I>
  static napi_value fast(napi_env env, napi_callback_info) {
    Instance* instance = Instance::of(env);
    return At<I>::fast(instance, instance->pins + I * kMostPins);
  }

  template <size_t... I>
  static void installEach(napi_env env, napi_value calls, napi_value fastCalls, napi_value rows,
                          std::index_sequence<I...>) {
    (installOne<I>(env, calls, fastCalls, rows), ...);
  }

  template <size_t I>
  static void installOne(napi_env env, napi_value calls, napi_value fastCalls, napi_value rows) {
    napi_value function;
    napi_create_function(env, At<I>::name, NAPI_AUTO_LENGTH, call<I>, nullptr, &function);
    napi_set_named_property(env, calls, At<I>::name, function);
    if constexpr (At<I>::crosses) {
      napi_create_function(env, At<I>::name, NAPI_AUTO_LENGTH, fast<I>, nullptr, &function);
      napi_set_named_property(env, fastCalls, At<I>::name, function);
    }
    napi_set_element(env, rows, I, describe<At<I>>(env));
  }

  template <class R>
  static napi_value describe(napi_env env) {
    constexpr const char* waits[] = {"never", "readable", "writable", "both", "listed"};
    napi_value row, list;
    napi_create_object(env, &row);
    napi_create_array(env, &list);
    put(env, row, "name", R::name);
    put(env, row, "prototype", R::prototype().c_str());
    put(env, row, "man", (std::string(R::name) + "(" + std::to_string(R::section) + ")").c_str());
    put(env, row, "gives", R::Gives::type);
    put(env, row, "fails", R::Gives::fails);
    put(env, row, "crosses", R::crosses);
    put(env, row, "waits", waits[static_cast<int>(R::waits)]);
    uint32_t at = 0;
    std::apply([&](auto... parameter) { (describeParameter(env, list, at, parameter), ...); },
               typename R::Parameters{});
    napi_set_named_property(env, row, "parameters", list);
    return row;
  }

  template <class Parameter>
  static void describeParameter(napi_env env, napi_value list, uint32_t& at, Parameter) {
    constexpr const char* crossings[] = {"word", "pin", "none"};
    constexpr const char* optionals[] = {"no", "zero", "null"};
    constexpr const char* directions[] = {"in", "out", "both"};
    for (const auto& one : Parameter::Kind::parameters) {
      napi_value entry;
      napi_create_object(env, &entry);
      const bool appends = one.name[0] == '\0' || (one.name[0] >= 'A' && one.name[0] <= 'Z');
      put(env, entry, "name", ((appends ? Parameter::name : "") + std::string(one.name)).c_str());
      put(env, entry, "type", one.type);
      put(env, entry, "crossing", crossings[static_cast<int>(one.crossing)]);
      put(env, entry, "direction", directions[static_cast<int>(one.direction)]);
      put(env, entry, "optional", optionals[static_cast<int>(one.optional)]);
      if constexpr (requires { Parameter::Kind::whenNotASocket; })
        put(env, entry, "whenNotASocket", Parameter::Kind::whenNotASocket);
      napi_set_element(env, list, at++, entry);
    }
  }

  static void put(napi_env env, napi_value object, const char* key, const char* text) {
    napi_value value;
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    napi_set_named_property(env, object, key, value);
  }
  static void put(napi_env env, napi_value object, const char* key, int number) {
    napi_value value;
    napi_create_int32(env, number, &value);
    napi_set_named_property(env, object, key, value);
  }
  static void put(napi_env env, napi_value object, const char* key, bool truth) {
    napi_value value;
    napi_get_boolean(env, truth, &value);
    napi_set_named_property(env, object, key, value);
  }
};

}  // namespace sys
