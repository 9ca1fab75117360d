//===- Bind.h - Parts of the Python module -----------------------*- C++ -*-===//
//
// Each adds its functions and classes to weebill._compiler, whose types are in weebill/_compiler.pyi. Tested by
// tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_PYTHON_BINDINGS_BIND_H
#define WEEBILL_PYTHON_BINDINGS_BIND_H

#include <pybind11/pybind11.h>

namespace weebill::bindings {

/// Exceptions of the compiler become those of weebill.errors, with their sentence.
void bindErrors(pybind11::module_ &module);

/// compile() and what it gives.
void bindCompile(pybind11::module_ &module);

/// Presets, descriptions, and how fast a plan can be.
void bindShapes(pybind11::module_ &module);

/// Targets, and the C++ compiler of this machine.
void bindMachine(pybind11::module_ &module);

} // namespace weebill::bindings

#endif // WEEBILL_PYTHON_BINDINGS_BIND_H
