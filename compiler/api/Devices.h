//===- Devices.h - Machines that programs are made for -----------*- C++ -*-===//
//
// A target is a kind of CPU; a device is a machine somebody has: its CPUs, its system, and what compiles for both. Each
// is a row of one table (Devices.cpp, docs/targets.md). Tested by tests/unit/compiler/api/DevicesTest.cpp and
// tests/emitted/test_devices.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_DEVICES_H
#define WEEBILL_COMPILER_API_DEVICES_H

#include "codegen/targets/Target.h"

#include <string>
#include <vector>

namespace weebill::api {

struct Device {
  std::string name;                 // "raspberry-pi-5"
  std::string description;          // one line for `weebill devices`
  std::vector<std::string> targets; // the program chooses at start, if there are several
  std::string triple;               // of CPU and system, as zig calls it
  std::string compiler;             // that makes such programs anywhere
  std::string suffix;               // of the program's file: ".exe"
  std::string tried;                // what Weebill's tests do with such programs
};

/// The table.
const std::vector<Device> &devices();

/// The row of that name, or nullptr.
const Device *findDevice(const std::string &name);

std::vector<std::string> deviceNames();

/// What zig calls this machine.
std::string hostTriple();

/// What zig calls the machines of these targets: this one if it is of their kind, otherwise those of the first device
/// of the first target.
std::string tripleOf(const std::vector<const targets::Target *> &targets);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_DEVICES_H
