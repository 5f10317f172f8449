/* Headers of pictures and films, and the directory of compound files. */
#include "tests/fuzz/fuzz.h"

#include "server/format/media.h"
#include "server/format/ole.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str s = { (const char *)p, n };
    struct media m;
    struct buf names;
    if (!image_read(s, &m))
        MUST(m.width > 0 && m.height > 0 && m.width * m.height <= PIXELS_MAX && m.image);
    if (!media_read(zip_bytes(&s), &m))
        MUST(m.duration >= 0 && strlen(m.video) <= 4 && strlen(m.audio) <= 4);
    struct str t = exif_thumbnail(s);
    MUST(t.n <= s.n);
    buf_init(&names, 1u << 20);
    (void)!ole_names(zip_bytes(&s), &names);
    buf_fini(&names);
    return 0;
}
