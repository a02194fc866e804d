#!/bin/bash -eu
# SPDX-License-Identifier: MIT
# How OSS-Fuzz and ClusterFuzzLite build the fuzz target: only $CC $CXX $CFLAGS $CXXFLAGS
# $LIB_FUZZING_ENGINE $SRC $WORK $OUT. Leaves seq_fuzzer, its options and its seed corpus in $OUT.
# Both compile by this one script (see ci/oss-fuzz/README.md); ci/oss-fuzz/check runs it without Docker.
cd "$SRC/buddyproof"

objects=$WORK/objects
mkdir -p "$objects"
sources() {
  find model/vocab model/rules model/invariants model/judge model/reference fuzz/program fuzz/subjects \
    fuzz/report fuzz/kernel fuzz/engines fuzz/mutants -name '*.cpp' | grep -vE '_(test|main)\.cpp$|/targets/'
  # Not mutator.cpp: AFL++ would link it too, and its own stages work on any bytes, which all decode.
  printf '%s\n' fuzz/engines/targets/seq.cpp fuzz/engines/targets/target.cpp
}
compile() {
  local object=$objects/${1//\//_}.o
  # Flags are words.
  # shellcheck disable=SC2086
  $CXX $CXXFLAGS -std=c++20 -fPIC -DFMT_HEADER_ONLY -I. -c "$1" -o "$object"
}
export -f compile
export objects CXX CXXFLAGS
sources | xargs -P "$(nproc)" -I{} bash -ec 'compile {}'

# Both are linked into the target: it runs where nothing is installed.
# shellcheck disable=SC2086
$CXX $CXXFLAGS "$objects"/*.o $LIB_FUZZING_ENGINE -Wl,-Bstatic -lzstd -llzma -Wl,-Bdynamic -ldl -lpthread \
  -o "$OUT/seq_fuzzer"

cp .clusterfuzzlite/seq_fuzzer.options "$OUT/"
seeds=$WORK/seeds
rm -rf "$seeds" && mkdir -p "$seeds"
cp corpus/seq/* corpus/regress/* "$seeds"
rm -f "$OUT/seq_fuzzer_seed_corpus.zip"
(cd "$seeds" && python3 -m zipfile -c "$OUT/seq_fuzzer_seed_corpus.zip" ./*)
