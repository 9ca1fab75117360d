#!/usr/bin/env bash
# Builds llama.cpp, the program that Weebill is timed against, from the source package of llama-cpp-python. Safe to run again: it does nothing then.
#
#   tests/benchmarks/setup_llama_cpp.sh [native|vnni|avx2]...   default: native
#
# native: every instruction of this CPU. vnni: the same without AMX, so that both programs can be compared with the same units.
# avx2: what x86-64-v3 has and no more (AVX2, FMA, F16C, BMI2), to compare with Weebill's target of that name.
# Each goes to a Python environment of its own, ${WEEBILL_CACHE:-~/.cache/weebill}/llama-venv[-vnni|-avx2]. CC and CXX choose the compiler,
# JOBS how many compilers run at once.
#
# Clang by default: llama.cpp built by GCC 12 with AMX dies in its quantized prefill, because stores of the tile configuration are dropped.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/environment.sh"

version=0.3.36 # of llama-cpp-python
numpy=2.4.6
gguf=0.19.0
export CC=${CC:-clang-22} CXX=${CXX:-clang++-22}
export CMAKE_BUILD_PARALLEL_LEVEL=${JOBS:-2}
x86_64_v3="-DGGML_NATIVE=OFF -DGGML_SSE42=ON -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"
x86_64_v3+=" -DGGML_AVX_VNNI=OFF -DGGML_AVX512=OFF -DGGML_AMX_TILE=OFF -DGGML_AMX_INT8=OFF -DGGML_AMX_BF16=OFF"

for compiler in "$CC" "$CXX"; do
  command -v "$compiler" >/dev/null || { echo "setup_llama_cpp.sh: no $compiler here: scripts/setup test installs it, CC and CXX choose another" >&2; exit 1; }
done

install_variant() { # name, more compiler flags, which instructions (CMake options)
  local name=$1 flags=$2 instructions=$3 folder=$cache/llama-venv
  [ "$name" = native ] || folder+=-$name
  # With -march=native a later build on another CPU is another library, so the CPU belongs to the stamp.
  local wanted="$version $numpy $gguf $flags${instructions#-DGGML_NATIVE=ON} $("$CC" --version | head -n 1) $(grep -m 1 '^flags' /proc/cpuinfo | sha256sum)"
  if [ -f "$folder/stamp" ] && [ "$(cat "$folder/stamp")" = "$wanted" ] && "$folder/bin/python" -c pass 2>/dev/null; then
    echo "$folder: ready"
    return
  fi
  say "llama.cpp, $name: build it in $folder (about ten minutes on two cores)"
  rm -rf "$folder"
  PATH=${PATH#"$venv/bin:"} python3 -m venv "$folder"
  local pip=("$folder/bin/python" -m pip install -qq --disable-pip-version-check)
  "${pip[@]}" "numpy==$numpy" "gguf==$gguf"
  # --no-cache-dir: pip keeps what it builds by name and version alone, and would take the other variant's.
  # LLAVA_BUILD, curl: pictures and downloads, not timed here. The launcher only saves time.
  local launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  CFLAGS=$flags CXXFLAGS=$flags CMAKE_ARGS="$instructions -DLLAVA_BUILD=OFF -DLLAMA_CURL=OFF ${launcher[*]}" \
    nice -n 10 "${pip[@]}" --no-cache-dir --no-binary llama-cpp-python "llama-cpp-python==$version" >"$cache/llama-$name.log" 2>&1 ||
    { tail -n 40 "$cache/llama-$name.log" >&2; return 1; }
  echo "$wanted" >"$folder/stamp"
}

mkdir -p "$cache"
for variant in "${@:-native}"; do
  case $variant in
  native) install_variant native "" -DGGML_NATIVE=ON ;;
  vnni) install_variant vnni "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16" -DGGML_NATIVE=ON ;;
  avx2) install_variant avx2 "" "$x86_64_v3" ;;
  *) echo "setup_llama_cpp.sh: '$variant' is neither 'native' nor 'vnni' nor 'avx2'" >&2; exit 2 ;;
  esac
done
