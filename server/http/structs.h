/* Every header whose structs shapes.def describes. */
#ifndef HTTP_STRUCTS_H
#define HTTP_STRUCTS_H

#include "server/app/job_admin.h"
#include "server/app/notice.h"
#include "server/app/setting.h"
#include "server/app/status.h"
#include "server/app/dict_list.h"
#include "server/app/file.h"
#include "server/app/resource.h"
#include "server/app/taxon.h"
#include "server/app/version.h"

#endif
