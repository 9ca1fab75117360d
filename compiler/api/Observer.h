//===- Observer.h - What a caller hears and may stop -------------*- C++ -*-===//
//
// Everything is told from the thread that called, but `cancelled`, which packing asks from two threads at once. A
// function that throws ends the work like a cancel. Tested by tests/unit/compiler/api/CancelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_OBSERVER_H
#define WEEBILL_COMPILER_API_OBSERVER_H

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace weebill::api {

/// The observer asked to stop. Nothing was made.
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

struct Observer {
  virtual ~Observer() = default;
  /// A step begins: "plan".
  virtual void step(std::string_view) {}
  /// So much of the step is done.
  virtual void progress(int64_t /*done*/, int64_t /*of*/) {}
  /// Something that the user should know and that stops nothing: a sentence without a full stop.
  virtual void note(std::string_view) {}
  /// Asked between steps, and inside them whenever rows of a tensor are read and along a vocabulary. True ends the work
  /// with Cancelled.
  virtual bool cancelled() { return false; }
};

inline void stopIfCancelled(Observer &observer) {
  if (observer.cancelled())
    throw Cancelled();
}

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_OBSERVER_H
