/* What the parts of the docx writer share. Lengths are twips (1/1440 inch) unless said otherwise.
 */
#ifndef FORMAT_PAPER_DOCX_INT_H
#define FORMAT_PAPER_DOCX_INT_H

#include "server/base/map.h"
#include "server/format/paper.h"
#include "server/format/write.h"

enum { DOCX_CAP = 256 << 20, DOCX_COLUMNS = 63 /* Word has no more */, PX = 15, EMU_PX = 9525 };

#define DOCX_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define DOCX_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define DOCX_NAMES                                                                                 \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                    \
    "xmlns:r=\"" DOCX_REL "\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/"    \
    "math\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "  \
    "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "                    \
    "xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\" mc:Ignorable=\"w14\""

/* Where a comment begins and ends. from NULL: nowhere, then at the beginning of the document. */
struct docx_anchor {
    const struct paper *from, *to; /* texts */
    size_t from_at, to_at;         /* bytes */
    size_t first, n;               /* numbers of the comment and its replies */
};

struct docx_part {
    char name[40];
    struct str bytes;
};

struct docx {
    const struct paper_job *job;
    struct paper_report *report;
    struct arena *arena;
    struct buf body, rels, nums, comments, threads;
    struct map *images, *links; /* address → relation's name; an image that is none → "" */
    struct docx_part *media;
    size_t media_n, media_room;
    int rel_n, num_n, drawing_n;
    int width, height; /* of the text */
    struct docx_anchor *anchors;
    size_t anchors_n;
    bool lost_anchors_put;
    int depth;
};

/* Where a block stands. */
struct docx_flow {
    int width;  /* that it may take */
    int indent; /* of what stands in quotes and lists */
    int list;   /* lists around it */
    int number; /* w:numId its first paragraph carries; 0: none */
    bool head;  /* in a cell of a head */
    bool quote;
    const char *task; /* a box before its first paragraph, or NULL */
};

void docx_blocks(struct docx *d, const struct paper *p, struct docx_flow f);
/* Properties of an empty paragraph, and the paragraph. */
void docx_empty(struct docx *d);
void docx_table(struct docx *d, const struct paper *p, struct docx_flow f);
/* A relation of the document; gives its name ("rId12"). */
struct str docx_relate(struct docx *d, const char *type, struct str target, bool outside);

/* Comments: find the places, write their marks at a byte of a text, write their parts. */
void docx_comments_find(struct docx *d);
void docx_comments_lost(struct docx *d); /* those without a place, once */
/* The next byte at or after `at` where a mark stands; SIZE_MAX: none. */
size_t docx_comment_next(const struct docx *d, const struct paper *text, size_t at);
void docx_comment_marks(struct docx *d, const struct paper *text, size_t at);

/* Puts everything into a package. */
enum err docx_pack(struct docx *d, struct buf *out) MUST_USE;

#endif
