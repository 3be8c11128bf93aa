/* fuzz_template.c: every input of the template corpus is survived.
 *
 * SPDX-License-Identifier: MIT
 */
#define TR_REPLAY
/* One source, two programs. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../fuzz/fuzz-template.c"
