# SPDX-License-Identifier: MIT
# The lines that the replay does not run, with what explains each, as JSON lines. Input files, in
# order: the reasons, the line counts of each test program, those of the replay (lcov's format).
# A line is explained by the first test program that runs it, or by a reason: "file, TAB, text that the
# line contains (or * for every line), TAB, why". Says on stderr what nothing explains and which
# reason is about a text that is no more, and ends with 1 then.
BEGIN { FS = "\t" }

function base(path) { sub(/.*\//, "", path); sub(/\.lcov$/, "", path); return path }
function is_reasons() { return FILENAME ~ /reasons\.txt$/ }
function is_replay() { return FILENAME ~ /\/replay\.lcov$/ }
function quoted(text) {
  gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); gsub(/\t/, " ", text)
  return "\"" text "\""
}

is_reasons() {
  if ($0 == "" || /^#/) next
  ++reasons; reason_file[reasons] = $1; reason_text[reasons] = $2; reason_why[reasons] = $3
  next
}

/^SF:/ { file = substr($0, 4); if (index(file, root) == 1) file = substr(file, length(root) + 1); sub(/^build\/coverage\/roots\/[a-z]+\//, "", file) }
/^DA:/ {
  if (file ~ /_test\.cpp$/ || file ~ /(^|\/)test_[a-z_]*\.h$/) next
  split(substr($0, 4), da, ",")
  if (!is_replay()) { if (da[2] > 0 && !((file, da[1]) in tested)) tested[file, da[1]] = base(FILENAME); next }
  # One header may be there several times, through the links of several layers: any run counts.
  if (!(file in count_of_lines)) { files[++count_of_files] = file; count_of_lines[file] = 0 }
  if (!((file, da[1]) in runs)) line_of[file, ++count_of_lines[file]] = da[1] + 0
  if (da[2] > runs[file, da[1]]) runs[file, da[1]] = da[2]
}

# In the order of the files, and of the lines within one.
function note_all(    f, i, file, n, at) {
  for (f = 1; f <= count_of_files; ++f) {
    file = files[f]
    n = count_of_lines[file]
    delete at
    for (i = 1; i <= n; ++i) at[line_of[file, i]] = 1
    for (i = 1; n > 0; ++i) {
      if (!(i in at)) continue
      --n
      ++lines
      if (runs[file, i] > 0) continue
      ++uncovered
      note(file, i)
    }
  }
}

function note(file, line,    text, why) {
  text = text_of(file, line)
  if ((file, line) in tested) { why = "\"test\":" quoted(tested[file, line]); ++by_test }
  else if ((why = reason_of(file, text)) != "") { why = "\"reason\":" quoted(why); ++by_reason }
  else { why = ""; ++unexplained; printf "%s:%d: no replay and no test runs it, and no reason is given: %s\n", file, line, text > "/dev/stderr" }
  # Neighbours with one explanation are one entry.
  if (file == last_file && why == last_why && line == last_line + 1) { last_line = line; return }
  flush_entry()
  last_file = file; last_why = why; first_line = last_line = line; last_text = text
}

function flush_entry() {
  if (last_file == "") return
  printf "{\"file\":%s,\"line\":%d,\"lines\":%d,\"text\":%s%s}\n", quoted(last_file), first_line, \
    last_line - first_line + 1, quoted(last_text), (last_why == "" ? "" : "," last_why) > out
}

function text_of(file, line,    i, text) {
  if (file != read_file) {
    delete source
    read_file = file
    for (i = 1; (getline text < (root file)) > 0; ++i) source[i] = text
    close(root file)
  }
  text = source[line]
  sub(/^[ \t]+/, "", text)
  return text
}

function reason_of(file, text,    i) {
  for (i = 1; i <= reasons; ++i) {
    if (reason_file[i] != file) continue
    if (reason_text[i] == "*" || index(text, reason_text[i]) > 0) { used[i] = 1; return reason_why[i] }
  }
  return ""
}

function is_there(file, part,    text, found) {
  while ((getline text < (root file)) > 0) found = found || part == "*" || index(text, part) > 0
  close(root file)
  return found
}

END {
  note_all()
  flush_entry()
  printf "" > out
  for (i = 1; i <= reasons; ++i) {
    # What a thread's luck decides may be run today: only a text that is gone is out of date.
    if (i in used || is_there(reason_file[i], reason_text[i])) continue
    ++stale
    printf "ci/coverage.d/reasons.txt: explains no line: %s: %s\n", reason_file[i], reason_text[i] > "/dev/stderr"
  }
  printf "%d of %d lines are run by the replay; of the others %d by a test, %d have a reason, %d have neither\n", \
    lines - uncovered, lines, by_test, by_reason, unexplained
  exit (unexplained + stale > 0)
}
