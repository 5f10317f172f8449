/* The files of a resource. */
#include "server/app/file.h"

#include "server/http/routes.h"

static struct file_done *done_new(struct call *c, struct output *out)
{
    struct file_done *d = ARENA_NEW(c->arena, struct file_done);
    out->value = d;
    return d;
}

enum err h_file_add(struct call *c, const struct input *in, struct output *out)
{
    return file_add(c, in->id[0], in->body, done_new(c, out));
}

enum err h_file_renew(struct call *c, const struct input *in, struct output *out)
{
    return file_renew(c, in->id[0], in->body, done_new(c, out));
}

enum err h_file_arrange(struct call *c, const struct input *in, struct output *out)
{
    return file_arrange(c, in->id[0], in->body, done_new(c, out));
}

enum err h_file_edit(struct call *c, const struct input *in, struct output *out)
{
    return file_change(c, in->id[0], in->body, done_new(c, out));
}

enum err h_file_remove(struct call *c, const struct input *in, struct output *out)
{
    return file_remove(c, in->id[0], false, done_new(c, out));
}

enum err h_file_restore(struct call *c, const struct input *in, struct output *out)
{
    return file_remove(c, in->id[0], true, done_new(c, out));
}

enum err h_file_versions(struct call *c, const struct input *in, struct output *out)
{
    struct file_version_list *l = ARENA_NEW(c->arena, struct file_version_list);
    out->value = l;
    return file_history(c, in->id[0], l);
}
