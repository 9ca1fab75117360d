//===- BindErrors.cpp - The compiler's exceptions in Python -------------------===//
//
// Tested by tests/python/test_library_errors.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/OutputFile.h"
#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "python/bindings/Bind.h"

namespace py = pybind11;

namespace weebill::bindings {

namespace {

void raise(const char *name, const std::exception &error) {
  py::set_error(py::module_::import("weebill.errors").attr(name), error.what());
}

void translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const api::UsageError &error) {
    raise("UsageError", error);
  } catch (const importer::InputError &error) {
    raise("InputError", error);
  } catch (const weights::OutputError &error) {
    raise("OutputError", error);
  } catch (const api::Cancelled &error) {
    raise("Cancelled", error);
  } catch (const std::logic_error &error) { // no input may lead to one
    raise("InternalError", error);
  }
}

} // namespace

void bindErrors(py::module_ &) { py::register_local_exception_translator(translate); }

} // namespace weebill::bindings
