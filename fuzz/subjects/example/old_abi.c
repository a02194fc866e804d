/* SPDX-License-Identifier: MIT
 * A subject built against another version of subject.h: it must be refused before it is called.
 */
#include <stddef.h>

#include "fuzz/subject.h"

const bp_subject* bp_subject_get(void) {
  static const bp_subject subject = {.abi_version = BP_ABI_VERSION + 1, .name = "old"};
  return &subject;
}
