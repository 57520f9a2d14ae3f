// Structs that travel as control messages and are values of options as well.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "layout.h"

namespace sys {

using Credentials = One<ucred, Struct<ucred, Field<"pid", &ucred::pid, Host<pid_t>>,
                                      Field<"uid", &ucred::uid, Host<uid_t>>, Field<"gid", &ucred::gid, Host<gid_t>>>>;
using Timeval = One<timeval, Struct<timeval, Field<"sec", &timeval::tv_sec, Host<time_t>>,
                                    Field<"usec", &timeval::tv_usec, Host<suseconds_t>>>>;
using PacketInfo6 =
    One<in6_pktinfo,
        Struct<in6_pktinfo, Field<"address", &in6_pktinfo::ipi6_addr, InternetText<AF_INET6, in6_addr>, optional>,
               Field<"ifindex", &in6_pktinfo::ipi6_ifindex, Host<uint32_t>, optional>>>;

}  // namespace sys
