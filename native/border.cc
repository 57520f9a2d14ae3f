// Reads JavaScript values exactly and words the exceptions: the only place that throws TypeError and RangeError.
#include "border.h"

#include <cmath>

namespace sys {

namespace {

// Node-API leaves the type of an array that it does not know (Float16Array) as it was: so it starts as one never asked
// for.
constexpr napi_typedarray_type kUnknown = napi_float64_array;

using Thrower = napi_status (*)(napi_env, const char*, const char*);

std::string quoted(napi_env env, napi_value value) {
  char text[64];
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, text, sizeof text, &length) != napi_ok) return "a string";
  std::string shown = "'";
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\0') shown += "\\0";
    else shown += text[i];
  }
  return shown + (length == sizeof text - 1 ? "'..." : "'");
}

const char* typedArrayName(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
      return "an Int8Array";
    case napi_uint8_array:
      return "a Uint8Array";
    case napi_uint8_clamped_array:
      return "a Uint8ClampedArray";
    case napi_int16_array:
      return "an Int16Array";
    case napi_uint16_array:
      return "a Uint16Array";
    case napi_int32_array:
      return "an Int32Array";
    case napi_uint32_array:
      return "a Uint32Array";
    case napi_float32_array:
      return "a Float32Array";
    case napi_bigint64_array:
      return "a BigInt64Array";
    case napi_biguint64_array:
      return "a BigUint64Array";
    default:
      return "a typed array";
  }
}

/** Says what was received without running any of the caller's code (no toString, no constructor.name). */
std::string received(napi_env env, napi_value value) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return "something else";
  switch (type) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean: {
      bool truth = false;
      napi_get_value_bool(env, value, &truth);
      return truth ? "true" : "false";
    }
    case napi_number: {
      napi_value text;
      char shown[32] = "a number";
      if (napi_coerce_to_string(env, value, &text) == napi_ok)
        napi_get_value_string_latin1(env, text, shown, sizeof shown, nullptr);
      return shown;
    }
    case napi_string:
      return quoted(env, value);
    case napi_symbol:
      return "a symbol";
    case napi_bigint:
      return "a bigint";
    case napi_function:
      return "a function";
    case napi_external:
      return "an external value";
    default:
      break;
  }
  bool is = false;
  if (napi_check_object_type_tag(env, value, &kMissingConstant, &is) == napi_ok && is) {
    napi_value name;
    char text[64] = "a constant";
    if (napi_get_named_property(env, value, "missing", &name) == napi_ok)
      napi_get_value_string_latin1(env, name, text, sizeof text, nullptr);
    return std::string(text) + ", which this platform lacks";
  }
  if (napi_is_typedarray(env, value, &is) == napi_ok && is) return typedArrayName(typeOfArray(env, value));
  if (napi_is_dataview(env, value, &is) == napi_ok && is) return "a DataView";
  if (napi_is_arraybuffer(env, value, &is) == napi_ok && is) return "an ArrayBuffer";
  if (napi_is_array(env, value, &is) == napi_ok && is) return "an array";
  return "an object";
}

std::string whole(double number) { return std::to_string(static_cast<long long>(number)); }

bool refuse(const Border& border, Thrower thrower, const char* code, const std::string& argument,
            const std::string& expected, const std::string& got) {
  bool pending = false;
  napi_is_exception_pending(border.env, &pending);
  if (pending) return false;  // the caller's own code has thrown already
  std::string message =
      "The \"" + argument + "\" argument of " + border.function + "() must be " + expected + ". Received " + got;
  thrower(border.env, code, message.c_str());
  return false;
}

}  // namespace

bool Border::wrongType(const std::string& argument, const std::string& expected, napi_value value) const {
  return refuse(*this, napi_throw_type_error, "ERR_INVALID_ARG_TYPE", argument, expected, received(env, value));
}

bool Border::wrongValue(const std::string& argument, const std::string& expected, napi_value value) const {
  return refuse(*this, napi_throw_type_error, "ERR_INVALID_ARG_VALUE", argument, expected, received(env, value));
}

bool Border::outOfRange(const std::string& argument, const std::string& expected, napi_value value) const {
  return outOfRange(argument, expected, received(env, value));
}

bool Border::outOfRange(const std::string& argument, const std::string& expected, const std::string& got) const {
  return refuse(*this, napi_throw_range_error, "ERR_OUT_OF_RANGE", argument, expected, got);
}

