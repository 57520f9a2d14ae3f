// Installs the table, the constants, and the few functions that are no calls, in a JavaScript environment.
#include <napi.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "address.h"
#include "constants.h"
#include "syscalls.h"

namespace {

using namespace sys;

/** sockaddr(address): the bytes of an address. */
napi_value toSockaddr(napi_env env, napi_callback_info info) {
  const Border border{env, "sockaddr", Instance::of(env)->attachedProbe};
  napi_value value;
  size_t count = 1;
  Sockaddr address;
  if (napi_get_cb_info(env, info, &count, &value, nullptr, nullptr) != napi_ok ||
      !readAddress(border, "address", value, address) || !border.copyable("address", address.size))
    return nullptr;
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, address.size);
  if (address.size > 0) std::memcpy(buffer.Data(), address.data, address.size);
  return Napi::Uint8Array::New(env, address.size, buffer, 0);
}

/** (bytes, length): the first `length` bytes of a view; the length may be longer than what was delivered. */
bool delivered(const Border& border, const napi_value* values, View& bytes) {
  double length = 0;
  if (!border.isUndefined(values[1]) &&
      !border.integer("length", values[1], 0, static_cast<double>(kMostBytes), length))
    return false;
  if (!border.bytes("bytes", values[0], bytes)) return false;
  if (!border.isUndefined(values[1])) bytes.size = std::min(bytes.size, static_cast<size_t>(length));
  return border.copyable("bytes", bytes.size);
}

bool delivered(const Border& border, napi_callback_info info, View& bytes) {
  napi_value values[2];
  size_t count = 2;
  return napi_get_cb_info(border.env, info, &count, values, nullptr, nullptr) == napi_ok &&
         delivered(border, values, bytes);
}

napi_value addressOf(napi_env env, napi_callback_info info) {
  View bytes;
  const Border border{env, "addressOf", Instance::of(env)->attachedProbe};
  return delivered(border, info, bytes) ? makeAddress(env, bytes.data, bytes.size) : nullptr;
}

napi_value controlMessages(napi_env env, napi_callback_info info) {
  View bytes;
  const Border border{env, "controlMessages", Instance::of(env)->attachedProbe};
  return delivered(border, info, bytes) ? makeControl(env, bytes.data, bytes.size) : nullptr;
}

napi_value controlDescriptors(napi_env env, napi_callback_info info) {
  View bytes;
  const Border border{env, "controlDescriptors", Instance::of(env)->attachedProbe};
  if (!delivered(border, info, bytes)) return nullptr;
  const auto list = Napi::Array::New(env);
  for (const int fd : descriptorsIn(bytes.data, bytes.size)) list.Set(list.Length(), Napi::Number::New(env, fd));
  return list;
}

/** Closes the descriptors in what was delivered. One native call: all that the end of the stack leaves room for. */
napi_value closeDescriptors(napi_env env, napi_callback_info info) {
  View bytes;
  const Border border{env, "closeDescriptors", Instance::of(env)->attachedProbe};
  if (!delivered(border, info, bytes)) return nullptr;
  for (const int fd : descriptorsIn(bytes.data, bytes.size)) ::close(fd);
  return nullptr;
}

/** The level and name of an option, which are the first two of `values`. */
bool readNames(const Border& border, const napi_value* values, int& level, int& name) {
  constexpr double low = std::numeric_limits<int>::min(), high = std::numeric_limits<int>::max();
  double first = 0, second = 0;
  if (!border.integer("level", values[0], low, high, first) || !border.integer("name", values[1], low, high, second))
    return false;
  level = static_cast<int>(first);
  name = static_cast<int>(second);
  return true;
}

/** optionRoom(level, name): how many bytes getsockopt() is to be given. */
napi_value roomOf(napi_env env, napi_callback_info info) {
  const Border border{env, "getsockopt", Instance::of(env)->attachedProbe};
  napi_value values[2];
  size_t count = 2;
  int level = 0, name = 0;
  if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok ||
      !readNames(border, values, level, name))
    return nullptr;
  return number(env, static_cast<double>(optionRoom(level, name)));
}

/** optionValue(level, name, bytes, length?): what the bytes of an option mean. */
napi_value optionValue(napi_env env, napi_callback_info info) {
  const Border border{env, "optionValue", Instance::of(env)->attachedProbe};
  napi_value values[4];
  size_t count = 4;
  int level = 0, name = 0;
  View bytes;
  if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok ||
      !readNames(border, values, level, name) || !delivered(border, values + 2, bytes))
    return nullptr;
  return makeOption(env, level, name, bytes.data, bytes.size);
}

