//===- routes.h - A program for several instruction sets ---------*- C++ -*-===//
//
// The layers of each stand in a table, in order of preference, and the first that this CPU can run is taken at start.
// Needs Weights, BlockWeights, Cache and State. Tested by tests/unit/runtime/RoutesTest.cpp and
// tests/emitted/test_every_target.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"
#include "runtime/worker.h"

#include <cstring>
#include <span>

/// The same functions for each instruction set.
struct Routes {
  const char *name;
  bool (*supported)();
  void (*decode_enter)(const Weights &, const i32 *, State &, Worker &);
  void (*decode_layer)(const Weights &, const BlockWeights &, const Cache &, i32, State &, Worker &);
  void (*prefill_enter)(const Weights &, const i32 *, i32, State &, Worker &);
  void (*prefill_layer)(const Weights &, const BlockWeights &, const Cache &, i32, i32, State &, Worker &);
  void (*leave)(const Weights &, i32, State &, Worker &);
};

/// The table, in order of preference.
std::span<const Routes> all_routes();

/// The first that this CPU can run, or nullptr.
inline const Routes *find_routes() {
  for (const Routes &each : all_routes())
    if (each.supported())
      return &each;
  return nullptr;
}

inline const Routes *routes = find_routes(); // changed by --target alone, before anything runs

inline bool target_supported() { return routes != nullptr; }

/// The target in use.
inline const char *target_name() { return routes->name; }

/// Takes the target of that name; false: there is none, or this CPU cannot run it.
inline bool choose_target(const char *name) {
  for (const Routes &each : all_routes())
    if (std::strcmp(name, each.name) == 0 && each.supported()) {
      routes = &each;
      return true;
    }
  return false;
}

/// The layers of the target in use.
namespace forward {

namespace decode {

inline void enter(const Weights &model, const i32 *ids, State &s, Worker &me) {
  routes->decode_enter(model, ids, s, me);
}

inline void layer(const Weights &model, const BlockWeights &w, const Cache &cache, i32 position, State &s, Worker &me) {
  routes->decode_layer(model, w, cache, position, s, me);
}

} // namespace decode

namespace prefill {

inline void enter(const Weights &model, const i32 *ids, i32 tokens, State &s, Worker &me) {
  routes->prefill_enter(model, ids, tokens, s, me);
}

inline void layer(const Weights &model, const BlockWeights &w, const Cache &cache, i32 position, i32 tokens, State &s,
                  Worker &me) {
  routes->prefill_layer(model, w, cache, position, tokens, s, me);
}

} // namespace prefill

inline void leave(const Weights &model, i32 token, State &s, Worker &me) { routes->leave(model, token, s, me); }

} // namespace forward
