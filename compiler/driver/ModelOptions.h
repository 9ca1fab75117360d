//===- ModelOptions.h - Options that decide a model --------------*- C++ -*-===//
//
// What commands have in common that read a model: where it is, how its file is read, how its numbers are stored. Tested
// by tests/unit/compiler/driver/OptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_MODELOPTIONS_H
#define WEEBILL_COMPILER_DRIVER_MODELOPTIONS_H

#include "compiler/api/CompileOptions.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace weebill::driver {

/// The heading above options of reading in the help.
constexpr const char *kReading = "Reading the model";

/// Accepts one of some names and refuses others by name.
CLI::Validator oneOf(const std::vector<std::string> &names);

/// Accepts a number from 1 on.
CLI::Validator numberOfTokens();

void addModel(CLI::App &app, api::CompileOptions &options);

/// What counts as harmless, and what a chat template is given beside messages.
void addReading(CLI::App &app, api::CompileOptions &options);

/// Storage of weights, rows and cache.
void addNumbers(CLI::App &app, api::CompileOptions &options);

/// Fusions to leave out.
void addSkipPass(CLI::App &app, api::CompileOptions &options, const char *group);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_MODELOPTIONS_H
