/* What the files of uploads share. */
#ifndef APP_UPLOAD_INT_H
#define APP_UPLOAD_INT_H

#include "server/app/upload.h"

#include "server/app/viewer.h"
#include "storage/spool.h"
#include "storage/upload.h"

/* Fills name, path, modified, resource_id and file_id from "key base64,key base64". Pure. The name
 * is one part of a path, never empty; the path has no empty part and none that leads upwards.
 * E_INPUT. */
enum err upload_metadata(struct call *c, struct str metadata, struct upload *u) MUST_USE;
/* "a/../b//c" without the parts that are empty or only dots, of strange characters and too much. */
struct str upload_path(struct call *c, struct str path);
/* E_NOT_FOUND: there is none of the caller's. */
enum err upload_of_mine(struct call *c, struct str id, struct upload *u) MUST_USE;
/* E_GONE, E_FILE_REFUSED with its reason; E_OK: receiving, complete or taken. */
enum err upload_still(struct call *c, const struct upload *u) MUST_USE;
/* One of the caller's whose bytes are all there; E_OFFSET: they are not. */
enum err upload_whole(struct call *c, struct str id, struct upload *u) MUST_USE;
/* May so many bytes come for the upload `id`, STR_NONE: for a new one? -1: nobody knows how many,
 * so they count as the most there may be. Inside a transaction, so that two cannot have the same
 * room. E_TOO_LARGE, E_RATE, E_QUOTA, E_DISK_FULL. */
enum err upload_room(struct call *c, struct str id, int64_t length) MUST_USE;
/* All bytes are in the spool: the file is looked at by the probe and stored, or refused. Does
 * nothing when that has been done. E_FILE_REFUSED. */
enum err upload_finish(struct call *c, struct upload *u) MUST_USE;

#endif
