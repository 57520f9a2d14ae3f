// The table: one row for each call, in the order of the manual. libc's own prototype checks every row.
#pragma once

#include <fcntl.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bind.h"
#include "options.h"
#include "shims.h"

namespace sys {

using Backlog = Integer<"number">;
using Whence = Integer<"number">;
using Domain = Integer<"AddressFamily">;
using EpollFlags = Integer<"EpollFlags", int, Optional::zero>;
using EpollOperation = Integer<"EpollOperation">;
using Flags = Integer<"MessageFlags", int, Optional::zero>;
using How = Integer<"ShutdownHow">;
using InternetAddress = Integer<"number", uint32_t>;
using Milliseconds = Integer<"number">;
using NameFlags = Integer<"NameInfoFlags", int, Optional::zero>;
using Number = Integer<"number">;
using Offset = Integer<"number", off_t>;
using Size = Integer<"number", size_t>;
using SpliceFlags = Integer<"SpliceFlags", unsigned, Optional::zero>;
using Port = Integer<"number", uint16_t>;
using Protocol = Integer<"Protocol", int, Optional::zero>;
using Type = Integer<"SocketType">;
using TypeFlags = Integer<"SocketType", int, Optional::zero>;
using FileFlags = Integer<"FileFlags", int, Optional::zero>;

// clang-format off
using Syscalls = Table<
  //      name           libc                 gives    waits            parameters
  Syscall<"socket",      ::socket,            NewFd,   Waits::never,    P<"domain", Domain>, P<"type", Type>, P<"protocol", Protocol>>,
  Syscall<"socketpair",  ::socketpair,        Nothing, Waits::never,    P<"domain", Domain>, P<"type", Type>, P<"protocol", Protocol>, P<"pair", IntegersOut<2>>>,
  Syscall<"bind",        ::bind,              Nothing, Waits::never,    P<"fd", Socket>, P<"address", AddressIn>>,
  Syscall<"listen",      ::listen,            Nothing, Waits::never,    P<"fd", Socket>, P<"backlog", Backlog>>,
  Syscall<"accept",      ::accept,            NewFd,   Waits::readable, P<"fd", Socket>, P<"address", AddressOut>>,
  Syscall<"accept4",     ::accept4,           NewFd,   Waits::readable, P<"fd", Socket>, P<"address", AddressOut>, P<"flags", TypeFlags>>,
  Syscall<"connect",     ::connect,           Nothing, Waits::writable, P<"fd", Socket>, P<"address", AddressIn>>,
  Syscall<"getsockname", ::getsockname,       Nothing, Waits::never,    P<"fd", Socket>, P<"address", AddressOut>>,
  Syscall<"getpeername", ::getpeername,       Nothing, Waits::never,    P<"fd", Socket>, P<"address", AddressOut>>,
  Syscall<"getsockopt",  shim::getsockopt,    Nothing, Waits::never,    P<"fd", Socket>, P<"name", OptionOut>>,
  Syscall<"setsockopt",  ::setsockopt,        Nothing, Waits::never,    P<"fd", Socket>, P<"name", OptionIn>>,
  Syscall<"shutdown",    ::shutdown,          Nothing, Waits::never,    P<"fd", Socket>, P<"how", How>>,
  Library<"sockatmark",  ::sockatmark,        Flag,                     P<"fd", DescriptorKind<ENOTTY>>>,

  Syscall<"send",        ::send,              Count,   Waits::writable, P<"fd", Socket>, P<"data", BytesIn>, P<"flags", Flags>>,
  Syscall<"sendto",      ::sendto,            Count,   Waits::writable, P<"fd", Socket>, P<"data", BytesIn>, P<"flags", Flags>, P<"address", AddressIn>>,
  Syscall<"recv",        ::recv,              Count,   Waits::readable, P<"fd", Socket>, P<"buffer", BytesOut>, P<"flags", Flags>>,
  Syscall<"recvfrom",    ::recvfrom,          Count,   Waits::readable, P<"fd", Socket>, P<"buffer", BytesOut>, P<"flags", Flags>, P<"address", AddressOut>>,

  Syscall<"sendmsg",     ::sendmsg,           Count,   Waits::writable, P<"fd", Socket>, P<"message", MessageIn>, P<"flags", Flags>>,
  Syscall<"recvmsg",     ::recvmsg,           Count,   Waits::readable, P<"fd", Socket>, P<"message", MessageOut>, P<"flags", Flags>>,
  Syscall<"sendmmsg",    ::sendmmsg,          Count,   Waits::writable, P<"fd", Socket>, P<"messages", MessagesIn>, P<"flags", Flags>>,
  Syscall<"recvmmsg",    ::recvmmsg,          Count,   Waits::readable, P<"fd", Socket>, P<"messages", MessagesOut>, P<"flags", Flags>, P<"timeout", TimeoutIn>>,

