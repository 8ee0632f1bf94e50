/* matrix-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "matrix.h"

const MatrixDriver *
matrix_files_drivers (guint *n)
{
  *n = 0;
  return NULL;
}
