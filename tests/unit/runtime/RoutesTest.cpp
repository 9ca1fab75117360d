//===- RoutesTest.cpp - The choice among instruction sets -----------------===//

#include "tests/unit/runtime/FakeConstants.h"
#include "tests/unit/runtime/FakeLayers.h"

#include "runtime/routes.h"

#include <gtest/gtest.h>
#include <string>

namespace {

const char *called = ""; // the target whose layers ran last

template <const char *const &Name> struct Layers {
  static void enter(const Weights &, const i32 *, State &, Worker &) { called = Name; }
  static void layer(const Weights &, const BlockWeights &, const Cache &, i32, State &, Worker &) { called = Name; }
  static void enter_all(const Weights &, const i32 *, i32, State &, Worker &) { called = Name; }
  static void layer_all(const Weights &, const BlockWeights &, const Cache &, i32, i32, State &, Worker &) {
    called = Name;
  }
  static void leave(const Weights &, i32, State &, Worker &) { called = Name; }
};

constexpr const char *kBest = "best", *kGood = "good", *kPlain = "plain";
template <const char *const &Name>
constexpr Routes kRow = {Name,
                         [] { return Name != kBest; }, // this CPU cannot run the best
                         Layers<Name>::enter,
                         Layers<Name>::layer,
                         Layers<Name>::enter_all,
                         Layers<Name>::layer_all,
                         Layers<Name>::leave};
constexpr Routes kRoutes[] = {kRow<kBest>, kRow<kGood>, kRow<kPlain>};

} // namespace

std::span<const Routes> all_routes() { return kRoutes; }

namespace {

/// The target of every function that the model calls, or "?" if they are not the same.
std::string targetOfLayers() {
  const Weights model{};
  const Cache cache{};
  State state{};
  Worker me{0, 1, 0, nullptr, nullptr, nullptr, nullptr};
  const i32 id = 0;
  std::string all;
  const auto note = [&] {
    all = all.empty() || all == called ? called : "?";
    called = "nobody";
  };
  forward::decode::enter(model, &id, state, me);
  note();
  forward::decode::layer(model, model.blocks[0], cache, 0, state, me);
  note();
  forward::prefill::enter(model, &id, 1, state, me);
  note();
  forward::prefill::layer(model, model.blocks[0], cache, 0, 1, state, me);
  note();
  forward::leave(model, 0, state, me);
  note();
  return all;
}

TEST(RoutesTest, TheFirstThatRunsHereIsTaken) {
  ASSERT_TRUE(target_supported());
  EXPECT_EQ(std::string(target_name()), "good");
  EXPECT_EQ(targetOfLayers(), "good");
}

TEST(RoutesTest, AnotherIsTakenByName) {
  EXPECT_FALSE(choose_target("best"));
  EXPECT_FALSE(choose_target("none"));
  EXPECT_EQ(targetOfLayers(), "good");
  EXPECT_TRUE(choose_target("plain"));
  EXPECT_EQ(std::string(target_name()), "plain");
  EXPECT_EQ(targetOfLayers(), "plain");
  EXPECT_TRUE(choose_target("good"));
}

} // namespace
