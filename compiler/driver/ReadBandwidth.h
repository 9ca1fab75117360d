//===- ReadBandwidth.h - How fast this machine reads memory ------*- C++ -*-===//
//
// The roof over decoding: a token must read all weights. Tested by tests/unit/compiler/driver/ReadBandwidthTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_READBANDWIDTH_H
#define WEEBILL_COMPILER_DRIVER_READBANDWIDTH_H

#include <cstdint>

namespace weebill::driver {

struct ReadBandwidth {
  double bytesPerSecond = 0;
  int threads = 0;
};

/// Reads `bytes` of memory, dealt out to `threads`, again and again for about `seconds`; the median pass counts,
/// because on a shared host single ones get half as much again. Give more bytes than the last cache holds, or what one
/// holds to measure that.
ReadBandwidth measureReadBandwidth(int64_t bytes, int threads, double seconds);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_READBANDWIDTH_H
