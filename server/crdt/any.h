/* Values inside documents. Two notations carry them: lib0's "any" (a tag byte, then the value) and
 * JSON in text. Checked here at the door, so that whoever prints them later need not doubt them.
 * V1: values nest at most VALUE_DEPTH deep. */
#ifndef CRDT_ANY_H
#define CRDT_ANY_H

#include "server/base/buf.h"
#include "server/crdt/in.h"

enum { VALUE_DEPTH = 200 };

enum any_tag {
    ANY_BYTES = 116,
    ANY_ARRAY = 117,
    ANY_OBJECT = 118,
    ANY_STRING = 119,
    ANY_TRUE = 120,
    ANY_FALSE = 121,
    ANY_BIGINT = 122,
    ANY_FLOAT64 = 123,
    ANY_FLOAT32 = 124,
    ANY_INTEGER = 125,
    ANY_NULL = 126,
    ANY_UNDEFINED = 127
};

/* One value, checked and passed over; the bytes it took. */
struct str any_skip(struct in *in);
/* lib0's signed varint, below 2^53: the magnitude, and its sign, which zero has too. */
uint64_t in_signed(struct in *in, bool *negative);
void buf_signed(struct buf *out, uint64_t magnitude, bool negative);
/* One value as JSON, as JSON.stringify prints it: undefined, NaN and infinities become null,
 * members that are undefined are left out; bytes become base64 in a string, big integers plain
 * digits. */
void any_json(struct in *in, struct buf *out);
/* One value as JavaScript puts it into a string: objects are "[object Object]". */
void any_text(struct in *in, struct buf *out);

/* Is it one JSON text (RFC 8259)? Escapes of lone surrogates are allowed, as JSON.parse does. */
bool json_valid(struct str s);
/* A valid JSON text as one any value, and the other way round (any_json). */
void json_any(struct str json, struct buf *out);
/* The string between the quotes, its escapes undone; lone surrogates become U+FFFD. */
void json_unquote(struct str quoted, struct buf *out);

/* A number as JavaScript prints it (ECMA-262, Number::toString, radix 10). */
void number_text(struct buf *out, double v);
/* A number as lib0 writes it: the smallest of integer, float32, float64 that holds it. */
void number_any(struct buf *out, double v);
void buf_f64be(struct buf *out, double v);

#endif
