// Expands the generated list of constants against the system's headers.
#include "constants.h"

#include "headers.h"

// The values are written in C, by others.
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sys {

napi_value constants(napi_env env) {
  struct {
    const char* name;
    double value;
  } const list[] = {
#define CONSTANT(name) {#name, static_cast<double>(name)},
#include "constants.inc"
#undef CONSTANT
  };
  napi_value object, value;
  napi_create_object(env, &object);
  for (const auto& entry : list) {
    napi_create_double(env, entry.value, &value);
    napi_set_named_property(env, object, entry.name, value);
  }
  return object;
}

}  // namespace sys
