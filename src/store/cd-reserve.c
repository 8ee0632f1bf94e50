/* cd-reserve.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cd-reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

CdSpace
cd_space_look (CdEnv *env, const char *dir)
{
  gint64 bytes = cd_env_free_bytes (env, dir);

  if (bytes < 0 || bytes >= CD_SPACE_WARN_BYTES)
    return CD_SPACE_OK;
  return bytes >= CD_SPACE_LOW_BYTES ? CD_SPACE_WARN : CD_SPACE_LOW;
}

gboolean
cd_reserve_make (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  struct stat st;
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = fstat (fd, &st) == 0 && S_ISREG (st.st_mode);
  if (ok && (st.st_size != CD_RESERVE_BYTES || (gint64)st.st_blocks * 512 < CD_RESERVE_BYTES))
    ok = posix_fallocate (fd, 0, CD_RESERVE_BYTES) == 0 && ftruncate (fd, CD_RESERVE_BYTES) == 0 && fsync (fd) == 0;
  close (fd);
  /* Half a reserve only takes the room that it should keep. */
  if (!ok)
    unlink (path);
  return ok;
}

gboolean
cd_reserve_release (const char *path)
{
  return unlink (path) == 0;
}
