# SPDX-License-Identifier: MIT
# Of `buddyproof prove --list`, the ids that shard `i` of `n` asks: those that begin with `only`, less
# the parts of others in the list ("P-1.edited" of "P-1"), which are asked with them.
{ id[NR] = $1; listed[$1] = 1 }
END {
  for (k = 1; k <= NR; ++k) {
    part = 0
    for (p = id[k]; match(p, /\.[^.]*$/); ) { p = substr(p, 1, RSTART - 1); if (p in listed) part = 1 }
    if (!part && index(id[k], only) == 1 && count++ % n == i) print id[k]
  }
}
