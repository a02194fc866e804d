# SPDX-License-Identifier: MIT
# What the scripts of ci/cluster share: the program, options that all have, and the end: all shards
# made one folder and looked at. Sourced, never run.
# shellcheck shell=bash

source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
BP_SELF=ci/cluster/${0##*/}
BP_PROGRAM=${BP_PROGRAM:-$BP_ROOT/build/release/bin/buddyproof}

# needs PROGRAM PACKAGE...: ends with 3 and what to install if it is missing.
needs() {
  command -v "$1" >/dev/null ||
    die $BP_INFRASTRUCTURE "$1 is missing; install ${*:2}, or run ci/setup --with-cluster"
}

has_program() {
  [[ -x $BP_PROGRAM ]] || die $BP_INFRASTRUCTURE "$BP_PROGRAM: not built; run ci/build release buddyproof"
}

# number NAME VALUE MAX: VALUE is a number from 1 to MAX.
number() {
  [[ $2 =~ ^[1-9][0-9]*$ && ${#2} -le 9 ]] && (($2 <= $3)) ||
    die $BP_USAGE "$1 $2: write a number from 1 to $3"
}

# new_folder PATH: an absolute path of a folder that is made, and holds no campaign's shards yet.
new_folder() {
  local path
  path=$(realpath -m "$1")
  [[ ! -e $path || -d $path ]] || die $BP_USAGE "$1: is a file; name a folder"
  compgen -G "$path/shard-*" >/dev/null && die $BP_USAGE "$1: holds shards already; name another folder"
  mkdir -p "$path" 2>/dev/null || die $BP_USAGE "$1: cannot be made; name a folder that can"
  echo "$path"
}

# shards_done OUT COUNT: how many of OUT/shard-0 .. COUNT-1 are folders of campaigns.
shards_done() {
  local i done=0
  for ((i = 0; i < $2; ++i)); do
    if [[ -s $1/shard-$i/manifest.json ]]; then ((++done)); else echo "$BP_SELF: shard $i left nothing" >&2; fi
  done
  echo "$done"
}

# conclude OUT COUNT: OUT/all holds what every shard found. Ends with 1 if a rule was broken, 3 if a
# shard is missing, 0 otherwise.
conclude() {
  local out=$1 done
  done=$(shards_done "$out" "$2")
  ((done > 0)) || die $BP_INFRASTRUCTURE "no shard left a campaign; what they said is in $out/logs"
  "$BP_PROGRAM" campaign merge "$out"/shard-* -o "$out/all"
  "$BP_PROGRAM" status "$out/all"
  if compgen -G "$out/all/crashes/*/*" >/dev/null; then exit $BP_VIOLATION; fi
  ((done == $2)) || exit $BP_INFRASTRUCTURE
}