/** optionBytes(level, name, value): the bytes of a value. */
napi_value optionBytes(napi_env env, napi_callback_info info) {
  const Border border{env, "optionBytes", Instance::of(env)->attachedProbe};
  napi_value values[3];
  size_t count = 3;
  int level = 0, name = 0;
  Buffer encoded;
  if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok ||
      !readNames(border, values, level, name))
    return nullptr;
  if (border.isBytes(values[2])) {
    View view;
    if (!border.bytes("value", values[2], view) || !border.copyable("value", view.size)) return nullptr;
    return bytes(env, view.data, view.size);
  }
  return readOption(border, "value", level, name, values[2], encoded) ? bytes(env, encoded.data(), encoded.size())
                                                                      : nullptr;
}

/** byteCount(call, argument, value): `value`, if it is a number of bytes. For what lib/ allocates itself. */
napi_value byteCount(napi_env env, napi_callback_info info) {
  napi_value values[3];
  size_t count = 3;
  std::string call, argument;
  double bytes = 0;
  if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok) return nullptr;
  const Border own{env, "byteCount", nullptr};
  if (!own.text("call", values[0], call) || !own.text("argument", values[1], argument)) return nullptr;
  const Border border{env, call.c_str(), nullptr};
  return border.integer(argument, values[2], 0, static_cast<double>(kMostBytes), bytes) ? values[2] : nullptr;
}

/** markMissing(object): this stands for a constant that the platform lacks. */
napi_value markMissing(napi_env env, napi_callback_info info) {
  napi_value object;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &object, nullptr, nullptr) == napi_ok)
    napi_type_tag_object(env, object, &kMissingConstant);
  return nullptr;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance;  // lives as long as the environment, which frees it below
  napi_set_instance_data(
      env, instance,
      [](napi_env, void* data, void*) {
        delete[] static_cast<Instance*>(data)->pins;
        delete static_cast<Instance*>(data);
      },
      nullptr);

  auto control = Napi::Int32Array::New(env, kControlWords), pinSizes = Napi::Int32Array::New(env, Syscalls::pins);
  instance->control = control.Data();
  instance->pinSizes = pinSizes.Data();
  instance->pins = new View[Syscalls::pins];
  napi_create_reference(env, control, 1, &instance->controlReference);
  napi_create_reference(env, pinSizes, 1, &instance->pinSizesReference);

  const auto bytes = env.Global().Get("Uint8Array").As<Napi::Object>().Get("prototype").As<Napi::Object>();
  napi_create_reference(env, bytes.Get("keys"), 1, &instance->attachedProbe);

  const auto calls = Napi::Object::New(env), fast = Napi::Object::New(env), requests = Napi::Object::New(env);
  const auto rows = Napi::Array::New(env);
  const auto values = Napi::Object::New(env);
  Syscalls::install(env, calls, fast, rows);
  for (const auto& entry : integerRequests())
    requests.Set(static_cast<uint32_t>(entry.request), Napi::Boolean::New(env, entry.writes));
  for (const auto& entry : valueRequests())
    values.Set(static_cast<uint32_t>(entry.request), Napi::String::New(env, entry.type));

  const auto words = Napi::Object::New(env);
  words.Set("result", Napi::Number::New(env, kResult));
  words.Set("error", Napi::Number::New(env, kError));
  words.Set("mostPinned", Napi::Number::New(env, kMostPinned));
  words.Set("argument", Napi::Number::New(env, kArgument));

  exports.Set("calls", calls);
  exports.Set("fast", fast);
  exports.Set("rows", rows);
  exports.Set("control", control);
  exports.Set("pinSizes", pinSizes);
  exports.Set("pinned", Napi::Array::New(env, Syscalls::pins));
  exports.Set("controlWords", words);
  exports.Set("mostPins", Napi::Number::New(env, kMostPins));
  exports.Set("integerRequests", requests);
  exports.Set("valueRequests", values);
  exports.Set("constants", constants(env));
  exports.Set("in6addrAny", Napi::Value(env, sys::bytes(env, &in6addr_any, sizeof in6addr_any)));
  exports.Set("in6addrLoopback", Napi::Value(env, sys::bytes(env, &in6addr_loopback, sizeof in6addr_loopback)));
  const std::pair<const char*, napi_callback> functions[] = {{"sockaddr", toSockaddr},
                                                             {"addressOf", addressOf},
                                                             {"controlMessages", controlMessages},
                                                             {"controlDescriptors", controlDescriptors},
                                                             {"closeDescriptors", closeDescriptors},
                                                             {"optionRoom", roomOf},
                                                             {"optionValue", optionValue},
                                                             {"optionBytes", optionBytes},
                                                             {"byteCount", byteCount},
                                                             {"markMissing", markMissing}};
  for (const auto& [name, callback] : functions) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
    exports.Set(name, function);
  }
  return exports;
}

}  // namespace

NODE_API_MODULE(sys_socket, init)
