/* Files of a resource; see file.h. Every change ends in file_finish: totals, the resource's
 * revision, a new approval where it is needed, the event. */
#include "server/app/file.h"

#include "server/app/audit.h"
#include "server/app/dict.h"
#include "server/app/file_access.h"
#include "server/app/may.h"
#include "server/app/resource.h"
#include "server/app/upload.h"
#include "server/base/utf.h"

#include <string.h>

enum { NAME_CHARS = 200 };

/* A name people may give a file: one line, no path, nothing Windows refuses. */
static enum err name_check(struct call *c, struct str name, struct str *out)
{
    static const char refused[] = "/\\:*?\"<>|";
    struct str s = str_trim(name);
    if (s.n == 0 || utf_count(s) > NAME_CHARS)
        return fail(c, E_INPUT, "name", "文件名须为 1 到 %d 个字。", (int)NAME_CHARS);
    for (size_t i = 0; i < s.n; i++)
        if (strchr(refused, s.p[i]))
            return fail(c, E_INPUT, "name", "文件名不能含有 / \\ : * ? \" < > | 这些符号。");
    if (s.p[0] == '.' || s.p[s.n - 1] == '.')
        return fail(c, E_INPUT, "name", "文件名不能以点号开头或结尾。");
    *out = s;
    return E_OK;
}

static enum err file_finish(struct call *c, struct resource_row *r, const struct file *f,
                            struct file_done *out)
{
    enum err e = resource_content_changed(c, r);
    if (e || (e = file_totals(c->db, r->id, r->rev, c->now)))
        return e;
    r->rev++;
    *out = (struct file_done){ f->id, f->version, r->id, r->rev,
                               dict_code(DICT_resource_state, r->state) };
    return resource_touched(c, r);
}

static enum err author_of(struct call *c, int64_t resource, struct resource_row *r)
{
    enum err e = resource_for_author(c, resource, r);
    return e ? e : r->state == RS_DISCARDED ? E_STATE : E_OK;
}

/* The file and its resource, for the author. */
static enum err file_and_author(struct call *c, int64_t id, struct file *f, struct resource_row *r)
{
    enum err e = file_get(c->db, c->arena, id, f);
    return e ? e : author_of(c, f->resource_id, r);
}

static enum err take(struct call *c, const struct file_add *in, struct file *f)
{
    struct taken t;
    enum err e = upload_take(c, in->upload_id, &t);
    if (e)
        return e;
    f->blob_id = t.blob_id;
    f->size = t.size;
    f->at = c->now;
    return name_check(c, in->has_name ? in->name : t.name, &f->name);
}

enum err file_add(struct call *c, int64_t resource, const struct file_add *in,
                  struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f = { .resource_id = resource };
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = author_of(c, resource, &r)))
        goto done;
    if (r.files_n >= FILES_MAX) {
        e = fail(c, E_INPUT, "files", "一份资源最多 %d 个文件，请另建一份。", (int)FILES_MAX);
        goto done;
    }
    f.ord = in->has_ord ? in->ord : r.files_n + 1;
    if ((e = take(c, in, &f)) || (e = file_put(c->db, &f, c->viewer->person)))
        goto done;
    e = file_finish(c, &r, &f, out);
done:
    return txn_end(&tx, e);
}

enum err file_renew(struct call *c, int64_t id, const struct file_add *in, struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = file_and_author(c, id, &f, &r)))
        goto done;
    if (f.removed_at) {
        e = E_STATE;
        goto done;
    }
    if ((e = take(c, in, &f)) || (e = file_version_put(c->db, &f, c->viewer->person)))
        goto done;
    e = file_finish(c, &r, &f, out);
done:
    return txn_end(&tx, e);
}

enum err file_change(struct call *c, int64_t id, const struct file_edit *in, struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = file_and_author(c, id, &f, &r)))
        goto done;
    if (in->has_name && (e = name_check(c, in->name, &f.name)))
        goto done;
    if (in->has_ord)
        f.ord = in->ord;
    if ((e = file_edit(c->db, &f)))
        goto done;
    e = file_finish(c, &r, &f, out);
done:
    return txn_end(&tx, e);
}

enum err file_remove(struct call *c, int64_t id, bool back, struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = file_and_author(c, id, &f, &r)))
        goto done;
    if ((f.removed_at == 0) == back) {
        e = E_STATE;
        goto done;
    }
    f.removed_at = back ? 0 : c->now;
    if ((e = file_edit(c->db, &f)))
        goto done;
    e = file_finish(c, &r, &f, out);
