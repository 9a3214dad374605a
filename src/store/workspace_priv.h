#ifndef MARSAD_STORE_WORKSPACE_PRIV_H
#define MARSAD_STORE_WORKSPACE_PRIV_H

#include "store/workspace.h"

enum { PATH_TEXT_BYTES = 4096 };

struct workspace {
    char dir[PATH_TEXT_BYTES], db[PATH_TEXT_BYTES];
    int lock_fd, run_fd; /* -1: not held */
};

int workspace_path(char out[PATH_TEXT_BYTES], const char *dir, const char *name, struct error *err) MUST_USE;
/* Copies that a killed runner left behind. */
int workspace_empty_tmp(const struct workspace *w, struct error *err) MUST_USE;

#endif
