/* cd-card.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which certificate a pkcs11: address means where several fit: of two persons on one card, of one person on two cards, an old one beside
 * the new one, those of issuers. What cannot be told is refused by name and never guessed (reliability CE22, CE23).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * cd_card_find:
 * @certificate: pkcs11: address of one or more certificates
 * @key: as for cd_identity_new(); the same address as @certificate = the key that belongs to it
 * @person: (nullable): whose
 * @now_us: UTC
 * @certificate_found: (out) (transfer full): the full address of one certificate, with the serial number of its token
 * @key_found: (out) (transfer full): of its key on the same token; @key itself when that is no pkcs11: address
 * @error: %CD_NET_ERROR_CERTIFICATE: names the persons or tokens that fit; of an address that holds a PIN only that it does
 *
 * Of the certificates of one person the one that is good today and ends last. May block for as long as a card takes; asks for no PIN.
 */
gboolean cd_card_find (const char *certificate, const char *key, const char *person, gint64 now_us, char **certificate_found, char **key_found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
