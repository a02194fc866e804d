# SPDX-License-Identifier: MIT
# What the scripts of ci/ share: where the tree is, how an error looks, how a preset is built.
# Sourced, never run. Leaves out: what to install (setup) and what to run (test, fuzz).
# shellcheck shell=bash

BP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BP_LOGS=$BP_ROOT/build/log
BP_SELF=ci/${0##*/}

# Exit statuses, the same as those of the program.
# shellcheck disable=SC2034  # read by the scripts that source this
BP_VIOLATION=1
BP_USAGE=2
BP_INFRASTRUCTURE=3

# Sanitizer reports name functions and lines only with the symbolizer of the same LLVM.
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-/usr/lib/llvm-19/bin/llvm-symbolizer}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

# die STATUS TEXT: one line that says what, where, and what to do.
die() {
  printf '%s: %s\n' "$BP_SELF" "$2" >&2
  exit "$1"
}

# The comment at the top of the running script, less its first two lines, is its help.
help() {
  sed -n '3,/^[^#]/{s/^# \{0,1\}//;/^[^#]*$/p}' "$0" | sed '/^set -/,$d'
}

# configure PRESET: unless it is configured already, for this tree and these presets.
configure() {
  local preset=$1 dir=$BP_ROOT/build/$1 log=$BP_LOGS/configure-$1.log fresh=(--fresh)
  if [[ -f $dir/build.ninja ]] && grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$BP_ROOT" "$dir/CMakeCache.txt"; then
    [[ $dir/.configured -nt $BP_ROOT/CMakePresets.json ]] && return 0
    # Somebody ran cmake by hand: what is built stays.
    [[ -e $dir/.configured ]] || fresh=()
  fi
  grep -qF "\"name\": \"$preset\"" "$BP_ROOT/CMakePresets.json" ||
    die $BP_USAGE "$preset: no such preset; 'cmake --list-presets' names them"
  command -v cmake >/dev/null || die $BP_INFRASTRUCTURE "cmake is missing; run ci/setup"
  # A tree that was moved or half configured starts afresh, and so does one whose presets have changed.
  if ! (cd "$BP_ROOT" && cmake --preset "$preset" "${fresh[@]}") >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die $BP_INFRASTRUCTURE "preset $preset cannot be configured, see above; if a package is missing run ci/setup"
  fi
  touch "$dir/.configured"
}

# build PRESET [TARGET...]: quiet if it works; the compiler's words on stderr if not. Two builds of
# one preset wait for each other: ninja keeps no lock of its own.
build() {
  local preset=$1 log=$BP_LOGS/build-$1.log lock status=0
  shift
  mkdir -p "$BP_LOGS"
  exec {lock}>"$BP_ROOT/build/$preset.lock"
  flock "$lock"
  configure "$preset"
  ninja -C "$BP_ROOT/build/$preset" -j "$(nproc)" --quiet "$@" >"$log" 2>&1 || status=$?
  exec {lock}>&-
  if ((status != 0)); then
    tail -n 80 "$log" >&2
    die $BP_INFRASTRUCTURE "build of preset $preset failed, see above (all of it: ${log#"$BP_ROOT"/})"
  fi
}
