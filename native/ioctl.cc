// The requests of ioctl(). A request about an interface is a row of `kInterfaceRequests`: what it is asked with, and
// how its answer is taken out of the struct ifreq. Nothing else gets a struct, but bytes that hold no pointer.
#include "ioctl.h"

#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>

#include "layout.h"

namespace sys {

namespace {

constexpr double kLow = std::numeric_limits<int>::min(), kHigh = std::numeric_limits<int>::max();

// What is asked about an interface

enum class Asks { name, index };

struct InterfaceRequest {
  unsigned long request;
  Asks asks;
  const char* type;
  napi_value (*make)(napi_env, const ifreq&);
};

napi_value makeName(napi_env env, const char* name) {
  napi_value text = nullptr;
  napi_create_string_utf8(env, name, strnlen(name, IFNAMSIZ), &text);
  return text;
}

napi_value makeSockaddr(napi_env env, const ifreq& answer) {
  return makeAddress(env, &answer.ifr_addr, sizeof answer.ifr_addr);
}

/** The kernel does not say how long it is, only of what type the link is. */
napi_value makeHardwareAddress(napi_env env, const ifreq& answer) {
  const auto type = answer.ifr_hwaddr.sa_family;
  const bool isEthernet = type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
  return bytes(env, answer.ifr_hwaddr.sa_data, isEthernet ? 6 : sizeof answer.ifr_hwaddr.sa_data);
}

constexpr InterfaceRequest kInterfaceRequests[] = {
    {SIOCGIFNAME, Asks::index, "string",
     [](napi_env env, const ifreq& answer) { return makeName(env, answer.ifr_name); }},
    {SIOCGIFINDEX, Asks::name, "number",
     [](napi_env env, const ifreq& answer) { return number(env, answer.ifr_ifindex); }},
    // IFF_DYNAMIC is the sign bit of the short.
    {SIOCGIFFLAGS, Asks::name, "number",
     [](napi_env env, const ifreq& answer) { return number(env, static_cast<uint16_t>(answer.ifr_flags)); }},
    {SIOCGIFMTU, Asks::name, "number", [](napi_env env, const ifreq& answer) { return number(env, answer.ifr_mtu); }},
    {SIOCGIFMETRIC, Asks::name, "number",
     [](napi_env env, const ifreq& answer) { return number(env, answer.ifr_metric); }},
    {SIOCGIFTXQLEN, Asks::name, "number",
     [](napi_env env, const ifreq& answer) { return number(env, answer.ifr_qlen); }},
    {SIOCGIFADDR, Asks::name, "Address", makeSockaddr},
    {SIOCGIFDSTADDR, Asks::name, "Address", makeSockaddr},
    {SIOCGIFBRDADDR, Asks::name, "Address", makeSockaddr},
    {SIOCGIFNETMASK, Asks::name, "Address", makeSockaddr},
    {SIOCGIFHWADDR, Asks::name, "Uint8Array", makeHardwareAddress},
};

const InterfaceRequest* interfaceRequest(unsigned long request) {
  const auto* found = std::find_if(std::begin(kInterfaceRequests), std::end(kInterfaceRequests),
                                   [&](const auto& each) { return each.request == request; });
  return found == std::end(kInterfaceRequests) ? nullptr : found;
}

/** For SIOCGIFCONF, beside the struct that points to it. What does not fit is not told, so there is more than enough.
 */
constexpr size_t kListed = 400'000 * sizeof(ifreq);

napi_value makeInterfaces(napi_env env, const ifconf& list) {
  napi_value array = nullptr;
  napi_create_array(env, &array);
  const size_t count = static_cast<size_t>(list.ifc_len) / sizeof(ifreq);
  for (size_t i = 0; i < count; i++) {
    ifreq one;
    std::memcpy(&one, list.ifc_buf + i * sizeof one, sizeof one);
    napi_value object = nullptr;
    napi_create_object(env, &object);
    set(env, object, "name", makeName(env, one.ifr_name));
    set(env, object, "address", makeSockaddr(env, one));
    napi_set_element(env, array, static_cast<uint32_t>(i), object);
  }
  return array;
}

bool takesInteger(unsigned long request) {
  const auto& known = integerRequests();
  return std::any_of(known.begin(), known.end(), [&](auto& each) { return each.request == request; });
}

// What may be passed as bytes

/** No request in use has a larger struct: those that say their size have 14 bits for it, the older ones are small. */
constexpr size_t kBounce = 16384;

constexpr unsigned kSocketRequests = 0x89;  // the type that requests of sockets and interfaces have
constexpr unsigned long kPrivateRequests = 16;

/** Why a request may not be given bytes, or null. Bytes that hold a pointer would let the kernel write anywhere. */
const char* whyNoBytes(unsigned long request) {
  static constexpr unsigned long pointing[] = {SIOCADDRT,         SIOCDELRT,           SIOCRTMSG,
                                               SIOCGIFCONF,       SIOCGIFBR,           SIOCSIFBR,
                                               SIOCBRADDBR,       SIOCBRDELBR,         SIOCBRADDIF,
                                               SIOCBRDELIF,       SIOCETHTOOL,         SIOCWANDEV,
                                               SIOCSHWTSTAMP,     SIOCGHWTSTAMP,       SIOCBONDENSLAVE,
                                               SIOCBONDRELEASE,   SIOCBONDSETHWADDR,   SIOCBONDSLAVEINFOQUERY,
                                               SIOCBONDINFOQUERY, SIOCBONDCHANGEACTIVE};
  if (request == FIOQSIZE || takesInteger(request)) return nullptr;
  if (_IOC_TYPE(request) != kSocketRequests)
    return "left out for a request that is none of sockets or interfaces: its bytes might hold a pointer";
  if (std::find(std::begin(pointing), std::end(pointing), request) != std::end(pointing))
    return "no bytes for a request whose struct holds a pointer";
  if (request >= SIOCDEVPRIVATE && request < SIOCDEVPRIVATE + kPrivateRequests)
    return "no bytes for a request of SIOCDEVPRIVATE: each driver defines its struct, which may hold a pointer";
  return nullptr;
}

}  // namespace

const std::vector<IntegerRequest>& integerRequests() {
  static const auto& requests = *new std::vector<IntegerRequest>{
      {FIONREAD, true},  // SIOCINQ, TIOCINQ
      {SIOCOUTQ, true},  // TIOCOUTQ
      {SIOCOUTQNSD, true}, {SIOCATMARK, true}, {FIOGETOWN, true},  {SIOCGPGRP, true},
      {FIONBIO, false},    {FIOASYNC, false},  {FIOSETOWN, false}, {SIOCSPGRP, false},
  };
  return requests;
}

std::vector<ValueRequest> valueRequests() {
  std::vector<ValueRequest> requests{{SIOCGIFCONF, "InterfaceAddress[]"}};
  for (const auto& each : kInterfaceRequests) requests.push_back({each.request, each.type});
  return requests;
}

bool IoctlIn::read(const Border& border, const Argument& argument) {
  double result = 0;
  if (!border.integer(argument.name, argument.values[0], 0, std::numeric_limits<uint32_t>::max(), result)) return false;
  request = static_cast<unsigned long>(result);
  argumentValue = argument.values[1];
  const Argument values{"values", argument.values + 2};
  return border.isNothing(*values.values) || ListOut::read(border, values);
}

bool IoctlIn::settle(const Border& border) {
  if (border.isBytes(argumentValue)) return settleBytes(border);
  napi_valuetype type;
  napi_typeof(border.env, argumentValue, &type);
  if (interfaceRequest(request) != nullptr && !border.isNothing(argumentValue)) return readInterface(border);
  if (border.isNothing(argumentValue)) {
    if (request != SIOCGIFCONF || value == nullptr) return true;
    own.reset(new unsigned char[sizeof(ifconf) + kListed]);  // not initialized: only what is used becomes real
    ifconf list{};
    list.ifc_len = kListed;
    list.ifc_buf = reinterpret_cast<char*>(own.get() + sizeof list);
    std::memcpy(own.get(), &list, sizeof list);
    memory = own.get();
    isStruct = true;
    return true;
  }
  if (type == napi_number) {
    double result = 0;
    if (!border.integer("argument", argumentValue, kLow, kHigh, result)) return false;
    number = static_cast<int>(result);
    view = {&number, sizeof number};
  } else if (type == napi_string) {
    return border.wrongType("argument", "left out for a request that takes no name", argumentValue);
  } else if (!border.integers("argument", argumentValue, 1, view)) {
    return false;
  }
  memory = view.data;
  if (takesInteger(request)) return true;
  return border.outOfRange("argument", "left out for a request whose argument is not an int",
                           "one for request " + std::to_string(request));
}

bool IoctlIn::readInterface(const Border& border) {
  ifreq question{};
  if (interfaceRequest(request)->asks == Asks::index) {
    double index = 0;
    if (!border.integer("argument", argumentValue, kLow, kHigh, index)) return false;
    question.ifr_ifindex = static_cast<int>(index);
  } else {
    Text interface;
    if (!interface.read(border, {"argument", &argumentValue})) return false;
    if (interface.text.size() >= IFNAMSIZ)
      return border.outOfRange(
          "argument", "the name of an interface, of at most " + std::to_string(IFNAMSIZ - 1) + " bytes", argumentValue);
    std::memcpy(question.ifr_name, interface.text.data(), interface.text.size());
  }
  own.reset(new unsigned char[sizeof question]);
  std::memcpy(own.get(), &question, sizeof question);
  memory = own.get();
  isStruct = true;
  return true;
}

bool IoctlIn::settleBytes(const Border& border) {
  if (!border.bytes("argument", argumentValue, view) || !border.copyable("argument", view.size)) return false;
  if (const char* why = whyNoBytes(request)) return border.wrongValue("argument", why, argumentValue);
  own.reset(new unsigned char[std::max(view.size, kBounce)]());
  if (view.size > 0) std::memcpy(own.get(), view.data, view.size);
  memory = own.get();
  isCopy = true;
  return true;
}

bool IoctlIn::finish(const Border& border, int64_t result) const {
  if (isCopy && view.size > 0) std::memcpy(view.data, own.get(), view.size);
  if (!isStruct || value == nullptr || result != 0) return true;
  if (const auto* known = interfaceRequest(request)) {
    ifreq answer;
    std::memcpy(&answer, own.get(), sizeof answer);
    return append(border, known->make(border.env, answer));
  }
  ifconf list;
  std::memcpy(&list, own.get(), sizeof list);
  return append(border, makeInterfaces(border.env, list));
}

}  // namespace sys
