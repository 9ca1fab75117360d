//===- ListDevices.cpp - weebill devices ----------------------------------===//
//
// Tested by tests/lit/tools/weebill-devices.test.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ListDevices.h"

#include "compiler/api/Devices.h"

#include <algorithm>

namespace weebill::driver {

static std::string listed(const std::vector<std::string> &words) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : ",") + word;
  return text;
}

void listDevices(std::ostream &out) {
  size_t width = 0;
  for (const api::Device &device : api::devices())
    width = std::max(width, device.name.size() + 2);
  for (const api::Device &device : api::devices())
    out << device.name << std::string(width - device.name.size(), ' ') << device.description << "\n"
        << std::string(width, ' ') << listed(device.targets) << "; " << device.compiler << " -target " << device.triple
        << "; " << device.tried << "\n";
  out << "\nThe last words say what Weebill's own tests do with programs for the device. 'weebill build --device NAME' "
         "needs\nzig: it is found on the PATH, or installed by 'pip install ziglang'.\n";
}

} // namespace weebill::driver
