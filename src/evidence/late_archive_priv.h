/* libarchive, loaded when it is first needed: base/late.h. late_archive_load() comes before any of its calls. */
#ifndef MARSAD_EVIDENCE_LATE_ARCHIVE_PRIV_H
#define MARSAD_EVIDENCE_LATE_ARCHIVE_PRIV_H

#include <archive.h>
#include <archive_entry.h>

#include "base/late.h"

#define ARCHIVE_CALLS(X)                                                                                     \
    X(archive_entry_filetype)                                                                                \
    X(archive_entry_free)                                                                                    \
    X(archive_entry_hardlink)                                                                                \
    X(archive_entry_is_encrypted)                                                                            \
    X(archive_entry_new)                                                                                     \
    X(archive_entry_pathname)                                                                                \
    X(archive_entry_set_filetype)                                                                            \
    X(archive_entry_set_mtime)                                                                               \
    X(archive_entry_set_pathname)                                                                            \
    X(archive_entry_set_perm)                                                                                \
    X(archive_entry_set_size)                                                                                \
    X(archive_entry_size)                                                                                    \
    X(archive_entry_size_is_set)                                                                             \
    X(archive_entry_symlink)                                                                                 \
    X(archive_error_string)                                                                                  \
    X(archive_read_data_block)                                                                               \
    X(archive_read_free)                                                                                     \
    X(archive_read_new)                                                                                      \
    X(archive_read_next_header)                                                                              \
    X(archive_read_open_filename)                                                                            \
    X(archive_read_open_memory)                                                                              \
    X(archive_read_support_format_tar)                                                                       \
    X(archive_read_support_format_zip)                                                                       \
    X(archive_write_close)                                                                                   \
    X(archive_write_data)                                                                                    \
    X(archive_write_free)                                                                                    \
    X(archive_write_header)                                                                                  \
    X(archive_write_new)                                                                                     \
    X(archive_write_open_filename)                                                                           \
    X(archive_write_set_format_pax_restricted)                                                               \
    X(archive_write_set_format_zip)                                                                          \
    X(archive_write_set_options)

struct archive_calls {
    ARCHIVE_CALLS(LATE_MEMBER)
};
extern struct archive_calls late_archive;
int late_archive_load(struct error *err) MUST_USE;

#define archive_entry_filetype                  late_archive.archive_entry_filetype
#define archive_entry_free                      late_archive.archive_entry_free
#define archive_entry_hardlink                  late_archive.archive_entry_hardlink
#define archive_entry_is_encrypted              late_archive.archive_entry_is_encrypted
#define archive_entry_new                       late_archive.archive_entry_new
#define archive_entry_pathname                  late_archive.archive_entry_pathname
#define archive_entry_set_filetype              late_archive.archive_entry_set_filetype
#define archive_entry_set_mtime                 late_archive.archive_entry_set_mtime
#define archive_entry_set_pathname              late_archive.archive_entry_set_pathname
#define archive_entry_set_perm                  late_archive.archive_entry_set_perm
#define archive_entry_set_size                  late_archive.archive_entry_set_size
#define archive_entry_size                      late_archive.archive_entry_size
#define archive_entry_size_is_set               late_archive.archive_entry_size_is_set
#define archive_entry_symlink                   late_archive.archive_entry_symlink
#define archive_error_string                    late_archive.archive_error_string
#define archive_read_data_block                 late_archive.archive_read_data_block
#define archive_read_free                       late_archive.archive_read_free
#define archive_read_new                        late_archive.archive_read_new
#define archive_read_next_header                late_archive.archive_read_next_header
#define archive_read_open_filename              late_archive.archive_read_open_filename
#define archive_read_open_memory                late_archive.archive_read_open_memory
#define archive_read_support_format_tar         late_archive.archive_read_support_format_tar
#define archive_read_support_format_zip         late_archive.archive_read_support_format_zip
#define archive_write_close                     late_archive.archive_write_close
#define archive_write_data                      late_archive.archive_write_data
#define archive_write_free                      late_archive.archive_write_free
#define archive_write_header                    late_archive.archive_write_header
#define archive_write_new                       late_archive.archive_write_new
#define archive_write_open_filename             late_archive.archive_write_open_filename
#define archive_write_set_format_pax_restricted late_archive.archive_write_set_format_pax_restricted
#define archive_write_set_format_zip            late_archive.archive_write_set_format_zip
#define archive_write_set_options               late_archive.archive_write_set_options

#endif
