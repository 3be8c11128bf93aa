/* fuzz_form.c: every input of the form corpus is survived.
 *
 * SPDX-License-Identifier: MIT
 */
#define TR_REPLAY
/* One source, two programs. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../fuzz/fuzz-form.c"
