/* Files of a resource; see file.h. Every change ends in file_finish: totals, the resource's
 * revision, a new approval where it is needed, the event. */
#include "server/app/file_int.h"

#include "server/app/dict.h"
#include "server/base/utf.h"
#include "server/format/name.h"

enum { NAME_CHARS = 200 };

/* A name people may give a file: one line, no path, nothing Windows refuses. */
enum err file_name_check(struct call *c, struct str name, struct str *out)
{
    struct str s = str_trim(name);
    if (s.n == 0 || utf_count(s) > NAME_CHARS)
        return fail(c, E_INPUT, "name", "文件名须为 1 到 %d 个字。", (int)NAME_CHARS);
    for (size_t i = 0; i < s.n; i++)
        if (name_sign((unsigned char)s.p[i]))
            return fail(c, E_INPUT, "name", "文件名不能含有 / \\ : * ? \" < > | 这些符号。");
    if (s.p[0] == '.' || s.p[s.n - 1] == '.')
        return fail(c, E_INPUT, "name", "文件名不能以点号开头或结尾。");
    *out = s;
    return E_OK;
}

enum err file_finish(struct call *c, struct resource_row *r, const struct file *f,
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

enum err file_author_of(struct call *c, int64_t resource, struct resource_row *r)
{
    enum err e = resource_for_author(c, resource, r);
    return e ? e : r->state == RS_DISCARDED ? E_STATE : E_OK;
}

enum err file_room(struct call *c, const struct resource_row *r)
{
    return r->files_n < FILES_MAX
               ? E_OK
               : fail(c, E_INPUT, "files", "一份资源最多 %d 个文件，请另建一份。", (int)FILES_MAX);
}

/* The file and its resource, for the author. */
enum err file_and_author(struct call *c, int64_t id, struct file *f, struct resource_row *r)
{
    enum err e = file_get(c->db, c->arena, id, f);
    return e ? e : file_author_of(c, f->resource_id, r);
}

enum err file_change(struct call *c, int64_t id, const struct file_edit *in, struct file_done *out)
{
    struct txn tx = { 0 };
    struct resource_row r;
    struct file f;
    enum err e = txn_begin(&tx, c->db);
    if (e || (e = file_and_author(c, id, &f, &r)))
        goto done;
    if (in->has_name && (e = file_name_check(c, in->name, &f.name)))
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
    if ((f.removed_at == 0) == back)
        e = E_STATE;
    else if (back)
        e = file_room(c, &r);
    if (e)
        goto done;
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
    if (e || (e = file_author_of(c, resource, &r)) ||
        (e = file_list(c->db, c->arena, resource, &all, &n)))
        goto done;
    if (o->ids_n != n) {
        e = fail(c, E_INPUT, "ids", "文件已有增减，请刷新后重新排序。");
        goto done;
    }
    bool *seen = arena_array(c->arena, n ? n : 1, sizeof *seen);
    for (size_t i = 0; i < n && !e; i++) {
        struct file *f = file_among(all, n, o->ids[i]);
        if (!f || seen[f - all])
            e = fail(c, E_INPUT, "ids", "文件已有增减，请刷新后重新排序。");
        else {
            seen[f - all] = true;
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
