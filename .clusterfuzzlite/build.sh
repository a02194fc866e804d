#!/bin/bash -eu
# SPDX-License-Identifier: MIT
# How OSS-Fuzz and ClusterFuzzLite build the fuzz targets: only $CC $CXX $CFLAGS $CXXFLAGS
# $LIB_FUZZING_ENGINE $SRC $WORK $OUT. Leaves seq_fuzzer (programs) and conc_fuzzer (tasks under
# simulated schedules), their options and their seed corpora in $OUT.
# Both compile by this one script (see ci/oss-fuzz/README.md); ci/oss-fuzz/check runs it without Docker.
cd "$SRC/buddyproof"

# libFuzzer mutates by the project's own mutators, and leaves out of its edges what simulates schedules;
# AFL++ has stages of its own.
if [[ $LIB_FUZZING_ENGINE == *-fsanitize=fuzzer* ]]; then
  engine=libfuzzer mutators="mutator mutator_conc" unseen=-fno-sanitize=fuzzer-no-link
else
  engine=afl mutators="" unseen=-fno-sanitize-coverage=trace-pc-guard
fi
machine=portable
[[ $(uname -m) != x86_64 ]] || machine=x86_64

objects=$WORK/objects
rm -rf "$objects" && mkdir -p "$objects"
sources() {
  # Without what only recordings of kernels and campaigns of our own need.
  find model/vocab model/rules model/invariants model/judge model/reference fuzz/program fuzz/subjects fuzz/engines \
    fuzz/explore fuzz/sched -name '*.cpp' | grep -vE '_(test|main)\.cpp$|/(targets|example|portable|x86_64|registry)/' |
    grep -vE '/(kernel_(answer|books|change|doubt|judge|walk|state)|builtin|campaign|engine|greybox|litmus_.*)\.cpp$'
  # Without restartable sequences: no program asks for the subject that has them.
  printf '%s\n' fuzz/subjects/portable/lockfree_rseq.cpp "fuzz/sched/$machine/context.cpp" fuzz/report/report.cpp \
    fuzz/kernel/{import,input,trace,zoneinfo}.cpp fuzz/mutants/{plants,broken_rules,conc_plants}.cpp \
    fuzz/engines/seeds_main.cpp fuzz/engines/targets/{seq,target,conc,conc_target,extra_$engine}.cpp
  for mutator in $mutators; do echo "fuzz/engines/targets/$mutator.cpp"; done
}
compile() {
  local object=$objects/${1//\//_}.o flags=$CXXFLAGS
  case $1 in fuzz/explore/sim_allocator.cpp) ;; fuzz/sched/* | fuzz/explore/*) flags+=" $unseen" ;; esac
  # Flags are words.
  # shellcheck disable=SC2086
  $CXX $flags -std=c++20 -fPIC -DFMT_HEADER_ONLY -I. -c "$1" -o "$object"
}
export -f compile
export objects unseen CXX CXXFLAGS
sources | xargs -P "$(nproc)" -I{} bash -ec 'compile {}'

# link PROGRAM ENGINE OBJECT...: the rest is an archive. Both libraries are linked in: a target runs where
# nothing is installed.
link() {
  local program=$1 engine=$2
  shift 2
  # shellcheck disable=SC2086
  $CXX $CXXFLAGS "${@/#/$objects/fuzz_engines_}" $engine "$objects/all.a" -Wl,-Bstatic -lzstd -llzma -Wl,-Bdynamic \
    -ldl -lpthread -o "$program"
}
find "$objects" -name '*.o' ! -name 'fuzz_engines_targets_*' ! -name '*_main.cpp.o' -print0 | xargs -0 ar rcs "$objects/all.a"
link "$WORK/write_seeds" "" seeds_main.cpp.o
extra=targets_extra_$engine.cpp.o
link "$OUT/seq_fuzzer" "$LIB_FUZZING_ENGINE" targets_{seq,target}.cpp.o ${mutators:+targets_mutator.cpp.o}
link "$OUT/conc_fuzzer" "$LIB_FUZZING_ENGINE" targets_{conc,conc_target}.cpp.o "$extra" \
  ${mutators:+targets_mutator_conc.cpp.o}

seeds=$WORK/seeds
rm -rf "$seeds" && mkdir -p "$seeds"/{seq,conc}
# Programs are kept as text, and the target reads bytes; a scenario is an input as it stands.
LLVM_PROFILE_FILE=$WORK/write_seeds.profraw "$WORK/write_seeds" "$seeds/seq" corpus/{seq,regress}/*.txt corpus/kernel/*.trace.zst
cp corpus/conc/*.conc "$seeds/conc"
for name in seq conc; do
  cp ".clusterfuzzlite/${name}_fuzzer.options" "$OUT/"
  rm -f "$OUT/${name}_fuzzer_seed_corpus.zip"
  (cd "$seeds/$name" && python3 -m zipfile -c "$OUT/${name}_fuzzer_seed_corpus.zip" ./*)
done
