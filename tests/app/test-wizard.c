/* test-wizard.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a few typed letters may mean: initials, ranks and the order of the matches.
 */
#include "cd-pinyin.h"
#include "cd-wizard.h"

/* Against a reading of each by hand; heteronyms have both. */
static void
test_initials (void)
{
  static const struct
  {
    gunichar c;
    const char *letters;
  } known[] = {
    { 0x78b3 /* 碳 */, "T" },
    { 0x6392 /* 排 */, "P" },
    { 0x653e /* 放 */, "F" },
    { 0x914d /* 配 */, "P" },
    { 0x989d /* 额 */, "E" },
    { 0x6d77 /* 海 */, "H" },
    { 0x4e0a /* 上 */, "S" },
    { 0x98ce /* 风 */, "F" },
    { 0x7535 /* 电 */, "D" },
    { 0x5149 /* 光 */, "G" },
    { 0x70ed /* 热 */, "R" },
    { 0x53d1 /* 发 */, "F" },
    { 0x9020 /* 造 */, "Z" },
    { 0x6797 /* 林 */, "L" },
    { 0x534e /* 华 */, "H" },
    { 0x9f0e /* 鼎 */, "D" },
    { 0x6c34 /* 水 */, "S" },
    { 0x6ce5 /* 泥 */, "N" },
    { 0x7164 /* 煤 */, "M" },
    { 0x554a /* 啊 */, "A" },
    { 0x5750 /* 坐 */, "Z" },
    { 0x91cd /* 重 */, "CZ" },
    { 0x884c /* 行 */, "XH" },
    { 'A', "" },
    { 0x3042 /* あ */, "" },
    { 0x9f98 /* 龘 */, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmpstr (cd_pinyin_initials (known[i].c), ==, known[i].letters);
}

static void
test_match (void)
{
  g_assert_cmpint (cd_pinyin_match ("碳排放配额25", "tpfpe"), ==, 0);
  g_assert_cmpint (cd_pinyin_match ("碳排放配额25", "TPFPE25"), ==, 0);
  g_assert_cmpint (cd_pinyin_match ("碳排放配额25", "pe25"), ==, 3);
  g_assert_cmpint (cd_pinyin_match ("碳排放配额25", "pfx"), ==, -1);
  g_assert_cmpint (cd_pinyin_match ("碳排放配额25", ""), ==, -1);
  g_assert_cmpint (cd_pinyin_match ("", "t"), ==, -1);
  g_assert_cmpint (cd_pinyin_match ("重庆", "cq"), ==, 0);
  g_assert_cmpint (cd_pinyin_match ("重庆", "zq"), ==, 0);
  g_assert_cmpint (cd_pinyin_match ("CCER 海上风电 2501（演练）", "hsfd2501"), >, 0);
  g_assert_cmpint (cd_pinyin_match ("CCER 海上风电 2501（演练）", "ccerhsfd"), ==, 0);
}

static void
test_rank (void)
{
  const char *const names[] = { "碳排放配额25", "Allowance 2025", NULL };

  g_assert_cmpint (cd_wizard_rank ("cea25", "CEA25", names), ==, 0);
  g_assert_cmpint (cd_wizard_rank ("ＣＥＡ２５", "CEA25", names), ==, 0);
  g_assert_cmpint (cd_wizard_rank (" CEA ", "CEA25", names), ==, 1);
  g_assert_cmpint (cd_wizard_rank ("碳排", "CEA25", names), ==, 2);
  g_assert_cmpint (cd_wizard_rank ("allow", "CEA25", names), ==, 2);
  g_assert_cmpint (cd_wizard_rank ("tpf", "CEA25", names), ==, 3);
  g_assert_cmpint (cd_wizard_rank ("25", "CEA25", names), ==, 4);
  g_assert_cmpint (cd_wizard_rank ("配额", "CEA25", names), ==, 4);
  g_assert_cmpint (cd_wizard_rank ("fpe", "CEA25", names), ==, 5);
  g_assert_cmpint (cd_wizard_rank ("zzz", "CEA25", names), ==, -1);
  g_assert_cmpint (cd_wizard_rank ("  ", "CEA25", names), ==, -1);
  g_assert_cmpint (cd_wizard_rank ("\xff", "CEA25", names), ==, -1);
}

/* Without a venue: what the desk does not have is not found, commands are, best first. */
static void
test_search (void)
{
  static const CdWizardCommand commands[] = { { "win.stop", "Stop sending", NULL }, { "win.buy", "Buy", "买入" }, { "win.buyer", "Buyers", NULL } };
  g_autoptr (CdDesk) desk = cd_desk_new (cd_env_default (), &(CdDeskConfig){ .profile = "wizard" });
  g_autoptr (GPtrArray) items = cd_wizard_search (desk, "buy", commands, G_N_ELEMENTS (commands), 10);
  g_autoptr (GPtrArray) one = cd_wizard_search (desk, "buy", commands, G_N_ELEMENTS (commands), 1);
  g_autoptr (GPtrArray) other = cd_wizard_search (desk, "mr", commands, G_N_ELEMENTS (commands), 10);

  g_assert_cmpuint (items->len, ==, 2);
  g_assert_cmpstr (((const CdWizardItem *)g_ptr_array_index (items, 0))->id, ==, "win.buy");
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpuint (other->len, ==, 1);
  g_assert_cmpstr (((const CdWizardItem *)g_ptr_array_index (other, 0))->id, ==, "win.buy");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wizard/initials", test_initials);
  g_test_add_func ("/wizard/match", test_match);
  g_test_add_func ("/wizard/rank", test_rank);
  g_test_add_func ("/wizard/search", test_search);
  return g_test_run ();
}
