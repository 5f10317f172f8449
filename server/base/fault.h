/* Faults on purpose, for tests: every call to the disk or the database passes fault_at(kind) first,
 * and the n-th one of a kind fails. Set by JIBEI_FAULT="disk:7" or "db:12+" (+: and all later
 * ones), or by a test. Costs one relaxed load when nothing is set. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "server/base/err.h"

enum fault_kind { FAULT_DISK, FAULT_DB, FAULT_count };

void fault_set(enum fault_kind kind, long nth, int sticky); /* nth ≥ 1; 0: none */
void fault_env(void);                                       /* reads JIBEI_FAULT */
long fault_calls(enum fault_kind kind);                     /* calls since fault_set */
/* E_OK, or E_IO / E_DB when this call is the one. */
enum err fault_at(enum fault_kind kind) MUST_USE;

#endif