bool Border::integer(const std::string& argument, napi_value value, double low, double high, double& result) const {
  if (napi_get_value_double(env, value, &result) != napi_ok) return wrongType(argument, "an integer", value);
  if (result != std::trunc(result)) return outOfRange(argument, "an integer", value);  // NaN and fractions
  if (result < low || result > high)
    return outOfRange(argument, "an integer from " + whole(low) + " to " + whole(high), value);
  return true;
}

bool Border::bytes(const std::string& argument, napi_value value, View& result) const {
  return view(argument, value, napi_uint8_array, 1, "a Uint8Array", result);
}

bool Border::integers(const std::string& argument, napi_value value, size_t least, View& result) const {
  return words(argument, value, napi_int32_array, sizeof(int32_t), "an Int32Array", least, result);
}

bool Border::bigints(const std::string& argument, napi_value value, size_t least, View& result) const {
  return words(argument, value, napi_bigint64_array, sizeof(int64_t), "a BigInt64Array", least, result);
}

bool Border::words(const std::string& argument, napi_value value, napi_typedarray_type type, size_t elementSize,
                   const char* expected, size_t least, View& result) const {
  if (!view(argument, value, type, elementSize, expected, result)) return false;
  if (result.size >= least * elementSize) return true;
  return outOfRange(argument,
                    expected + (" of at least " + std::to_string(least)) + (least == 1 ? " element" : " elements"),
                    "one of " + std::to_string(result.size / elementSize));
}

bool Border::view(const std::string& argument, napi_value value, napi_typedarray_type wanted, size_t elementSize,
                  const char* expected, View& result) const {
  napi_typedarray_type type = kUnknown;
  size_t length = 0;
  napi_value buffer;
  if (napi_get_typedarray_info(env, value, &type, &length, &result.data, &buffer, nullptr) != napi_ok || type != wanted)
    return wrongType(argument, expected, value);
  if (length == 0 && mayProbe && !isAttached(value))
    return wrongValue(argument, std::string(expected) + " that still has its memory (this one was detached or resized)",
                      value);
  if (napi_get_arraybuffer_info(env, buffer, nullptr, &result.whole) != napi_ok) result.whole = 0;  // shared
  result.size = length * elementSize;
  return true;
}

/** An empty view is either honestly empty, or detached, or out of bounds of a buffer that shrank: only V8 can tell. */
bool Border::isAttached(napi_value value) const {
  napi_value probe, ignored;
  probed = true;
  if (napi_get_reference_value(env, attachedProbe, &probe) != napi_ok) return false;
  if (napi_call_function(env, value, probe, 0, nullptr, &ignored) == napi_ok) return true;
  napi_get_and_clear_last_exception(env, &ignored);
  return false;
}

bool Border::text(const std::string& argument, napi_value value, std::string& utf8) const {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok)
    return wrongType(argument, "a string", value);
  utf8.resize(length);
  napi_get_value_string_utf8(env, value, utf8.data(), length + 1, &length);
  // A lone surrogate would become U+FFFD, that is, another name than the caller's.
  napi_value again;
  bool same = false;
  if (napi_create_string_utf8(env, utf8.data(), utf8.size(), &again) != napi_ok ||
      napi_strict_equals(env, value, again, &same) != napi_ok || !same)
    return wrongValue(argument, "a well-formed string", value);
  return true;
}

bool Border::socklen(const std::string& argument, size_t size) const {
  return size <= kMostBytes ||
         outOfRange(argument, "at most " + std::to_string(kMostBytes) + " bytes", std::to_string(size) + " bytes");
}

bool Border::copyable(const std::string& argument, size_t size) const {
  return size <= kMostCopied ||
         outOfRange(argument, "at most " + std::to_string(kMostCopied) + " bytes", std::to_string(size) + " bytes");
}

bool Border::property(napi_value object, const char* key, napi_value& value) const {
  return napi_get_named_property(env, object, key, &value) == napi_ok;
}

bool Border::isUndefined(napi_value value) const {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_undefined;
}

bool Border::isNothing(napi_value value) const {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && (type == napi_undefined || type == napi_null);
}

bool Border::isObject(napi_value value) const {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_object;
}

bool Border::isBytes(napi_value value) const { return typeOfArray(env, value) == napi_uint8_array; }

bool Border::isIntegers(napi_value value) const { return typeOfArray(env, value) == napi_int32_array; }

napi_typedarray_type typeOfArray(napi_env env, napi_value value) {
  napi_typedarray_type type = kUnknown;
  napi_get_typedarray_info(env, value, &type, nullptr, nullptr, nullptr, nullptr);
  return type;
}

}  // namespace sys
