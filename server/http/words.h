/* Lists of words that fields may be (ENUM rows of shapes.def). Each list ends with NULL. */
#ifndef HTTP_WORDS_H
#define HTTP_WORDS_H

#define WORDS(name, ...) extern const char *const words_##name[];
#include "server/http/words.def"
#undef WORDS

#endif