  Syscall<"close",       ::close,             Nothing, Waits::never,    P<"fd", Descriptor>>,
  Syscall<"read",        ::read,              Count,   Waits::readable, P<"fd", Descriptor>, P<"buffer", BytesOut>>,
  Syscall<"write",       ::write,             Count,   Waits::writable, P<"fd", Descriptor>, P<"data", BytesIn>>,
  Syscall<"readv",       ::readv,             Count,   Waits::readable, P<"fd", Descriptor>, P<"iov", VectorsOut>>,
  Syscall<"writev",      ::writev,            Count,   Waits::writable, P<"fd", Descriptor>, P<"iov", VectorsIn>>,
  Syscall<"pipe2",       ::pipe2,             Nothing, Waits::never,    P<"pair", IntegersOut<2>>, P<"flags", FileFlags>>,
  Syscall<"dup",         ::dup,               NewFd,   Waits::never,    P<"fd", Descriptor>>,
  Syscall<"dup2",        ::dup2,              NewFd,   Waits::never,    P<"fd", Descriptor>, P<"newFd", Descriptor>>,
  Syscall<"dup3",        ::dup3,              NewFd,   Waits::never,    P<"fd", Descriptor>, P<"newFd", Descriptor>, P<"flags", FileFlags>>,
  Syscall<"fcntl",       shim::fcntl,         Signed,  Waits::never,    P<"fd", Descriptor>, P<"command", FcntlIn>>,
  Syscall<"ioctl",       shim::ioctl,         Signed,  Waits::never,    P<"fd", Descriptor>, P<"request", IoctlIn>>,
  Syscall<"lseek",       ::lseek,             Signed,  Waits::never,    P<"fd", Descriptor>, P<"offset", Offset>, P<"whence", Whence>>,
  Syscall<"sendfile",    ::sendfile,          Count,   Waits::writable, P<"outFd", Descriptor>, P<"inFd", Descriptor>, P<"offset", OffsetInOut>, P<"count", Size>>,
  Syscall<"splice",      ::splice,            Count,   Waits::both,     P<"inFd", Descriptor>, P<"inOffset", OffsetInOut>, P<"outFd", Descriptor>, P<"outOffset", OffsetInOut>, P<"length", Size>, P<"flags", SpliceFlags>>,
  Syscall<"poll",        ::poll,              Count,   Waits::listed,   P<"fds", PollList>, P<"timeout", Milliseconds>>,
  Syscall<"ppoll",       ::ppoll,             Count,   Waits::listed,   P<"fds", PollList>, P<"timeout", TimeoutIn>, P<"mask", SignalsIn>>,
  Syscall<"select",      ::select,            Count,   Waits::listed,   P<"sets", SelectSets>, P<"timeout", TimevalIn>>,
  Syscall<"pselect",     ::pselect,           Count,   Waits::listed,   P<"sets", SelectSets>, P<"timeout", TimeoutIn>, P<"mask", SignalsIn>>,
  Syscall<"epoll_create1", ::epoll_create1,   NewFd,   Waits::never,    P<"flags", EpollFlags>>,
  Syscall<"epoll_ctl",   ::epoll_ctl,         Nothing, Waits::never,    P<"epfd", Descriptor>, P<"op", EpollOperation>, P<"fd", EpollIn>>,
  Syscall<"epoll_wait",  ::epoll_wait,        Count,   Waits::listed,   P<"epfd", Descriptor>, P<"maxEvents", EpollOut>, P<"timeout", Milliseconds>>,

  Library<"inet_pton",   shim::inet_pton,     Flag,                     P<"family", Domain>, P<"text", Text>, P<"bytes", BytesOut>>,
  Library<"inet_ntop",   shim::inet_ntop,     Count,                    P<"family", InternetIn>, P<"text", BytesOut>>,
  Library<"inet_aton",   shim::inet_aton,     Flag,                     P<"text", Text>, P<"address", IntegersOut<1>>>,
  Library<"inet_ntoa",   shim::inet_ntoa,     Count,                    P<"address", InternetAddress>, P<"text", BytesOut>>,
  Library<"inet_addr",   ::inet_addr,         Plain,                    P<"text", Text>>,
  Library<"htons",       ::htons,             Plain,                    P<"value", Port>>,
  Library<"htonl",       ::htonl,             Plain,                    P<"value", InternetAddress>>,
  Library<"ntohs",       ::ntohs,             Plain,                    P<"value", Port>>,
  Library<"ntohl",       ::ntohl,             Plain,                    P<"value", InternetAddress>>,

  Library<"getaddrinfo", ::getaddrinfo,       LookupCode,               P<"node", OptionalText>, P<"service", ServiceIn>, P<"hints", HintsIn>, P<"list", AddressInfoOut>>,
  Library<"getnameinfo", ::getnameinfo,       LookupCode,               P<"address", NamedIn>, P<"host", TextOut>, P<"service", TextOut>, P<"flags", NameFlags>>,
  Library<"gai_strerror", shim::gai_strerror, Count,                    P<"code", Number>, P<"text", BytesOut>>,
  Library<"gethostbyname", shim::gethostbyname, Flag,                   P<"name", Text>, P<"entry", HostOut>, P<"hostError", IntegersOut<1>>>,
  Library<"hstrerror",   shim::hstrerror,     Count,                    P<"hostError", Number>, P<"text", BytesOut>>,
  Library<"getservbyname", shim::getservbyname, Flag,                   P<"name", Text>, P<"protocol", OptionalText>, P<"entry", ServiceOut>>,
  Library<"getservbyport", shim::getservbyport, Flag,                   P<"port", Number>, P<"protocol", OptionalText>, P<"entry", ServiceOut>>,
  Library<"getprotobyname", shim::getprotobyname, Flag,                 P<"name", Text>, P<"entry", ProtocolOut>>,
  Library<"getprotobynumber", shim::getprotobynumber, Flag,             P<"protocol", Integer<"Protocol">>, P<"entry", ProtocolOut>>,
  Library<"if_nametoindex", shim::if_nametoindex, Index,                P<"name", Text>>,
  Library<"if_indextoname", shim::if_indextoname, Count,                P<"index", Integer<"number", unsigned>>, P<"text", BytesOut>>,
  Library<"if_nameindex", shim::if_nameindex, Nothing,                  P<"list", InterfacesOut>>,

  Library<"strerror",    shim::strerror,      Count,                    P<"errno", Number>,  P<"text", BytesOut>>
>;
// clang-format on

}  // namespace sys
