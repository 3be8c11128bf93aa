/* fuzz_multipart.c: every input of the multipart corpus is survived.
 *
 * SPDX-License-Identifier: MIT
 */
#define TR_REPLAY
/* One source, two programs. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../fuzz/fuzz-multipart.c"
