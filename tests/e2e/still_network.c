/* Preloaded into a browser: it hears nothing of the network's changes.

   Chromium gives up every request that waits for a connection (net::ERR_NETWORK_CHANGED) when an interface comes or
   goes, and with other tests' containers they come and go all the time. It listens by a netlink socket and goes without
   where it gets none: AddressTrackerLinux::Init in Chromium's net/base/address_tracker_linux.cc. */

#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int socket(int domain, int type, int protocol)
{
    if (domain == AF_NETLINK) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    return (int)syscall(SYS_socket, domain, type, protocol);
}
