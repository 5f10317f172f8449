/* The letters of search_terms.def: what search_index.c puts into the index, search.c asks for. */
#ifndef APP_SEARCH_TERMS_H
#define APP_SEARCH_TERMS_H

#include "storage/search.h"

enum search_term {
#define TERM(name, letter, value, dict) TERM_##name = letter,
#include "server/app/search_terms.def"
#undef TERM
};

#endif
