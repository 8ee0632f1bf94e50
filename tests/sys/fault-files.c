/* fault-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fault-files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

FaultFiles fault_files;
static guint die_at, n_calls;

void
fault_files_die_at (guint n)
{
  die_at = n;
  n_calls = 0;
}

void
fault_files_tick (void)
{
  if (++n_calls == die_at)
    raise (SIGKILL);
}

/* Dies before or behind the call. */
#define PASS(call, fault)      \
  do                           \
    {                          \
      int ret_ = -1;           \
                               \
      fault_files_tick ();     \
      if ((fault) != 0)        \
        errno = (fault);       \
      else                     \
        {                      \
          int saved_;          \
                               \
          ret_ = (call);       \
          saved_ = errno;      \
          fault_files_tick (); \
          errno = saved_;      \
        }                      \
      return ret_;             \
    }                          \
  while (0)

int __real_openat (int dir, const char *name, int flags, ...);
int __wrap_openat (int dir, const char *name, int flags, ...);
int __wrap_openat64 (int dir, const char *name, int flags, ...);
ssize_t __real_write (int fd, const void *data, size_t len);
ssize_t __wrap_write (int fd, const void *data, size_t len);
int __real_fsync (int fd);
int __wrap_fsync (int fd);
int __real_fchmod (int fd, mode_t mode);
int __wrap_fchmod (int fd, mode_t mode);
int __real_linkat (int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat (int from, const char *old, int to, const char *name, int flags);
int __real_renameat (int from, const char *old, int to, const char *name);
int __wrap_renameat (int from, const char *old, int to, const char *name);
int __real_flock (int fd, int how);
int __wrap_flock (int fd, int how);
int __real_symlink (const char *text, const char *name);
int __wrap_symlink (const char *text, const char *name);
int __real_unlink (const char *name);
int __wrap_unlink (const char *name);
int __real_unlinkat (int dir, const char *name, int flags);
int __wrap_unlinkat (int dir, const char *name, int flags);

static int
pass_openat (int dir, const char *name, int flags, va_list args)
{
  mode_t mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg (args, mode_t) : 0;

  PASS (__real_openat (dir, name, flags, mode), (flags & O_TMPFILE) == O_TMPFILE ? fault_files.tmpfile : 0);
}

int
__wrap_openat (int dir, const char *name, int flags, ...)
{
  va_list args;
  int fd;

  va_start (args, flags);
  fd = pass_openat (dir, name, flags, args);
  va_end (args);
  return fd;
}

/* The name of the call where offsets have 64 bits. */
int
__wrap_openat64 (int dir, const char *name, int flags, ...)
{
  va_list args;
  int fd;

  va_start (args, flags);
  fd = pass_openat (dir, name, flags, args);
  va_end (args);
  return fd;
}

/* Half of it, then the disk is full. */
ssize_t
__wrap_write (int fd, const void *data, size_t len)
{
  ssize_t n;

  if (len < 1000)
    return __real_write (fd, data, len);
  fault_files_tick ();
  if (fault_files.write)
    {
      errno = fault_files.write;
      return -1;
    }
  n = __real_write (fd, data, len / 2);
  fault_files_tick ();
  return n;
}

int
__wrap_fsync (int fd)
{
  PASS (__real_fsync (fd), fault_files.fsync);
}

int
__wrap_fchmod (int fd, mode_t mode)
{
  PASS (__real_fchmod (fd, mode), 0);
}

int
__wrap_linkat (int from, const char *old, int to, const char *name, int flags)
{
  PASS (__real_linkat (from, old, to, name, flags), fault_files.link);
}

int
__wrap_renameat (int from, const char *old, int to, const char *name)
{
  PASS (__real_renameat (from, old, to, name), fault_files.rename);
}

int
__wrap_flock (int fd, int how)
{
  PASS (__real_flock (fd, how), fault_files.flock);
}

int
__wrap_symlink (const char *text, const char *name)
{
  PASS (__real_symlink (text, name), 0);
}

int
__wrap_unlink (const char *name)
{
  PASS (__real_unlink (name), 0);
}

int
__wrap_unlinkat (int dir, const char *name, int flags)
{
  PASS (__real_unlinkat (dir, name, flags), 0);
}
