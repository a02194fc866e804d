# SPDX-License-Identifier: MIT
# Spellings that are banned: one row each, with a line that ci/tidy --self-test plants to see the
# row fire. Sourced by ci/tidy and by its self-test, each with a `ban` of its own.
# shellcheck shell=bash
#
#   ban NAME KIND FILES EXCEPT PATTERN ADVICE PLANT_IN PLANT
#
# KIND    code: C++ less its comments and literals; text: the file as it is
# FILES   extended regular expression on the path; EXCEPT likewise, '-' for none
# PATTERN Perl regular expression on one line
# PLANT   a line that must be reported, in a new file of the suffix and folder PLANT_IN

spellings() {
  local cpp='\.(h|cpp|c)$' test='_test\.cpp$' any='.'

  # Names and types.
  ban unit code "$cpp" '^model/vocab/' '(\.|->)value\b(?!\s*\()' \
    'unwraps a unit: use the operators or a cast that names the type; name a field of your own otherwise' \
    model/rules/x.h 'inline long f(Pages p) { return p.value; }'
  ban max-order code "$cpp" - '\bMAX_ORDER\b' \
    'meant 11, then 10: say kOrderMax, which is inclusive' \
    fuzz/report/x.cpp 'int n = MAX_ORDER;'
  ban namespace-in-header code '\.h$' - '\busing\s+namespace\b' \
    'a header opens no namespace for others: write the names out' \
    fuzz/report/x.h 'using namespace bp;'
  ban namespace-std code "$cpp" - '\busing\s+namespace\s+std\s*;' \
    'write std:: out' \
    proofs/x.cpp 'using namespace std;'
  # Of assembly the compiler takes literals only.
  ban macro code "$cpp" '^(fuzz/subject\.h|impl/c/buddyproof\.h|model/vocab/check\.h|fuzz/subjects/x86_64/linux_rseq\.h)$' '^\s*#\s*define\b' \
    'no macros but check(): use a constant, a function or a template' \
    impl/x.h '#define SHIFT 3'
  ban conditional code "$cpp" '^(fuzz/subject\.h|impl/c/buddyproof\.h)$' '^\s*#\s*(if|ifdef|ifndef|elif)\b' \
    'variation is a parameter, not a condition of the preprocessor' \
    impl/x.h '#ifdef DEBUG'

  # Concurrency.
  # Dekker pairs need it, and name it in one place each.
  ban seq-cst code '^(impl|fuzz/subjects)/.*\.(h|cpp)$' '^(impl/hints|fuzz/subjects/linux_fences)\.h$' 'memory_order(_|::)seq_cst\b' \
    'the strongest order hides which partner is meant: name acquire, release or acq_rel and the partner' \
    impl/x.h 'w.store(1, std::memory_order_seq_cst);'
  ban volatile code "$cpp" - '\bvolatile\b' \
    'is no synchronisation: use an atomic and name its order' \
    impl/x.h 'volatile int ready;'
  ban plain-atomic code '^impl/.*\.h$' '^impl/policy\.h$' '\bstd::atomic\s*<' \
    'impl takes its atomics from the policy: Policy::template atomic<T>' \
    impl/x.h 'std::atomic<int> n;'

  # impl is freestanding; model decides and does not print.
  ban hosted code '^impl/.*\.h$' '^impl/test_' \
    '#include\s*<(?!(array|atomic|bit|cstddef|cstdint|limits|new|type_traits|concepts|compare|stddef\.h|stdint\.h)>)' \
    'impl is freestanding: only headers that need no host' \
    impl/x.h '#include <vector>'
  ban allocation code '^impl/.*\.h$' '^impl/test_' '\b(malloc|calloc|realloc)\s*\(|(?<![:\w])new\s+[A-Za-z]' \
    'impl allocates nothing: the caller gives the memory' \
    impl/x.h 'int* p = new int;'
  ban exception code '^(impl|model)/.*\.(h|cpp)$' "$test" '\b(throw|try|catch)\b' \
    'impl and model have no exceptions: return what went wrong' \
    model/rules/x.cpp 'void f() { throw 1; }'
  ban floating code '^(impl|model)/.*\.(h|cpp)$' - '\b(float|double)\b' \
    'pages are counted exactly: signed integers' \
    model/rules/x.cpp 'double ratio = 0;'
  ban printing code '^(impl|model)/.*\.(h|cpp)$' "^model/vocab/check\.cpp$|$test" \
    '\b(f?printf|puts|std::(cout|cerr|clog))\b' \
    'only report prints' \
    model/judge/x.cpp 'void f() { std::puts(""); }'

  # Tests repeat exactly.
  ban sleep code "$test" - '\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(' \
    'a test that sleeps is slow or flaky: wait for the event' \
    impl/x_test.cpp 'std::this_thread::sleep_for(t);'
  ban clock code "$test" - '_clock::now\b' \
    'a test reads no clock: count steps' \
    impl/x_test.cpp 'auto t = std::chrono::steady_clock::now();'
  ban unseeded code "$cpp" - '\b(rand|drand48)\s*\(\s*\)|\bsrand\s*\(|\brandom_device\b|\bmt19937(_64)?\s+\w+(?<!_)\s*(;|\{\s*\}|\(\s*\))' \
    'randomness has a seed that the report can name' \
    fuzz/engines/x.cpp 'int n = rand();'
  ban disabled code "$test" - '\bDISABLED_|GTEST_SKIP\(\)\s*;' \
    'no test is switched off without a reason and what would end it' \
    impl/x_test.cpp 'TEST(A, DISABLED_b) {}'

  # Form.
  ban todo text "$any" - '\b(TODO|FIXME|XXX|HACK)\b(?!\s*\(?#\d+)' \
    'delete it, or name the issue: "TODO #12"' \
    proofs/x.cpp '// TODO: later'
  ban dead-code text "$cpp" - '^\s*//\s*(if|for|while|return|auto|const|std::\w+|check)\b[^.]*[;{]\s*$' \
    'commented-out code: delete it' \
    fuzz/report/x.cpp '// return old_way(n);'
  ban nolint text "$cpp" - 'NOLINT(?!\w*(\([^)]*\))?:\s*\w)' \
    'says which rule is off for what reason: "NOLINT(check): why"' \
    model/rules/x.h 'int n;  // NOLINT'
  ban machine-path text "$any" '^ci/tidy\.d/self_test$' '(?<![\w.])/(work|home|root|Users|mnt)/' \
    'a path of one machine: name it from the top of the tree' \
    fuzz/report/x.cpp '// seen in /home/someone/tree'
  ban workplace text "$any" - '(?i)\b(BRIEF\.md|sub-?agents?|(this|another|an earlier|a later) session|language model|chat ?bot)\b|\.\./shared\b' \
    'the repository speaks of the project alone' \
    fuzz/report/x.cpp '// added in another session'
  ban blanks text '\.(h|cpp|c|md|cmake|txt|json|sh)$|^ci/' '^corpus/' '[ \t]+$|\r|^ *\t' \
    'blanks at the end of a line, a tab, or a carriage return' \
    model/x.md 'ends in a blank '
}
