//===- Version.cpp - Which Weebill this is --------------------------------===//
//
// Tested by tests/unit/compiler/driver/OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Version.h"

namespace weebill::api {

const char *const kWeebillVersion = WEEBILL_VERSION;

} // namespace weebill::api
