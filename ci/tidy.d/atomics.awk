# SPDX-License-Identifier: MIT
# Every access of an atomic names its memory order, and the reason stands in a comment that uses
# the order's name, at most REACH lines above or on a line of the access itself. One access may span
# lines: it is read to its semicolon. Looks at calls by the names of std::atomic's members.
BEGIN { REACH = 12; SPAN = 4 }
FNR == 1 { flush_file() ; name = FILENAME; n = 0 }
{ line[++n] = $0 }
END { flush_file() }

function comment_of(text) { return match(text, /\/\/.*/) ? substr(text, RSTART) : "" }
function code_of(text) { sub(/\/\/.*/, "", text); return text }
function said(order, from, to,   i) {
  for (i = from < 1 ? 1 : from; i <= to; ++i) if (index(comment_of(line[i]), order)) return 1
  return 0
}
function flush_file(   i, j, text, rest, last, order) {
  for (i = 1; i <= n; ++i) {
    text = code_of(line[i])
    if (!match(text, /(\.|->)(load|store|exchange|fetch_(add|sub|and|or|xor)|compare_exchange_(weak|strong)|test_and_set)\(|atomic_(thread|signal)_fence\(/)) continue
    text = substr(text, RSTART)
    last = i
    while (text !~ /[;{]/ && last < n && last - i < SPAN) text = text code_of(line[++last])
    if (text !~ /memory_order|order[_a-z]*[,)]/) {
      print name ":" i ": [atomic-order] an atomic access names no memory order: name one, and why"
      continue
    }
    while (match(text, /memory_order_[a-z_]+/)) {
      order = substr(text, RSTART + 13, RLENGTH - 13)
      text = substr(text, RSTART + RLENGTH)
      if (!said(order, i - REACH, last))
        print name ":" i ": [atomic-reason] memory order " order " without its reason: say '" order ": ...' in a comment above"
    }
  }
  n = 0
}
