# SPDX-License-Identifier: MIT
# The checks of ci/tidy. Each prints `path:line: [check] what is wrong` for what it finds and
# decides nothing else. They run at the top of the tree and read `files` (all), `sources` (C and
# C++) and `scratch`, where strip_sources puts the sources less comments and literals.
# shellcheck shell=bash disable=SC2154

# grep for which "nothing found" is an answer and no failure; a bad pattern still is one.
search() { grep "$@" || [[ $? == 1 ]]; }

# matching REGEX EXCEPT: the files whose path matches the one and not the other ('-': no exception).
matching() {
  if [[ $2 == - ]]; then
    printf '%s\n' "${files[@]}" | search -E "$1"
  else
    printf '%s\n' "${files[@]}" | search -E "$1" | search -vE "$2"
  fi
}

strip_sources() {
  printf '%s\n' "${sources[@]}" | sed 's|[^/]*$||' | sort -u | (mkdir -p "$scratch/code" && cd "$scratch/code" && xargs -r mkdir -p)
  awk -v out="$scratch/code" -f "$BP_ROOT/ci/tidy.d/strip.awk" "${sources[@]}"
}

check_format() {
  printf '%s\n' "${sources[@]}" | xargs -P 2 -n 40 clang-format-19 --dry-run 2>&1 |
    sed -nE 's/^([^:]+:[0-9]+):[0-9]+: .*clang-format-violations.*/\1: [format] laid out otherwise: run ci\/tidy --fix/p'
}

