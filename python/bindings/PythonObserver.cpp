//===- PythonObserver.cpp - A Python object that observes ---------------------===//
//
// Tested by tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#include "python/bindings/PythonObserver.h"

namespace py = pybind11;

namespace weebill::bindings {

void PythonObserver::step(std::string_view what) {
  const py::gil_scoped_acquire lock;
  listener.attr("step")(py::str(what.data(), what.size()));
}

void PythonObserver::progress(int64_t done, int64_t of) {
  const py::gil_scoped_acquire lock;
  listener.attr("progress")(done, of);
}

void PythonObserver::note(std::string_view text) {
  const py::gil_scoped_acquire lock;
  listener.attr("note")(py::str(text.data(), text.size()));
}

/// Asked for every few rows: Python is troubled some times a second only.
bool PythonObserver::cancelled() {
  if (stopped)
    return true;
  const auto now = std::chrono::steady_clock::now();
  auto due = next.load();
  if (now < due || !next.compare_exchange_strong(due, now + std::chrono::milliseconds(30)))
    return false;
  const py::gil_scoped_acquire lock;
  return asked();
}

bool PythonObserver::asked() {
  try {
    if (PyErr_CheckSignals() != 0) // does nothing but in the main thread
      throw py::error_already_set();
    if (!listener.attr("cancelled")().cast<bool>())
      return false;
  } catch (const py::error_already_set &) {
    const std::lock_guard<std::mutex> guard(mutex);
    if (!raised)
      raised = std::current_exception();
  }
  stopped = true;
  return true;
}

} // namespace weebill::bindings
