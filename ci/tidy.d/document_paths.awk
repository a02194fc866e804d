# SPDX-License-Identifier: MIT
# Prints FILE:LINE:PATH for the paths that a document names: targets of links, backticks that hold
# nothing but a path, and words below a top-level folder (`tops`) inside backticks and code blocks.
# Leaves out addresses, absolute paths, and what commands make: build/ and out/.
function emit(path) {
  sub(/[.,;:]$/, "", path)
  sub(/:[0-9]+$/, "", path)
  sub(/^\.\//, "", path)
  if (path == "" || path ~ /^(build|out)(\/|$)/ || path ~ /^[\/#]/ || path ~ /:\/\//) return
  print FILENAME ":" FNR ":" path
}
function words(text,   count, word, i) {
  count = split(text, word, /[ \t,;()"'=]+/)
  for (i = 1; i <= count; ++i) if (word[i] ~ tops) emit(word[i])
}
function span(text) {
  if (text ~ /^\.?[A-Za-z0-9_-]+(\/[A-Za-z0-9_.*+-]+)+\/?(:[0-9]+)?$/) emit(text)
  else words(text)
}
FNR == 1 { fenced = 0 }
/^ *```/ { fenced = !fenced; next }
fenced || /^    / { words($0); next }
{
  rest = $0
  while (match(rest, /`[^`]+`/)) {
    span(substr(rest, RSTART + 1, RLENGTH - 2))
    rest = substr(rest, RSTART + RLENGTH)
  }
  rest = $0
  while (match(rest, /\]\([^)]+\)/)) {
    target = substr(rest, RSTART + 2, RLENGTH - 3)
    sub(/#.*/, "", target)
    emit(target)
    rest = substr(rest, RSTART + RLENGTH)
  }
}
