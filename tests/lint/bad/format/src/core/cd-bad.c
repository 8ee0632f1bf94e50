/* SPDX-License-Identifier: GPL-3.0-or-later */
int bad(int a) {
    return a+1;
}
