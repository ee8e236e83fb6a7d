#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

/* archive_set_error is variadic, which Swift does not import. */
static inline void archive_set_error_text(struct archive *a, int number, const char *text) {
    archive_set_error(a, number, "%s", text);
}

/* LC_CTYPE_MASK is a macro that Swift does not import. */
static inline locale_t new_ctype_locale(const char *name) {
    return newlocale(LC_CTYPE_MASK, name, (locale_t)0);
}
