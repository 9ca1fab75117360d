//===- Version.h - Which Weebill this is -------------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/driver/OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_VERSION_H
#define WEEBILL_COMPILER_API_VERSION_H

namespace weebill::api {

/// Version of this compiler, written into emitted files: "0.1.0".
extern const char *const kWeebillVersion;

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_VERSION_H
