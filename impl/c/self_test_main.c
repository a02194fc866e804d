/* SPDX-License-Identifier: MIT
 * Runs impl/c/self_test.c where there is a C library. */
int bpa_self_test(void);

int main(void) { return bpa_self_test() == 0 ? 0 : 1; }
