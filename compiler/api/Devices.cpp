//===- Devices.cpp - The table of devices ---------------------------------===//
//
// Linux programs are static, with musl as their C library, so that they run on any distribution and on Android. Tested
// by tests/unit/compiler/api/DevicesTest.cpp and tests/emitted/test_devices.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Devices.h"

#include <algorithm>

namespace weebill::api {

static constexpr const char *kEmulated = "run in an emulator", *kCompiled = "compiled, never run";

const std::vector<Device> &devices() {
  static const std::vector<Device> table = {
      {"raspberry-pi-5",
       "Raspberry Pi 5 (Cortex-A76), 64-bit Linux",
       {"aarch64-dotprod"},
       "aarch64-linux-musl",
       "zig",
       "",
       kEmulated},
      {"raspberry-pi-4",
       "Raspberry Pi 4 and 3 (Cortex-A72, A53), 64-bit Linux",
       {"aarch64"},
       "aarch64-linux-musl",
       "zig",
       "",
       kEmulated},
      {"raspberry-pi-32",
       "any Raspberry Pi from 2 on with 32-bit Linux; ARMv7 boards",
       {"generic"},
       "arm-linux-musleabihf",
       "zig",
       "",
       kEmulated},
      {"android-arm64",
       "64-bit Android phones, from adb's shell or a terminal",
       {"aarch64-dotprod", "aarch64"},
       "aarch64-linux-musl",
       "zig",
       "",
       kEmulated},
      {"linux-arm64-static",
       "64-bit ARM servers and boards with Linux",
       {"aarch64-dotprod", "aarch64"},
       "aarch64-linux-musl",
       "zig",
       "",
       kEmulated},
      {"linux-x64-static",
       "64-bit PCs and servers with Linux",
       {"x86-64-amx", "x86-64-avx512vnni", "x86-64-v3", "generic"},
       "x86_64-linux-musl",
       "zig",
       "",
       "run"},
      {"riscv64-linux", "64-bit RISC-V boards with Linux", {"generic"}, "riscv64-linux-musl", "zig", "", kEmulated},
      {"mac-arm64", "Macs with Apple's CPUs", {"aarch64-dotprod"}, "aarch64-macos", "zig", "", kCompiled},
      {"windows-x64",
       "64-bit PCs with Windows 10 or later",
       {"x86-64-avx512vnni", "x86-64-v3", "generic"},
       "x86_64-windows-gnu",
       "zig",
       ".exe",
       kCompiled},
      {"wasi",
       "WebAssembly outside of browsers (WASI preview 1)",
       {"generic"},
       "wasm32-wasi",
       "zig",
       ".wasm",
       "run by wasmtime"},
  };
  return table;
}

const Device *findDevice(const std::string &name) {
  const auto found =
      std::find_if(devices().begin(), devices().end(), [&](const Device &device) { return device.name == name; });
  return found != devices().end() ? &*found : nullptr;
}

std::vector<std::string> deviceNames() {
  std::vector<std::string> names;
  for (const Device &device : devices())
    names.push_back(device.name);
  return names;
}

std::string hostTriple() {
#if defined(__aarch64__)
  const std::string cpu = "aarch64";
#elif defined(__riscv)
  const std::string cpu = "riscv64";
#else
  const std::string cpu = "x86_64";
#endif
#if defined(__APPLE__)
  return cpu + "-macos";
#else
  return cpu + "-linux-gnu";
#endif
}

std::string tripleOf(const std::vector<const targets::Target *> &targets) {
  if (targets.empty() ||
      std::any_of(targets.begin(), targets.end(), [](const auto *target) { return targets::compilesHere(*target); }))
    return hostTriple();
  for (const Device &device : devices())
    if (std::find(device.targets.begin(), device.targets.end(), targets.front()->name) != device.targets.end())
      return device.triple;
  return hostTriple();
}

} // namespace weebill::api
