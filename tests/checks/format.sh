#!/usr/bin/env bash
# Every C++ file is formatted as .clang-format says. To format: clang-format-22 -i FILE...
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
git ls-files -z '*.cpp' '*.h' ':!runtime/unicode_*.h' ':!codegen/weights/NormalFormTable.h' ':!tests/emitted/golden' | xargs -0 clang-format-22 --dry-run -Werror 2>&1 | grep -E 'error:' | sed 's/ error: code should be clang-formatted.*/ not formatted/' | sort -u -t: -k1,1
exit "${PIPESTATUS[1]}"
