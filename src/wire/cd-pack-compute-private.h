/* cd-pack-compute-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One function a kind of worked example. Each reads @given, asks the engine and writes the engine's answer into the open object @out.
 */
#pragma once

#include "cd-pack-private.h"

G_BEGIN_DECLS

typedef gboolean (*CdPackCompute) (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);

gboolean cd_pack_compute_band (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_order (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_session (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_calendar (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_close (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_composite (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_first_reference (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_carry_over (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_offset_cap (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_eligibility (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_surrender_matrix (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_deadline (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_relief (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_pre_allocation (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_verification_gate (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_penalty (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_allocation (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_borrowing (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);
gboolean cd_pack_compute_collar (const CdPack *pack, const CdJson *given, CdJsonWriter *out, CdJsonFaults *faults, GError **error);

G_END_DECLS