done:
    return txn_end(&tx, e);
}

static struct file *file_among(struct file *all, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].id == id)
            return &all[i];
    return NULL;
}

enum err file_arrange(struct call *c, int64_t resource, const struct file_order *o,
                      struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file *all, none = { 0 };
    size_t n;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = author_of(c, resource, &r)) ||
        (e = file_list(c->db, c->arena, resource, &all, &n)))
        goto done;
    if (o->ids_n != n) {
        e = fail(c, E_INPUT, "ids", "文件已有增减，请刷新后重新排序。");
        goto done;
    }
    for (size_t i = 0; i < n && !e; i++) {
        struct file *f = file_among(all, n, o->ids[i]);
        if (!f)
            e = fail(c, E_INPUT, "ids", "文件已有增减，请刷新后重新排序。");
        else {
            f->ord = (int64_t)i + 1;
            e = file_edit(c->db, f);
        }
    }
    if (!e)
        e = file_finish(c, &r, &none, out);
done:
    return txn_end(&tx, e);
}

enum err file_history(struct call *c, int64_t id, struct file_version_list *out)
{
    struct file f;
    struct resource_row r;
    enum err e = file_get(c->db, c->arena, id, &f);
    if (e || (e = resource_for_reader(c, f.resource_id, &r)))
        return e;
    return file_versions(c->db, c->arena, id, &out->items, &out->items_n);
}

/* ---- which bytes, and may one read them */

static void access_fill(const struct resource_row *r, struct file_access *a)
{
    a->resource_id = r->id;
    a->title = r->title;
    a->place = r->place;
    a->owner_name = r->owner_name;
    a->kind = r->kind;
}

enum err file_readable(struct call *c, int64_t file_id, int64_t version, struct file_access *out)
{
    struct file f;
    struct resource_row r;
    struct file_version v;
    enum err e = file_get(c->db, c->arena, file_id, &f);
    if (e || (e = resource_for_reader(c, f.resource_id, &r)))
        return e;
    if (version == 0)
        version = f.version;
    if ((e = file_version_get(c->db, c->arena, file_id, version, &v)))
        return e;
    struct place at = resource_place_of(&r);
    bool current = f.removed_at == 0 && version == f.version;
    if ((!current || f.quarantined) && !may_at(c->viewer, CAP_resource_edit, &at) &&
        !may_at(c->viewer, CAP_resource_approve, &at))
        return E_NOT_FOUND; /* the past is the author's, and whoever judges it */
    *out = (struct file_access){ .file_id = file_id,
                                 .version = version,
                                 .blob_id = v.blob_id,
                                 .size = v.size,
                                 .name = current ? f.name : v.name,
                                 .current = current };
    access_fill(&r, out);
    return E_OK;
}

enum err resource_readable(struct call *c, int64_t resource_id, struct file_access **out, size_t *n)
{
    struct resource_row r;
    struct file *files;
    size_t all = 0;
    enum err e = resource_for_reader(c, resource_id, &r);
    if (e || (e = file_list(c->db, c->arena, resource_id, &files, &all)))
        return e;
    *out = arena_array(c->arena, all ? all : 1, sizeof **out);
    *n = 0;
    for (size_t i = 0; i < all; i++) {
        struct file_access *a = &(*out)[*n];
        if (files[i].quarantined && r.owner != c->viewer->person)
            continue;
        *a = (struct file_access){ .file_id = files[i].id,
                                   .version = files[i].version,
                                   .blob_id = files[i].blob_id,
                                   .size = files[i].size,
                                   .name = files[i].name,
                                   .current = true };
        access_fill(&r, a);
        (*n)++;
    }
    return E_OK;
}

enum err use_add(struct call *c, int64_t resource_id)
{
    struct txn tx = { 0 };
    struct resource_row r;
    bool fresh;
    enum err e = resource_get(c->db, c->arena, resource_id, &r);
    if (e || c->viewer->person == 0 || r.owner == c->viewer->person || r.state != RS_PUBLISHED)
        return e;
    if ((e = txn_begin(&tx, c->db)))
        goto done;
    e = resource_use_put(c->db, resource_id, c->viewer->person, c->now, &fresh);
done:
    return txn_end(&tx, e);
}
