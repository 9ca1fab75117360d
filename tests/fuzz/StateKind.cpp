// Saved states, which emitted programs restore: a right one of a small model, changed. Tested by
// tests/fuzz/CMakeLists.txt, which runs them.

#include "tests/unit/runtime/FakeConstants.h"
#include "tests/unit/runtime/FakeLayers.h"

namespace forward = fake;

#include "tests/unit/runtime/WholeTextTokenizer.h"

#include "runtime/no_opening_state.h"

#include "runtime/saved_state.h"
#include "tests/fuzz/Kind.h"

#include <stdexcept>
#include <vector>

namespace weebill::fuzz {

namespace {

// A file is read into memory for a state of the whole context at most, whatever its size.
constexpr size_t kFixedBytes = 1 << 20, kBytesPerByte = 1;

Conversation newConversation() {
  static const f32 factors[kBlocks] = {3, 5};
  return {std::make_shared<Engine>(reinterpret_cast<const u8 *>(factors), 1, 1), nullptr, {}};
}

void readTokens(Conversation &conversation, i32 count) {
  conversation.begin_prompt();
  for (i32 index = 0; index < count; ++index)
    conversation.prompt.add((17 + 5 * index) % 256);
  if (conversation.read_prompt(true) != End::None)
    throw std::logic_error("tokens that fit are not taken");
}

std::string saved(Conversation &conversation) {
  std::vector<u8> bytes(saved_state_bytes(conversation.model, conversation.model.position()));
  save_state(conversation, bytes.data());
  return {bytes.begin(), bytes.end()};
}

/// The right sum of what is there, so that what stands behind that check is reached.
void repair(std::string &state) {
  const size_t head = sizeof(SavedStateHeader);
  if (state.size() < head)
    return;
  const u64 sum = content_hash(reinterpret_cast<const u8 *>(state.data()) + head, state.size() - head);
  std::memcpy(state.data() + offsetof(SavedStateHeader, body_hash), &sum, sizeof sum);
}

Files makeState(Random &random) {
  static Conversation conversation = newConversation();
  conversation.reset();
  readTokens(conversation, 1 + i32(random.below(kContext - 4)));
  if (random.oneIn(2))
    conversation.next(); // chosen, and not in the cache
  std::string state = saved(conversation);
  const auto setNumber = [&](size_t place) {
    const uint32_t number = uint32_t(random.oneIn(2) ? hostileNumber(random) : random.below(400));
    std::memcpy(state.data() + place, &number, sizeof number);
  };
  for (size_t changes = random.below(4); changes > 0; --changes) {
    if (random.oneIn(3)) // counts, and what is kept and chosen
      setNumber(offsetof(SavedStateHeader, positions) + 4 * random.below(3));
    else if (random.oneIn(2)) // an id, or a mark
      setNumber(sizeof(SavedStateHeader) + 4 * random.below((state.size() - sizeof(SavedStateHeader)) / 4));
    else if (random.oneIn(2))
      setNumber(4 * random.below(sizeof(SavedStateHeader) / 4));
    else {
      mutateBytes(state, random);
      break; // places may be gone
    }
  }
  if (!random.oneIn(4))
    repair(state);
  return {{"state", state}};
}

/// A state that is refused changes nothing; one that is taken can be gone on from, saved, and forgotten.
std::optional<std::string> readState(const std::string &folder, const Files &) {
  static Conversation conversation = newConversation();
  conversation.reset();
  readTokens(conversation, 7);
  const std::string before = saved(conversation);
  const std::string path = folder + "/state";
  try {
    restore_state_file(conversation, path.c_str());
  } catch (const Failure &failure) {
    if (saved(conversation) != before)
      throw std::logic_error("a state that was refused has changed the conversation");
    return failure.sentence;
  }
  if (conversation.kept > conversation.model.position())
    throw std::logic_error("more is kept than there is");
  for (int tokens = 0; tokens < 3 && conversation.model.position() > 0; ++tokens)
    conversation.next();
  saved(conversation);
  conversation.go_back(conversation.model.position() / 2);
  return std::nullopt;
}

} // namespace

const Kind stateKind = {"state",      "saved states of a conversation", makeState, readState, false, kFixedBytes,
                        kBytesPerByte};

} // namespace weebill::fuzz
