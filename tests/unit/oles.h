/* Making compound files for tests, with sectors of 512 bytes: streams at the top, those under 4 KiB
 * in small sectors. What is built stands in a buf,
 * where a test may then spoil it. */
#ifndef TESTS_OLES_H
#define TESTS_OLES_H

#include "server/base/buf.h"

#include <string.h>

enum { OLES_SECTOR = 512, OLES_MINI = 64, OLES_MAX = 7 };

struct oles {
    struct {
        const char *name;
        struct str bytes;
        bool inside; /* the last may lie in a storage */
    } v[OLES_MAX];
    size_t n;
};

static inline void oles_add(struct oles *o, const char *name, struct str bytes)
{
    o->v[o->n].name = name;
    o->v[o->n++].bytes = bytes;
}

static inline uint32_t oles_sectors(size_t bytes, size_t size)
{
    return (uint32_t)((bytes + size - 1) / size);
}

static inline void oles_pad(struct buf *b, size_t size, char with)
{
    while (b->n % size)
        buf_char(b, with);
}

/* Links of a chain of n that begins at first. */
static inline void oles_chain(struct buf *fat, uint32_t first, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buf_u32(fat, i + 1 < n ? first + i + 1 : 0xfffffffe);
}

static inline void oles_entry(struct buf *b, const char *name, int type, const uint32_t links[3],
                              uint32_t first, size_t size)
{
    char zeroes[64] = "";
    size_t n = strlen(name);
    for (size_t i = 0; i < 32; i++)
        buf_u16(b, i < n ? (unsigned char)name[i] : 0);
    buf_u16(b, (uint16_t)(n ? 2 * n + 2 : 0));
    buf_char(b, (char)type);
    buf_char(b, 1);
    for (int i = 0; i < 3; i++)
        buf_u32(b, links[i]);
    buf_put(b, zeroes, 36);
    buf_u32(b, first);
    buf_u32(b, (uint32_t)size);
    buf_u32(b, 0);
}

static inline void oles_header(struct buf *out, uint32_t mini_fat, uint32_t mini_fat_n)
{
    static const uint16_t head[] = { 0x3e, 3, 0xfffe, 9, 6, 0, 0, 0, 0, 0 };
    uint32_t none = 0xfffffffe;
    uint32_t tail[] = { 1, 1, 0, 4096, mini_fat_n ? mini_fat : none, mini_fat_n, none, 0, 0 };
    buf_put(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        buf_u16(out, head[i]);
    for (size_t i = 0; i < sizeof tail / sizeof *tail; i++)
        buf_u32(out, tail[i]);
    while (out->n < OLES_SECTOR)
        buf_u32(out, ~0u);
}

/* Root, streams and the storage around the last of them. */
static inline void oles_directory(const struct oles *o, struct buf *dir, const uint32_t *first,
                                  uint32_t mini, size_t mini_n)
{
    uint32_t n = (uint32_t)o->n, top = n && o->v[n - 1].inside ? n - 1 : n;
    oles_entry(dir, "Root Entry", 5, (uint32_t[]){ ~0u, ~0u, n ? 1 : ~0u }, mini, mini_n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t right = i + 1 < top ? i + 2 : i + 1 == top && top < n ? n + 1 : ~0u;
        oles_entry(dir, o->v[i].name, 2, (uint32_t[]){ ~0u, right, ~0u }, first[i],
                   o->v[i].bytes.n);
    }
    if (top < n)
        oles_entry(dir, "Inside", 1, (uint32_t[]){ ~0u, ~0u, n }, 0, 0);
    while (dir->n % OLES_SECTOR || dir->n < (OLES_MAX + 2) * 128)
        oles_entry(dir, "", 0, (uint32_t[]){ ~0u, ~0u, ~0u }, 0, 0);
}

/* Sectors: FAT (one, so at most some 60 KiB in all), directory, small FAT, small sectors, then the
 * large streams. */
static inline void oles_end(const struct oles *o, struct buf *out)
{
    struct buf fat, mini_fat, mini, dir;
    struct buf *all[] = { &fat, &mini_fat, &mini, &dir };
    uint32_t first[OLES_MAX] = { 0 };
    for (size_t i = 0; i < 4; i++)
        buf_init(all[i], 1 << 20);
    for (size_t i = 0; i < o->n; i++) {
        struct str s = o->v[i].bytes;
        if (s.n >= 4096)
            continue;
        first[i] = (uint32_t)(mini.n / OLES_MINI);
        oles_chain(&mini_fat, first[i], oles_sectors(s.n, OLES_MINI));
        buf_add(&mini, s);
        oles_pad(&mini, OLES_MINI, 0);
    }
    uint32_t dir_n = oles_sectors((OLES_MAX + 2) * 128, OLES_SECTOR);
    uint32_t mf_n = oles_sectors(mini_fat.n, OLES_SECTOR), m_n = oles_sectors(mini.n, OLES_SECTOR);
    uint32_t at = 1 + dir_n + mf_n + m_n;
    buf_u32(&fat, 0xfffffffd);
    oles_chain(&fat, 1, dir_n);
    oles_chain(&fat, 1 + dir_n, mf_n);
    oles_chain(&fat, 1 + dir_n + mf_n, m_n);
    for (size_t i = 0; i < o->n; i++) {
        if (o->v[i].bytes.n < 4096)
            continue;
        first[i] = at;
        oles_chain(&fat, at, oles_sectors(o->v[i].bytes.n, OLES_SECTOR));
        at += oles_sectors(o->v[i].bytes.n, OLES_SECTOR);
    }
    oles_pad(&fat, OLES_SECTOR, '\xff');
    oles_pad(&mini_fat, OLES_SECTOR, '\xff');
    oles_pad(&mini, OLES_SECTOR, 0);
    oles_directory(o, &dir, first, m_n ? 1 + dir_n + mf_n : 0xfffffffe, mini.n);
    oles_header(out, 1 + dir_n, mf_n);
    buf_add(out, buf_str(&fat));
    buf_add(out, buf_str(&dir));
    buf_add(out, buf_str(&mini_fat));
    buf_add(out, buf_str(&mini));
    for (size_t i = 0; i < o->n; i++)
        if (o->v[i].bytes.n >= 4096) {
            buf_add(out, o->v[i].bytes);
            oles_pad(out, OLES_SECTOR, 0);
        }
    for (size_t i = 0; i < 4; i++)
        buf_fini(all[i]);
}

#endif
