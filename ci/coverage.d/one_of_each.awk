# SPDX-License-Identifier: MIT
# Of lines "subject, TAB, id of an obligation" the first id of each subject and kernel (".v6.1" in it).
{
  kernel = match($2, /\.v[0-9]+\.[0-9]+/) ? substr($2, RSTART, RLENGTH) : ""
  if (!(($1, kernel) in seen)) print $2
  seen[$1, kernel] = 1
}
