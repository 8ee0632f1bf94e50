/* bench-chain-venue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The venue of bench-chain.c: "bench-chain-venue BATCH RATE" says its port, CA and revocation list in one line, and serves until its
 * parent ends. It sends one cycle of prepared frames again and again, each begun by a snapshot, so that writing costs it nothing.
 */
#include "bench.h"
#include "cd-stream.h"
#include "cd-venue-certs.h"
#include "cd-wire-md.h"

#include <libsoup/soup.h>
#include <signal.h>
#include <sys/prctl.h>

#define LEVELS 20
#define CYCLE 50000

typedef struct
{
  CdEnv *env;
  SoupWebsocketConnection *connection;
  CdStream *stream;
  GPtrArray *frames; /* of one cycle; the first holds the snapshot */
  guint batch;       /* deltas in a frame */
  gint64 per_s;
  gint64 begin_us, sent; /* deltas */
  guint next;
} Venue;

static void
change_book (CdBook *book, guint32 *seed, CdLevel *bids, CdLevel *asks)
{
  for (guint i = 0; i < 3; i++)
    {
      gint64 step = bench_random (seed) % LEVELS;

      bids[i] = (CdLevel){ .price = 970000 - step * 100, .qty = 1 + bench_random (seed) % 9999, .orders = 1 };
      asks[i] = (CdLevel){ .price = 970100 + step * 100, .qty = 1 + bench_random (seed) % 9999, .orders = 1 };
      cd_book_set (book, CD_SIDE_BUY, bids[i].price, bids[i].qty, 1);
      cd_book_set (book, CD_SIDE_SELL, asks[i].price, asks[i].qty, 1);
    }
}

static void
write_snapshot (GString *text, CdBook *book)
{
  CdLevel bids[LEVELS], asks[LEVELS];

  for (guint i = 0; i < LEVELS; i++)
    {
      cd_book_level (book, CD_SIDE_BUY, i, &bids[i]);
      cd_book_level (book, CD_SIDE_SELL, i, &asks[i]);
    }
  cd_md_write_snapshot (text, "CEA25", "bench", 1, cd_book_crc (book), bids, LEVELS, asks, LEVELS);
}

static GPtrArray *
make_cycle (guint batch)
{
  GPtrArray *frames = g_ptr_array_new ();
  g_autoptr (CdBook) book = cd_book_new (4, 0);
  g_autoptr (GString) text = g_string_new (NULL);
  CdMdBatch frame = { .text = text };
  guint32 seed = 7;
  gsize len;

  for (gint64 i = 0; i < LEVELS; i++)
    {
      cd_book_set (book, CD_SIDE_BUY, 970000 - i * 100, 1000, 1);
      cd_book_set (book, CD_SIDE_SELL, 970100 + i * 100, 1000, 1);
    }
  write_snapshot (text, book);
  g_ptr_array_add (frames, g_strdup (text->str));
  for (guint64 seq = 2; seq < CYCLE + 2;)
    {
      cd_md_batch_begin (&frame);
      for (guint i = 0; i < batch && seq < CYCLE + 2; i++, seq++)
        {
          CdLevel bids[3], asks[3];

          change_book (book, &seed, bids, asks);
          cd_md_batch_next (&frame);
          cd_md_write_depth (text, "CEA25", seq - 1, seq, cd_book_crc (book), bids, 3, asks, 3);
        }
      g_ptr_array_add (frames, g_strdup (cd_md_batch_end (&frame, &len)));
    }
  return frames;
}

static gboolean
pace_cb (gpointer data)
{
  Venue *venue = data;
  gint64 due;

  if (!venue->connection || soup_websocket_connection_get_state (venue->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return G_SOURCE_CONTINUE;
  if (!venue->begin_us)
    venue->begin_us = cd_env_boot_us (venue->env);
  due = (cd_env_boot_us (venue->env) - venue->begin_us) * venue->per_s / G_USEC_PER_SEC;
  /* A client that does not keep up gets what it can take: its queue stays bounded. */
  while (venue->sent < due && cd_stream_get_queued (venue->stream) < 1024 * 1024)
    {
      soup_websocket_connection_send_text (venue->connection, g_ptr_array_index (venue->frames, venue->next));
      venue->sent += venue->next ? venue->batch : 0;
      venue->next = (venue->next + 1) % venue->frames->len;
    }
  return G_SOURCE_CONTINUE;
}

static void
upgraded_cb (SoupServerMessage *message, gpointer data)
{
  Venue *venue = data;
  g_autoptr (GUri) uri = g_uri_parse ("wss://localhost/v1/md", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GString) hello = g_string_new (NULL);
  const CdMdHello said = { .epoch = "bench", .server_time_us = cd_env_real_us (venue->env), .market_time_us = 1, .rate_e3 = 1000, .practice = TRUE };

  g_object_ref (message);
  base = soup_server_message_steal_connection (message);
  venue->stream = cd_stream_new (venue->env, base);
  venue->begin_us = venue->sent = venue->next = 0;
  cd_stream_set_guard (venue->stream, CD_STREAM_GUARD_SERVER);
  venue->connection = soup_websocket_connection_new (G_IO_STREAM (venue->stream), uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  cd_md_write_hello (hello, &said);
  soup_websocket_connection_send_text (venue->connection, hello->str);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  if (soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    g_signal_connect (message, "wrote-informational", G_CALLBACK (upgraded_cb), data);
  else
    soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
}

int
main (int argc, char **argv)
{
  static const char *const persons[] = { "bench", NULL };
  Venue venue = { .env = cd_env_default () };
  g_autofree char *dir = g_dir_make_tmp ("carbondesk-bench-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CdVenueCerts) certs = cd_venue_certs_ensure (venue.env, dir, persons, &error);
  g_autoptr (GTlsCertificate) certificate = certs ? g_tls_certificate_new_from_files (certs->server_cert_path, certs->server_key_path, &error) : NULL;
  SoupServer *server = soup_server_new ("tls-certificate", certificate, NULL);

  if (argc != 3)
    g_error ("expected: bench-chain-venue BATCH RATE");
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  venue.batch = (guint)g_ascii_strtoull (argv[1], NULL, 10);
  venue.per_s = g_ascii_strtoll (argv[2], NULL, 10);
  venue.frames = make_cycle (venue.batch);
  soup_server_add_early_handler (server, NULL, request_cb, &venue, NULL);
  if (!certificate || !soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error))
    g_error ("%s", error->message);
  g_timeout_add (1, pace_cb, &venue);
  g_print ("%d %s %s\n", g_uri_get_port (soup_server_get_uris (server)->data), certs->ca_path, certs->crl_path);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}
