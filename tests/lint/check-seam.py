# SPDX-License-Identifier: GPL-3.0-or-later
"""Clock, randomness and environment are read behind CdEnv only, so that a whole day can be run again."""
import re

import common

ALLOWED = ('src/sys/', 'src/main.c')
KINDS = [
    ('the clock', r'g_get_real_time|g_get_monotonic_time|g_get_current_time|g_date_time_new_now\w*|g_source_get_time|g_timer_new|'
                  r'clock_gettime|clock_nanosleep|nanosleep|usleep|sleep|g_usleep|gettimeofday|time|localtime(?:_r)?|gmtime(?:_r)?|mktime|'
                  r'gdk_frame_clock_get_frame_time'),
    ('chance', r'g_random_\w+|g_rand_new|g_rand_new_with_seed_array|g_uuid_string_random|s?rand(?:om)?(?:_r)?|[dlm]rand48|arc4random\w*|'
               r'getrandom|getentropy|gnutls_rnd|sqlite3_randomness'),
    ('the environment', r'(?:g_|secure_)?getenv|g_get_environ|g_get_home_dir|g_get_tmp_dir|g_get_user_\w+|g_get_host_name|'
                        r'g_get_user_name|g_get_real_name|gethostname'),
    ('a timer', r'g_timeout_add\w*|g_timeout_source_new\w*|g_task_run_in_thread\w*'),
]
# The widgets run on the frame clock and may time what the eye sees; they decide nothing by it.
UI_MAY = {'gdk_frame_clock_get_frame_time', 'g_timeout_add_once', 'g_timeout_add', 'g_timeout_add_full', 'g_timeout_add_seconds'}


def check(root, findings):
    patterns = [(what, re.compile(r'(?<![\w>.])(' + names + r')\s*\(')) for what, names in KINDS]
    sources = common.files(root, 'src', suffixes=['.c', '.h'])
    for path in sources:
        place = path.as_posix()
        if place.startswith(ALLOWED):
            continue
        text = common.code_of(common.read(root, path))
        for what, pattern in patterns:
            for match in pattern.finditer(text):
                if place.startswith('src/ui/') and match.group(1) in UI_MAY:
                    continue
                findings.add(path, common.line_of(text, match.start()),
                             f'{match.group(1)} reads {what}, expected CdEnv (src/sys/cd-env.h)')
    return len(sources)


common.main(check)
