//===- Module.cpp - weebill._compiler -----------------------------------------===//
//
// The compiler as a Python module: compiler/api, and the command line for `weebill` from a wheel. Tested by
// tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Version.h"
#include "compiler/driver/Driver.h"
#include "python/bindings/Bind.h"

#include <iostream>
#include <pybind11/stl.h>

namespace py = pybind11;

/// The command `weebill`, with the words that follow its name. Its exit code.
static int runCommand(const std::vector<std::string> &words) {
  std::vector<const char *> arguments = {"weebill"};
  for (const std::string &word : words)
    arguments.push_back(word.c_str());
  const py::gil_scoped_release released;
  return weebill::driver::runWeebill(int(arguments.size()), arguments.data(), std::cout, std::cerr);
}

PYBIND11_MODULE(_compiler, module) {
  module.attr("version") = weebill::api::kWeebillVersion;
  module.def("run_command", &runCommand, py::arg("words"));
  weebill::bindings::bindErrors(module);
  weebill::bindings::bindMachine(module);
  weebill::bindings::bindCompile(module);
  weebill::bindings::bindShapes(module);
}
