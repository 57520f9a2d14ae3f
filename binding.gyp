{
  "variables": {
    "strict%": 0,  # warnings as errors: for development only, lest a newer compiler break an installation
    "sanitize%": "",  # -Dsanitize=address,undefined: see CONTRIBUTING.md
    "napi_dir": "<!(node -p \"require('path').dirname(require.resolve('node-addon-api'))\")"
  },
  "targets": [
    {
      "target_name": "sys_socket",
      "sources": ["native/addon.cc", "native/address.cc", "native/border.cc", "native/constants.cc", "native/ioctl.cc", "native/kinds.cc", "native/message.cc", "native/names.cc", "native/options.cc", "native/readiness.cc"],
      "dependencies": ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
      "defines": ["NAPI_VERSION=9"],
      "cflags!": ["-Wno-unused-parameter"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-isystem <(napi_dir)", "-isystem <(node_root_dir)/include/node", "-std=c++20", "-fvisibility=hidden"],
      # A worker that was the only one to load the addon would unload it at its end, under the feet of its own threads.
      "ldflags": ["-Wl,-z,nodelete"],
      "conditions": [
        ["strict==1", {
          "cflags_cc": [
            "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion",
            "-Wold-style-cast", "-Wformat=2", "-Werror"
          ]
        }],
        ["sanitize!=''", {
          "cflags_cc": ["-fsanitize=<(sanitize)", "-fno-omit-frame-pointer", "-g"],
          "ldflags": ["-fsanitize=<(sanitize)"]
        }]
      ]
    }
  ]
}
