/* Backups. */
#include "server/app/backup.h"

#include "server/app/setting.h"

enum err backup_folder(struct call *c, struct str *out)
{
    enum err e = setting_words(c->db, c->arena, SET_backup_dir, out);
    if (!e && out->n == 0)
        *out = arena_fmt(c->arena, "%s/backups", c->house->data);
    return e;
}
