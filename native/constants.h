// The constants of constants.def, with the values that this platform's headers give them.
#pragma once

#include <node_api.h>

namespace sys {

/** An object `{ AF_INET: 2, ... }`: a constant that the platform lacks is absent. */
napi_value constants(napi_env env);

}  // namespace sys
