/* Addresses to listen on. */
#ifndef DOOR_ADDRESS_H
#define DOOR_ADDRESS_H

#include "server/base/str.h"

#include <sys/socket.h>

/* "127.0.0.1:8080", "[::1]:80", ":80" (all IPv4 addresses); names are not looked up. */
bool address_parse(struct str s, struct sockaddr_storage *out, socklen_t *n);
/* "http://127.0.0.1:8080"; for an address that means all of them, "localhost" stands there. */
void address_url(const struct sockaddr_storage *a, char *out, size_t n);

#endif
