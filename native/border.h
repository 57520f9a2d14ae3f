// The border between JavaScript and C: how a JavaScript value is read exactly, and how a wrong one is refused.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace sys {

/** What a socklen_t may say: the kernel takes it as an int. */
constexpr size_t kMostBytes = 2147483647;

/** The largest thing that is copied on a caller's behalf. No address or control data comes near it. */
constexpr size_t kMostCopied = size_t{1} << 24;

/** A text that can be a template argument. */
template <size_t N>
struct Label {
  char text[N];
  constexpr Label(const char (&characters)[N]) {
    for (size_t i = 0; i < N; i++) text[i] = characters[i];
  }
  constexpr bool empty() const { return N == 1; }
};

/** The memory behind a typed array. Valid until JavaScript runs again. */
struct View {
  void* data = nullptr;
  size_t size = 0;   // bytes
  size_t whole = 0;  // bytes of the ArrayBuffer that it keeps alive
};

/**
 * One crossing: the function being called, and what its caller got wrong. Every reader returns false with a
 * JavaScript exception pending when the value is not what C needs; nothing has been called by then.
 */
struct Border {
  napi_env env;
  const char* function;
  napi_ref attachedProbe;  // %TypedArray%.prototype.keys: throws on a view that has lost its memory

  // The probe is JavaScript, and somebody may have replaced it before it was taken. So when it has run while pointers
  // were being fetched, they are fetched once more without it.
  mutable bool probed = false;
  bool mayProbe = true;

  bool integer(const std::string& argument, napi_value value, double low, double high, double& number) const;
  bool bytes(const std::string& argument, napi_value value, View& view) const;
  bool integers(const std::string& argument, napi_value value, size_t least, View& view) const;
  bool bigints(const std::string& argument, napi_value value, size_t least, View& view) const;
  bool text(const std::string& argument, napi_value value, std::string& utf8) const;
  bool socklen(const std::string& argument, size_t size) const;
  bool copyable(const std::string& argument, size_t size) const;
  bool property(napi_value object, const char* key, napi_value& value) const;

  bool isNothing(napi_value value) const;  // undefined or null
  bool isUndefined(napi_value value) const;
  bool isObject(napi_value value) const;
  bool isBytes(napi_value value) const;  // a Uint8Array, whatever its state
  bool isIntegers(napi_value value) const;

  bool wrongType(const std::string& argument, const std::string& expected, napi_value received) const;
  bool wrongValue(const std::string& argument, const std::string& expected, napi_value received) const;
  bool outOfRange(const std::string& argument, const std::string& expected, napi_value received) const;
  bool outOfRange(const std::string& argument, const std::string& expected, const std::string& received) const;

 private:
  bool view(const std::string& argument, napi_value value, napi_typedarray_type type, size_t elementSize,
            const char* expected, View& view) const;
  bool words(const std::string& argument, napi_value value, napi_typedarray_type type, size_t elementSize,
             const char* expected, size_t least, View& view) const;
  bool isAttached(napi_value value) const;
};

/** Marks the objects that stand for constants which this platform lacks, so that they can be named when refused. */
constexpr napi_type_tag kMissingConstant = {0x7379732d736f636b, 0x65742d6d69737321};

/** The type of a typed array, as far as it is one that any call takes. */
napi_typedarray_type typeOfArray(napi_env env, napi_value value);

}  // namespace sys
