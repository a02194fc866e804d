# SPDX-License-Identifier: MIT
# Copies C++ files to `out`/NAME with comments and what is inside string and character literals
# blanked, line for line, so that a search for code finds code. The names of headers stay. Knows
# raw strings; leaves out trigraphs, line splices and digit separators beside letters.
function finish() { if (target != "") close(target) }
FNR == 1 { finish(); target = out "/" FILENAME; in_block = 0; raw_end = "" }
{
  if ($0 ~ /^[ \t]*#[ \t]*include/) { print > target; next }
  if (!in_block && raw_end == "" && $0 !~ /["'\/]/) { print > target; next }
  rest = $0
  kept = ""
  while (rest != "") {
    if (in_block) {
      at = index(rest, "*/")
      if (at == 0) { rest = ""; break }
      rest = substr(rest, at + 2)
      in_block = 0
    } else if (raw_end != "") {
      at = index(rest, raw_end)
      if (at == 0) { rest = ""; break }
      rest = substr(rest, at + length(raw_end))
      raw_end = ""
      kept = kept "\"\""
    } else if (!match(rest, /\/\/|\/\*|R"[^(]*\(|"|'/)) {
      kept = kept rest
      rest = ""
    } else {
      found = substr(rest, RSTART, RLENGTH)
      before = substr(rest, 1, RSTART - 1)
      kept = kept before
      rest = substr(rest, RSTART + RLENGTH)
      if (found == "//") { rest = "" }
      else if (found == "/*") { in_block = 1 }
      else if (found ~ /^R/) { raw_end = ")" substr(found, 3, length(found) - 3) "\"" }
      else if (found == "'" && before ~ /[0-9a-fA-F]$/ && rest ~ /^[0-9a-fA-F]/) { kept = kept found }
      else {
        # To the closing quote, over escaped characters.
        kept = kept found found
        while (rest != "" && substr(rest, 1, 1) != found) rest = substr(rest, substr(rest, 1, 1) == "\\" ? 3 : 2)
        rest = substr(rest, 2)
      }
    }
  }
  print kept > target
}
