/* fuzz_psrcat.c: every input of the psrcat corpus is survived.
 *
 * SPDX-License-Identifier: MIT
 */
#define TR_REPLAY
/* One source, two programs. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../fuzz/fuzz-psrcat.c"
