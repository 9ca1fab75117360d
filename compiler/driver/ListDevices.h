//===- ListDevices.h - weebill devices ---------------------------*- C++ -*-===//
//
// Tested by tests/lit/tools/weebill-devices.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_LISTDEVICES_H
#define WEEBILL_COMPILER_DRIVER_LISTDEVICES_H

#include <ostream>

namespace weebill::driver {

/// Prints the table of devices.
void listDevices(std::ostream &out);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_LISTDEVICES_H
