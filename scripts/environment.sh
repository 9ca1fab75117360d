# Read by the other scripts (`source`): where things lie. WEEBILL_CACHE moves everything that is downloaded or worth keeping between builds.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${WEEBILL_CACHE:-$HOME/.cache/weebill}
venv=$cache/venv
build=$root/build/release

export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-2G}
export CCACHE_BASEDIR=$root # another clone finds the same objects
export CCACHE_NOHASHDIR=1
export ZIG_GLOBAL_CACHE_DIR=${ZIG_GLOBAL_CACHE_DIR:-$cache/zig} # the C libraries that zig compiles when a program first needs them
export PATH=$venv/bin:$PATH

say() { printf '\n== %s\n' "$*"; }

# Configures a preset of CMakePresets.json in build/PRESET. Halide's package is named exactly: the one that CMake would find by itself asks for Python's headers.
configure_preset() { # preset, more arguments
  local halide preset=$1
  shift
  halide=$("$venv/bin/python" -c 'import importlib.util as u; print(*u.find_spec("halide").submodule_search_locations)')
  cmake --preset "$preset" -S "$root" -DHalide_DIR="$halide/lib64/cmake/Halide" -DHalideHelpers_DIR="$halide/lib64/cmake/HalideHelpers" \
    -DPython3_EXECUTABLE="$venv/bin/python" "$@"
}
configure() { configure_preset release "$@"; }