# The fence as text, from the bp_root() lines: also where the compiler would not look.
check_fence() {
  sed -nE 's/^bp_root\(([a-z]+) (.*)\)$/\1 \2/p' CMakeLists.txt >"$scratch/roots"
  [[ -s $scratch/roots ]] || echo "CMakeLists.txt:1: [fence] no bp_root() line is left: nothing says who may see whom"
  search -nHE '^[[:space:]]*#[[:space:]]*include' "${sources[@]}" | awk -v roots="$scratch/roots" '
    BEGIN { while ((getline row < roots) > 0) { split(row, word, " "); sees[word[1]] = substr(row, length(word[1]) + 2) } }
    function layer(path) {
      if (path ~ /^model\/vocab\//) return "vocab"
      if (path ~ /^fuzz\/cli\//) return "cli"
      sub(/\/.*/, "", path)
      return path
    }
    {
      split($0, part, ":")
      where = part[1] ":" part[2]
      text = substr($0, length(where) + 2)
      if (text !~ /"/) { if (text ~ /<[^>]*\.\.|<\//) print where ": [fence] leads out of the include roots"; next }
      name = text
      sub(/^[^"]*"/, "", name)
      sub(/".*/, "", name)
      if (name ~ /(^|\/)\.\.?(\/|$)/ || name ~ /^\//) { print where ": [fence] " name " leads around the fence: include from the top of the tree"; next }
      own = layer(part[1])
      if (!(own in sees)) { print where ": [fence] the folder belongs to no layer: add a bp_root() line"; next }
      count = split(sees[own], dir, " ")
      for (i = 1; i <= count; ++i) if (index(name, dir[i] "/") == 1) next
      print where ": [fence] " own " may not see " name ": it sees " sees[own]
    }'
}

# ban as the spellings table calls it: search.
ban() {
  local name=$1 kind=$2 in=$3 except=$4 pattern=$5 advice=$6 hits
  mapfile -t hits < <(matching "$in" "$except")
  ((${#hits[@]} > 0)) || return 0
  # The table itself holds every banned word.
  (
    if [[ $kind == code ]]; then cd "$scratch/code" || exit; fi
    search -naHoP -e "$pattern" -- "${hits[@]}"
  ) | awk -F: -v name="$name" -v advice="$advice" \
    '$1 != "ci/tidy.d/spellings.sh" { print $1 ":" $2 ": [" name "] " advice }'
}

check_spellings() { spellings; }

check_atomics() {
  mapfile -t atomic_users < <(matching '^(impl|fuzz/subjects)/.*\.(h|cpp)$' '_test\.cpp$|^impl/test_')
  ((${#atomic_users[@]} == 0)) || awk -f "$BP_ROOT/ci/tidy.d/atomics.awk" "${atomic_users[@]}"
  check_atomic_operators
}

# What is declared atomic is not used as a number: `n++` and `n = 1` have an order nobody chose.
check_atomic_operators() {
  local file names
  for file in "${atomic_users[@]}"; do
    names=$(search -ohP '\b(std::atomic|Atomic|atomic)<[^;(){}]*>\s+\K\w+(?=\s*(\{|;|=|\())' "$scratch/code/$file" |
      sort -u | paste -sd'|')
    [[ -n $names ]] || continue
    (
      cd "$scratch/code" || exit
      search -nHP "(\+\+|--)($names)\b|\b($names)(\+\+|--|\s*[-+|&^]=)|(^\s*|[.>;{(]\s*)\b($names)\s*=(?!=)" "$file"
    ) |
      sed -E 's/^([^:]+:[0-9]+):.*/\1: [atomic-operator] an operator on an atomic names no memory order: call load, store or fetch_*/'
  done
}

check_opening() {
  mapfile -t opened < <(matching '\.(h|cpp|c|md|cmake|sh|awk)$|(^|/)CMakeLists\.txt$|^\.clang-tidy$|^ci/[^.]*$|^\.ci/|^ci/tidy\.d/self_test$' -)
  awk '
    FNR == 1 { want = /^#!/ ? 2 : 1 }
    FNR == want { if ($0 !~ /SPDX-License-Identifier: MIT/) print FILENAME ":" FNR ": [spdx] no \"SPDX-License-Identifier: MIT\" on the first line" }
  ' "${opened[@]}"
  local path
  printf '%s\n' "${sources[@]}" | search -v '_test\.cpp$' | while read -r path; do
    # What a .cpp is stands in the header of its name, if it has one.
    [[ $path == *.cpp && -f ${path%.cpp}.h ]] || echo "$path"
  done | xargs -r awk '
    FNR == 1 { open = 1 }
    FNR == 2 && !/^(\/\/| \*|\/\*)/ { print FILENAME ":2: [opening] does not open with what the file is" }
    FNR >= 2 && !/^(\/\/| \*|\/\*)/ { open = 0 }
    FNR == 27 && open { print FILENAME ":27: [opening] opens with more than 25 lines" }'
}

check_modes() {
  local path shebang
  for path in "${files[@]}"; do
    shebang=
    IFS= read -r -n 2 -d '' shebang <"$path" || true  # Shorter than two characters.
    if [[ $shebang == '#!' && ! -x $path ]]; then
      echo "$path:1: [modes] starts with #! and is not executable: chmod +x"
    elif [[ $shebang != '#!' && -x $path ]]; then
      echo "$path:1: [modes] is executable and starts without #!: chmod -x"
    fi
  done
}

# Paths in documents: links, paths alone in backticks, and words below a top-level folder in code.
# Paths in comments: words below a top-level folder that have a suffix.
check_paths() {
  local tops
  tops=$(printf '%s\n' "${files[@]}" | sed -n 's|/.*||p' | sort -u | sed 's/\./\\./' | paste -sd'|')
  mapfile -t documents < <(matching '\.md$' -)
  mapfile -t scripts < <(matching '^ci/|CMakeLists\.txt$' '^ci/tidy\.d/')
  {
    ((${#documents[@]} == 0)) || awk -v tops="^($tops)/" -f "$BP_ROOT/ci/tidy.d/document_paths.awk" "${documents[@]}"
    search -nHoE "(//|^#|[[:space:]]#| \*) .*" "${sources[@]}" "${scripts[@]}" |
      awk -v path="($tops)/[A-Za-z0-9_./-]*[.](h|cpp|c|md|txt|cmake|sh)" '{
        split($0, part, ":")
        text = substr($0, length(part[1] part[2]) + 3)
        while (match(text, path)) {
          before = RSTART > 1 ? substr(text, RSTART - 1, 1) : " "
          if (before !~ /[A-Za-z0-9_.\/-]/) print part[1] ":" part[2] ":" substr(text, RSTART, RLENGTH)
          text = substr(text, RSTART + RLENGTH)
        }
      }'
  } | while IFS=: read -r path line named; do
    exists "$named" "${path%/*}" || echo "$path:$line: [paths] $named does not exist"
  done
}

# exists PATH FOLDER: from the top of the tree or from the folder; a pattern must match something.
exists() {
  [[ -e $1 || -e $2/$1 ]] && return 0
  [[ $1 == *[*?]* ]] && compgen -G "$1" >/dev/null
}

# Folders that are read whole: by ci/CMakeLists.txt, and as seeds.
whole_folders='^corpus/(seq|conc|regress|litmus)/'

check_orphans() {
  local path makes
  mapfile -t makes < <(matching '(^|/)CMakeLists\.txt$' -)
  orphaned_sources
  # What is not source must be named by its file name in another file.
  printf '%s\n' "${files[@]}" |
    search -vE '\.(h|cpp|c)$|^\.|^(README|DESIGN)\.md$|^LICENSE$|^CMake(Lists\.txt|Presets\.json)$' |
    search -vE "$whole_folders" | search -vE '^ci/(setup|test|fuzz|build|buddyproof|tidy)$|/README\.md$|/CMakeLists\.txt$' >"$scratch/named"
  {
    named_elsewhere "$scratch/named"
    # Modules of CMake are named without suffix.
    cat "${makes[@]}" | sed -nE 's|^[^#]*include\(([A-Za-z]+)\).*|ci/cmake/\1.cmake|p; s|^[^#]*find_package\(([A-Za-z0-9]+).*|ci/cmake/Find\1.cmake|p'
  } >"$scratch/known"
  search -vxFf "$scratch/known" "$scratch/named" | sed 's/$/:1: [orphans] no other file names it: delete it or say what reads it/'
  # A folder's CMakeLists.txt counts if another adds the folder.
  for path in "${files[@]}"; do
    [[ $path == */CMakeLists.txt ]] || continue
    local folder=${path%/CMakeLists.txt} parent
    parent=${folder%/*}
    [[ $parent != "$folder" ]] || parent=.
    grep -qE "^[^#]*add_subdirectory\($folder\)" CMakeLists.txt && continue
    grep -qsE "^[^#]*add_subdirectory\(${folder##*/}\)" "$parent/CMakeLists.txt" ||
      echo "$path:1: [orphans] no add_subdirectory() reaches it"
  done
}

# named_elsewhere LIST: those paths of LIST whose file name stands in another file.
named_elsewhere() {
  [[ -s $1 ]] || return 0
  sed 's|.*/||' "$1" | sort -u >"$scratch/basenames"
  search -aoHFf "$scratch/basenames" -- "${files[@]}" | sort -u |
    awk -F: -v list="$1" '
      BEGIN { while ((getline row < list) > 0) { name = row; sub(/.*\//, "", name); paths[name] = paths[name] row "\n" } }
      { count = split(paths[$2], path, "\n"); for (i = 1; i < count; ++i) if (path[i] != $1) print path[i] }' | sort -u
}

orphaned_sources() {
  local folder path
  # "library FOLDER" and "test FOLDER" for every folder that bp_library() and bp_test() read.
  for path in "${makes[@]}"; do
    folder=${path%CMakeLists.txt}
    sed 's/#.*//' "$path" | tr '\n' ' ' | search -oE 'bp_(library|test|test_objects)\([^)]*\)' |
      sed -E 's/^bp_(library|test)[a-z_]*\([^ ]+ ?/\1 /; s/\)$//' | awk -v folder="$folder" '{
        count = 0
        for (i = 2; i <= NF; ++i) {
          if ($i == "DIRS") { reading = 1; continue }
          if ($i ~ /^(ROOT|HOT|SMALL|BATCHES|TARGETS|DEPS|OBJECTS)$/) reading = 0
          if ($i == "OBJECTS") ++count # Other lines say of which folders.
          if (reading) { print $1, folder ($i == "." ? "" : $i "/"); ++count }
        }
        reading = 0
        if (!count) print $1, folder
      }'
  done >"$scratch/built"
  printf '%s\n' "${sources[@]}" | search -E '\.(cpp|c)$' >"$scratch/units"
  # Sources named one by one; those in C also by their stem, in a loop over examples.
  cat "${makes[@]}" | sed 's/#.*//' | search -oE '[A-Za-z0-9_.-]+' | sort -u >"$scratch/in_makes"
  while read -r path; do
    folder=${path%/*}/
    case $path in
      *_main.cpp | *.c) ;;
      *_test.cpp) grep -qxF "test $folder" "$scratch/built" && continue ;;
      *) grep -qxF "library $folder" "$scratch/built" && continue ;;
    esac
    local unit=${path##*/}
    grep -qxF -e "$unit" -e "${unit%.c}" "$scratch/in_makes" || echo "$path:1: [orphans] nothing builds it"
  done <"$scratch/units"
  # A header that nobody includes is dead, whatever its name.
  search -ohE '^[[:space:]]*#[[:space:]]*include "[^"]+"' "${sources[@]}" | sed 's/.*"\(.*\)"/\1/' | sort -u >"$scratch/included"
  printf '%s\n' "${sources[@]}" | grep '\.h$' | search -vxFf "$scratch/included" | sed 's/$/:1: [orphans] nobody includes it/'
}
