/* The bytes of a file: may he? which blob? open it. */
#include "server/app/content.h"

#include "server/app/file_access.h"
#include "server/format/kind.h"
#include "storage/blob.h"

static bool mime_shown(struct str mime)
{
    for (size_t i = 0; i < kinds_n; i++)
        if (str_eqz(mime, kinds[i].mime))
            return kinds[i].shown;
    return false;
}

enum err content_open(struct call *c, int64_t file_id, int64_t version, struct content *out)
{
    struct file_access f;
    enum err e = file_readable(c, file_id, version, &f);
    if (e)
        return e;
    *out = (struct content){ .fd = -1,
                             .resource_id = f.resource_id,
                             .size = (uint64_t)f.size,
                             .sha256 = f.sha256,
                             .mime = f.mime,
                             .name = f.name,
                             .shown = !f.quarantined && mime_shown(f.mime) };
    return blobs_fd(c->house->blobs, f.sha256, out->size, &out->fd);
}
