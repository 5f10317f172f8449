/* What a client says of the file it brings: names that come from strangers. */
#include "server/app/upload_int.h"

#include "server/base/buf.h"
#include "server/base/id.h"
#include "server/base/utf.h"
#include "server/format/name.h"

enum { NAME_CHARS = 120, METADATA_MAX = 4096, PATH_BYTES = 500 };

/* One line without controls and without what file systems cannot have; folders are cut off unless
 * they are wanted, and never lead upwards. People see it in lists, so it is shortened by characters
 * and otherwise stays as they have it; where it goes to a disk, name_safe does the rest. */
static struct str clean_name(struct call *c, struct str s, bool folders)
{
    struct buf b;
    buf_init(&b, METADATA_MAX * 4);
    while (s.n) {
        uint32_t rune;
        size_t k = utf_get(s, &rune);
        bool slash = rune == '/' || rune == '\\';
        if (slash && folders)
            buf_char(&b, '/');
        else if (slash)
            buf_clear(&b);
        else if (!utf_is_control(rune))
            buf_utf8(&b, name_sign(rune) ? '_' : rune);
        s = str_sub(s, k, s.n);
    }
    struct str out = arena_str(c->arena, str_trim(buf_str(&b)));
    buf_fini(&b);
    return out;
}

struct str upload_path(struct call *c, struct str s)
{
    struct str rest = utf_head(clean_name(c, s, true), PATH_BYTES), part, out = STR_NONE;
    while (str_next(&rest, '/', &part)) {
        part = str_trim(part);
        if (part.n == 0 || str_eqz(part, ".") || str_eqz(part, ".."))
            continue;
        out = out.n ? arena_fmt(c->arena, "%.*s/%.*s", STR_ARG(out), STR_ARG(part)) : part;
    }
    return out;
}

static struct str first_chars(struct str s, size_t n)
{
    size_t at = 0;
    uint32_t rune;
    while (n-- && at < s.n)
        at += utf_get(str_sub(s, at, s.n), &rune);
    return str_sub(s, 0, at);
}

/* Too long a name loses from its middle, never its extension. */
static struct str short_name(struct call *c, struct str name)
{
    if (utf_count(name) <= NAME_CHARS)
        return name;
    size_t dot = name.n;
    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    struct str ext = dot > 0 && name.n - dot <= 10 ? str_sub(name, dot - 1, name.n) : STR_NONE;
    struct str head = first_chars(name, NAME_CHARS - 1 - utf_count(ext));
    return arena_fmt(c->arena, "%.*s…%.*s", STR_ARG(head), STR_ARG(ext));
}

static enum err meta_pair(struct call *c, struct str pair, struct upload *u)
{
    struct str rest = str_trim(pair), key, text;
    if (!str_next(&rest, ' ', &key))
        return E_OK;
    struct str value = str_trim(rest.p ? rest : STR_NONE);
    if (!base64_decode(c->arena, value, &text) || !utf_valid(text))
        return fail(c, E_INPUT, "Upload-Metadata", "文件信息的格式不对，请重新选择文件。");
    if (str_eqz(key, "filename") || str_eqz(key, "name"))
        u->name = short_name(c, clean_name(c, text, false));
    else if (str_eqz(key, "relativePath") || str_eqz(key, "relative_path"))
        u->path = upload_path(c, text);
    else if (str_eqz(key, "modified") || str_eqz(key, "last_modified"))
        (void)str_int(text, &u->modified);
    else if (str_eqz(key, "resource") || str_eqz(key, "resource_id"))
        (void)str_int(text, &u->resource_id);
    else if (str_eqz(key, "file") || str_eqz(key, "file_id"))
        (void)str_int(text, &u->file_id);
    return E_OK;
}

enum err upload_metadata(struct call *c, struct str metadata, struct upload *u)
{
    struct str rest = metadata, pair;
    enum err e = E_OK;
    if (metadata.n > METADATA_MAX || !utf_valid(metadata))
        return fail(c, E_INPUT, "Upload-Metadata", "文件名过长，请改短后重试。");
    while (!e && str_next(&rest, ',', &pair))
        e = meta_pair(c, pair, u);
    if (u->name.n == 0 || str_eqz(u->name, ".") || str_eqz(u->name, ".."))
        u->name = S("未命名");
    /* A path told with its file's name loses it. */
    if (str_ends(u->path, u->name))
        u->path = str_sub(u->path, 0, u->path.n - u->name.n);
    while (str_ends(u->path, S("/")))
        u->path.n--;
    return e;
}
