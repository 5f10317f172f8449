/* The files of a resource: adding, naming, ordering, new versions, taking out. Only its author does
 * that; what was there stays in the history. */
#ifndef APP_FILE_H
#define APP_FILE_H

#include "server/app/call.h"
#include "storage/file.h"

struct file_add {
    struct str upload_id;
    bool has_name, has_path, has_ord;
    struct str name;
    struct str path; /* the folders it lay in, "第一单元/课件" */
    int64_t ord;
};

struct file_edit {
    struct str name;
    int64_t ord;
    bool has_name, has_ord;
};

struct file_version_list {
    struct file_version *items;
    size_t items_n;
};

/* What a change of files leads to. */
struct file_done {
    int64_t id, version;
    int64_t resource_id, resource_rev;
    struct str resource_state; /* beyond the school a change waits for a new approval */
};

struct file_order {
    int64_t *ids; /* all current files in their new order */
    size_t ids_n;
};

enum err file_add(struct call *c, int64_t resource, const struct file_add *f,
                  struct file_done *out) MUST_USE;
enum err file_renew(struct call *c, int64_t id, const struct file_add *f,
                    struct file_done *out) MUST_USE;
enum err file_change(struct call *c, int64_t id, const struct file_edit *f,
                     struct file_done *out) MUST_USE;
enum err file_remove(struct call *c, int64_t id, bool back, struct file_done *out) MUST_USE;
enum err file_arrange(struct call *c, int64_t resource, const struct file_order *o,
                      struct file_done *out) MUST_USE;
enum err file_history(struct call *c, int64_t id, struct file_version_list *out) MUST_USE;

#endif
