#pragma once
#include <sqlite3.h>

// Both are in C because the library's constant is a cast that Swift does not see. The library copies the bytes.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const char *text, sqlite3_uint64 length) {
    return sqlite3_bind_text64(statement, place, text ? text : "", length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, sqlite3_uint64 length) {
    return length ? sqlite3_bind_blob64(statement, place, bytes, length, SQLITE_TRANSIENT) : sqlite3_bind_zeroblob(statement, place, 0);
}
