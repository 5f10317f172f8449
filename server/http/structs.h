/* Every header whose structs shapes.def describes. */
#ifndef HTTP_STRUCTS_H
#define HTTP_STRUCTS_H

#include "server/app/dept.h"
#include "server/app/job_admin.h"
#include "server/app/me.h"
#include "server/app/notice.h"
#include "server/app/person.h"
#include "server/app/role.h"
#include "server/app/session.h"
#include "server/app/setting.h"
#include "server/app/setup.h"
#include "server/app/status.h"
#include "server/app/ticket.h"
#include "server/app/dict_list.h"
#include "server/app/file.h"
#include "server/app/resource.h"
#include "server/app/taxon.h"
#include "server/app/token.h"
#include "server/app/upload.h"
#include "server/app/version.h"
#include "server/http/content.h"
#include "server/http/pack.h"

#endif
