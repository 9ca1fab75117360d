# Read by the other scripts (`source`): where things lie. WEEBILL_CACHE moves everything that is downloaded or worth keeping between builds.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${WEEBILL_CACHE:-$HOME/.cache/weebill}
venv=$cache/venv
build=$root/build/release

export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-2G}
export CCACHE_BASEDIR=$root # another clone finds the same objects
export CCACHE_NOHASHDIR=1
export PATH=$venv/bin:$PATH

say() { printf '\n== %s\n' "$*"; }

# The folder that holds Halide's CMake package.
halide_prefix() { "$venv/bin/python" -c 'import importlib.util as u; print(*u.find_spec("halide").submodule_search_locations)'; }

configure() {
  cmake --preset release -S "$root" -DCMAKE_PREFIX_PATH="$(halide_prefix)" -DPython3_EXECUTABLE="$venv/bin/python" "$@"
}
