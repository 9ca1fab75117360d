// What the interface says. Tested by tests/fuzz/MutatorTest.cpp.

#include "tests/fuzz/Mutator.h"

#include <cctype>
#include <cstring>
#include <utility>

namespace weebill::fuzz {

namespace {

constexpr size_t kLongest = 1 << 16; // of a mutated input: longer ones only cost time

/// Where a stretch of at most `most` bytes begins and how long it is.
std::pair<size_t, size_t> stretch(size_t size, size_t most, Random &random) {
  const size_t at = random.below(size + 1);
  return {at, random.below(std::min(most, size - at) + 1)};
}

void overwriteNumber(std::string &bytes, Random &random) {
  const size_t width = size_t(1) << random.below(4);
  if (bytes.size() < width)
    return;
  size_t at = random.below(bytes.size() - width + 1);
  uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, width);
  value = random.oneIn(3) ? value + random.below(9) - 4 : hostileNumber(random); // a little off, or far
  std::memcpy(bytes.data() + at, &value, width);
}

void mutateBytesOnce(std::string &bytes, Random &random) {
  if (bytes.empty()) {
    bytes.push_back(char(random.bits()));
    return;
  }
  switch (random.below(10)) {
  case 0:
    bytes[random.below(bytes.size())] ^= char(1 << random.below(8));
    break;
  case 1:
    bytes[random.below(bytes.size())] = char(random.bits());
    break;
  case 2: // near the front, where the numbers are that say how to read the rest
    bytes[random.below(std::min<size_t>(bytes.size(), 64))] = char(random.bits());
    break;
  case 3:
  case 4:
  case 5:
    overwriteNumber(bytes, random);
    break;
  case 6:
    bytes.resize(random.below(bytes.size() + 1));
    break;
  case 7: {
    const auto [at, count] = stretch(bytes.size(), 64, random);
    bytes.erase(at, count);
    break;
  }
  case 8: { // a stretch once more, here or elsewhere
    const auto [at, count] = stretch(bytes.size(), 256, random);
    const std::string copy = bytes.substr(at, count);
    if (bytes.size() + count <= kLongest)
      bytes.insert(random.below(bytes.size() + 1), copy);
    break;
  }
  case 9: { // a stretch over another one
    const auto [at, count] = stretch(bytes.size(), 64, random);
    const std::string copy = bytes.substr(at, count);
    bytes.replace(random.below(bytes.size() - count + 1), count, copy);
    break;
  }
  }
}

/// Cuts a text into words, numbers, strings and single other characters; white space stays with what stands before.
std::vector<std::string> wordsOf(const std::string &text) {
  const auto isWord = [](char c) { return std::isalnum(uint8_t(c)) || c == '_' || c == '.' || uint8_t(c) >= 0x80; };
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    if (isWord(text[at]))
      while (end < text.size() && isWord(text[end]))
        ++end;
    else if (text[at] == '"' || text[at] == '\'') {
      const size_t quote = text.find(text[at], end);
      end = quote == text.npos ? end : quote + 1;
    }
    while (end < text.size() && std::isspace(uint8_t(text[end])))
      ++end;
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string hostileWord(const std::vector<std::string> &dictionary, Random &random) {
  static const std::vector<std::string> common = {
      "0",        "-1",          "1e999", "-1e999", "1e-999",
      "0.5",      "null",        "true",  "false",  "\"\"",
      "{}",       "[]",          "{",     "}",      "[",
      "]",        ",",           ":",     "\"",     "\\",
      "\\u0000",  "\"\\ud800\"", "\xff",  "\xc3",   "\xed\xa0\x80",
      "NaN",      "1.",          "-",     "''",     "\n",
      "\x1b[31m", "\x7f",
  };
  switch (random.below(5)) {
  case 0:
    return std::to_string(hostileNumber(random));
  case 1:
    return std::to_string(int64_t(hostileNumber(random)));
  case 2:
    return random.pick(common);
  case 3:
    return std::string(1 + random.below(300), char(32 + random.below(96)));
  default:
    return dictionary.empty() ? random.pick(common) : random.pick(dictionary);
  }
}

std::string repeated(const std::string &text, size_t count) {
  std::string result;
  for (; count > 0 && result.size() + text.size() < kLongest; --count)
    result += text;
  return result;
}

void mutateWordsOnce(std::vector<std::string> &words, const std::vector<std::string> &dictionary, Random &random) {
  if (words.empty())
    return void(words.push_back(hostileWord(dictionary, random)));
  const size_t at = random.below(words.size());
  switch (random.below(8)) {
  case 0:
  case 1:
    words[at] = hostileWord(dictionary, random) + " ";
    break;
  case 2:
    words.erase(words.begin() + std::ptrdiff_t(at));
    break;
  case 3:
    std::swap(words[at], words[random.below(words.size())]);
    break;
  case 4:
    words[at] = words[random.below(words.size())];
    break;
  case 5:
    words[at] = repeated(words[at], 1 + random.below(random.oneIn(8) ? 5000 : 4));
    break;
  case 6: { // a stretch once more
    const auto [from, count] = stretch(words.size(), 40, random);
    std::string copy;
    for (size_t i = from; i < from + count; ++i)
      copy += words[i];
    words[at] += repeated(copy, 1 + random.below(3));
    break;
  }
  case 7: { // deep inside brackets
    const size_t depth = 1 + random.below(random.oneIn(8) ? 20000 : 40);
    const char *const pairs[][2] = {{"[", "]"},   {"{\"a\":", "}"}, {"(", ")"},
                                    {"not ", ""}, {"-", ""},        {"{% if 1 %}", "{% endif %}"}};
    const auto &pair = random.pick(pairs);
    words[at] = repeated(pair[0], depth) + words[at] + (random.oneIn(2) ? repeated(pair[1], depth) : "");
    break;
  }
  }
}

} // namespace

uint64_t hostileNumber(Random &random) {
  const uint64_t power = uint64_t(1) << random.below(64);
  switch (random.below(6)) {
  case 0:
    return 0;
  case 1:
    return ~uint64_t(0) >> random.below(64);
  case 2:
    return power + random.below(3) - 1;
  case 3:
    return random.below(64);
  case 4:
    return -random.below(64);
  default:
    return random.bits() >> random.below(64);
  }
}

void mutateBytes(std::string &bytes, Random &random) {
  for (size_t changes = 1 + random.below(4); changes > 0; --changes)
    mutateBytesOnce(bytes, random);
}

void mutateText(std::string &text, const std::vector<std::string> &dictionary, Random &random) {
  std::vector<std::string> words = wordsOf(text);
  for (size_t changes = 1 + random.below(4); changes > 0; --changes)
    mutateWordsOnce(words, dictionary, random);
  text.clear();
  for (const std::string &word : words)
    if (text.size() + word.size() <= kLongest)
      text += word;
}

} // namespace weebill::fuzz
