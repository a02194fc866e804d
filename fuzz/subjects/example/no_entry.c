/* SPDX-License-Identifier: MIT
 * A shared object that is no subject: it exports something else.
 */
int not_a_subject(void);
int not_a_subject(void) { return 0; }
