//===- PythonObserver.h - A Python object that observes ----------*- C++ -*-===//
//
// The compiler works without Python's lock; this takes it to tell the object what happens, and to see now and then
// whether the user has pressed Ctrl-C. Tested by tests/python/test_library_compile.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_PYTHON_BINDINGS_PYTHONOBSERVER_H
#define WEEBILL_PYTHON_BINDINGS_PYTHONOBSERVER_H

#include "compiler/api/Observer.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <pybind11/pybind11.h>

namespace weebill::bindings {

class PythonObserver : public api::Observer {
public:
  /// `listener` has step, progress, note and cancelled, as weebill.progress.Listener.
  explicit PythonObserver(pybind11::object listener) : listener(std::move(listener)) {}

  void step(std::string_view what) override;
  void progress(int64_t done, int64_t of) override;
  void note(std::string_view text) override;
  bool cancelled() override;

  /// Calls `work` without Python's lock. What the listener raised, or Ctrl-C, comes out in the place of Cancelled.
  template <class Work> auto run(Work work) {
    const auto withoutLock = [&] {
      const pybind11::gil_scoped_release released;
      return work();
    };
    try {
      return withoutLock();
    } catch (const api::Cancelled &) {
      if (raised)
        std::rethrow_exception(raised);
      throw;
    }
  }

private:
  bool asked();

  pybind11::object listener;
  std::exception_ptr raised; // by the listener, or by a signal; set once, under `mutex`
  std::mutex mutex;
  std::atomic<bool> stopped = false;
  std::atomic<std::chrono::steady_clock::time_point> next = std::chrono::steady_clock::time_point();
};

} // namespace weebill::bindings

#endif // WEEBILL_PYTHON_BINDINGS_PYTHONOBSERVER_H
