/* Every header whose structs shapes.def describes. */
#ifndef HTTP_STRUCTS_H
#define HTTP_STRUCTS_H

#include "server/app/version.h"

#endif
