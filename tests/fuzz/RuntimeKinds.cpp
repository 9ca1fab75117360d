// Inputs that emitted programs read: weights files, arguments, prompts. Tested by tests/fuzz/CMakeLists.txt, which runs
// them.

#include "tests/unit/runtime/FakeConstants.h"

#include "codegen/text/AnyTokenizer.h"
#include "codegen/weights/TokenizerTables.h"
#include "runtime/parse_options.h"
#include "runtime/stop_strings.h"
#include "runtime/weights_file.h"
#include "runtime/whole_characters.h"
#include "tests/fuzz/Kind.h"

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace weebill::fuzz {

namespace {

// A weights file is mapped.
constexpr size_t kFixedBytes = 1 << 20, kBytesPerByte = 1;
// Room for a prompt is made before it is read, most of it never touched. A byte of text becomes 11 at most in form KC,
// by way of 6 codes of 8 bytes; the spaces are changed twice behind that, and the sums of scores take 16 bytes for each
// byte that a piece really has: 11 + 48 + 11 + 11 + 16 * 11. Merging takes 28 (runtime/merge.h), and form C 3 and 16:
// less. The words of the command line are there twice, or are short and take 48 for two bytes while there are more.
constexpr size_t kBytesPerByteOfArguments = 257 + 3;

/// One of each way to read a text: damaged tables must be harmless to all of them.
std::vector<weights::TokenizerKind> allKinds() {
  using Pieces = weights::TokenizerKind::Pieces;
  std::vector<weights::TokenizerKind> kinds(7);
  constexpr Pieces kInSteps[] = {Pieces::Gpt4o, Pieces::Tekken, Pieces::DeepSeek3, Pieces::DeepSeekCoder,
                                 Pieces::DeepSeekLlm};
  kinds[0].pieces = Pieces::Gpt2;
  kinds[1].pieces = Pieces::Smollm;
  kinds[2].pieces = Pieces::Llama3;
  kinds[2].wholeWords = true;
  kinds[3].pieces = Pieces::Qwen;
  kinds[3].form = weights::TokenizerKind::Form::C;
  for (size_t i = 4; i < kinds.size(); ++i) {
    kinds[i].marksSpaces = true;
    kinds[i].spaceBefore =
        i == 4 ? weights::TokenizerKind::SpaceBefore::EveryPart : weights::TokenizerKind::SpaceBefore::TextWithout;
    kinds[i].pieces = i == 4 ? Pieces::Whole : i == 5 ? Pieces::Words : Pieces::SpaceRuns;
    kinds[i].dropsFirstSpace = i == 5;
    kinds[i].marksFirst = i == 6;
  }
  for (Pieces pieces : kInSteps)
    kinds.emplace_back().pieces = pieces;
  kinds.push_back(kinds[6]);
  kinds.back().byScores = kinds.back().carriesSums = true;
  using Form = weights::TokenizerKind::Form;
  using Fewer = weights::TokenizerKind::FewerSpaces;
  constexpr std::pair<Form, Fewer> kChanges[] = {{Form::KC, Fewer::Inside},
                                                 {Form::Map, Fewer::NoneAround},
                                                 {Form::MapOfClusters, Fewer::InsideAndEnd},
                                                 {Form::MapOfClusters, Fewer::WhiteSpace}};
  for (const auto &[form, fewer] : kChanges) {
    kinds.push_back(kinds[4]);
    kinds.back().form = form;
    kinds.back().fewerSpaces = fewer;
    kinds.back().byScores = kinds.back().singleSums = true;
  }
  return kinds;
}

/// All bytes, two marks that are control tokens, a user-defined word, merges, words.
std::vector<uint8_t> rightTables(const weights::TokenizerKind &kind) {
  weights::TokenizerSource source;
  source.kind = kind;
  for (int byte = 0; byte < 256; ++byte) {
    source.tokens.push_back(std::string{char(byte)});
    source.bytes[size_t(byte)] = byte;
  }
  for (const char *text : {"<|im_start|>", "<|im_end|>", "word", "ab", "abc"})
    source.tokens.push_back(text);
  source.special.assign(source.tokens.size(), false);
  source.special[256] = source.special[257] = true;
  source.added = {{256, "<|im_start|>"}, {257, "<|im_end|>"}, {258, "word", false, false, false, true}};
  source.merges = {{'a', 'b', 259, 0}, {259, 'c', 260, 1}};
  source.words = {{"a", 'a'}, {"b", 'b'}, {"c", 'c'}, {"ab", 259}, {"\xc3\xa9", 260}, {" word", 258}};
  source.scores = {{"a", 'a', -1}, {"ab", 259, -1.5}, {" word", 258, -2}, {" ", ' ', -3}};
  source.unknownScore = -13;
  // "\2" becomes "x", in four units.
  source.map = {{1u << 10, 1u << 31, 1u << 31, 2 | 1 << 8 | (3 ^ 2) << 10}, std::string("x", 2), 1};
  return weights::buildTokenizerTables(source);
}

/// Those of a small kind, as long as the content of a weights file.
std::vector<uint8_t> tablesOfFile() {
  std::vector<uint8_t> tables = rightTables(weights::TokenizerKind{});
  if (tables.size() > kTokenizerBytes)
    throw std::logic_error("the tables do not fit into the weights file");
  tables.resize(kTokenizerBytes);
  const u32 bytes = kTokenizerBytes; // the tables of this model fill the content
  std::memcpy(tables.data() + offsetof(TokenizerHeader, blob_bytes), &bytes, sizeof bytes);
  return tables;
}

/// What a program does with a prompt: ids, and their texts through stop strings to the terminal.
template <class Tokenizer> void sayBack(const TokenizerTables &tables, std::string_view prompt, std::FILE *terminal) {
  static const std::vector<std::string_view> stopTexts = {"abc", "<|"};
  StopStrings stops(stopTexts);
  WholeCharacters characters;
  const auto print = [&](std::string_view text) { std::fwrite(text.data(), 1, text.size(), terminal); };
  const auto write = [&](std::string_view text) { characters.take(text, print); };
  Tokenizer tokenizer(tables, Tokenizer::room_for(tables, prompt));
  tokenizer.encode(prompt, [&](i32 id) {
    if (tables.is_printed(id))
      stops.take(tables.token_text(id), write);
  });
  stops.finish(write);
  characters.finish(print);
}

void sayBack(const weights::TokenizerKind &kind, const TokenizerTables &tables, std::string_view prompt,
             std::FILE *terminal) {
  with_tokenizer(kind, [&]<class Tokenizer>() { sayBack<Tokenizer>(tables, prompt, terminal); });
}

std::FILE *nowhere() {
  static std::FILE *const file = std::fopen("/dev/null", "w");
  return file;
}

//===----------------------------------------------------------------------===//
// Weights files
//===----------------------------------------------------------------------===//

Files makeWeights(Random &random) {
  WeightsFileHeader header{};
  std::memcpy(header.magic, kWeightsMagic, sizeof kWeightsMagic);
  header.format_version = kWeightsFormatVersion;
  header.header_bytes = sizeof header;
  header.layout_hash = kLayoutHash;
  header.content_hash = kContentHash;
  header.file_bytes = kWeightsFileBytes;
  static const std::vector<uint8_t> tables = tablesOfFile();
  std::string head(reinterpret_cast<const char *>(&header), sizeof header), content(tables.begin(), tables.end());
  if (random.oneIn(8))
    mutateBytes(head, random);
  for (size_t changes = 1 + random.below(3); changes > 0; --changes) {
    const size_t numbers = content.size() / 4; // mutated, it may be empty
    if (numbers > 12 && random.oneIn(3)) {     // a number of the tables' header, where the damage is greatest
      const uint32_t number = uint32_t(random.oneIn(2) ? hostileNumber(random) : random.below(5000));
      std::memcpy(content.data() + 4 * random.below(12), &number, 4);
    } else if (numbers > 0 && random.oneIn(2)) { // any number
      const uint32_t number = uint32_t(hostileNumber(random));
      std::memcpy(content.data() + 4 * random.below(numbers), &number, 4);
    } else {
      mutateBytes(content, random);
    }
    if (!random.oneIn(8))
      content.resize(kTokenizerBytes); // else the size gives it away
  }
  return {{"model.weights", head + content}};
}

std::optional<std::string> readWeights(const std::string &folder, const Files &) {
  try {
    const std::string path = folder + "/model.weights";
    const WeightsFile file(path.c_str());
    const TokenizerTables tables(file.content(), kTokenizerBytes);
    for (i32 id = -2; id < tables.vocabulary() + 2 && id < 1 << 16; ++id)
      for (char c : tables.token_text(id)) // every byte is there
        std::fputc(c, nowhere());
    for (const weights::TokenizerKind &kind : allKinds())
      sayBack(kind, tables, "ab abcab 12 word e\xcc\x81 <|im_start|>\xff\xe4\xbd\xa0  <|im_end|>q\n", nowhere());
    return std::nullopt;
  } catch (const Failure &failure) {
    return failure.sentence;
  }
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

const std::vector<std::string> kArgumentWords = {
    "--tokens",
    "--tokenize",
    "--perplexity",
    "--bench",
    "--verify",
    "--chat",
    "-n",
    "--new-tokens",
    "--temperature",
    "--top-k",
    "--top-p",
    "--seed",
    "--stop",
    "--when-full",
    "slide",
    "--logprobs",
    "--system",
    "--logits",
    "--step",
    "--json",
    "--threads",
    "--weights-file",
    "--help",
    "--",
    "-",
    "=",
    "--top-k=3",
    "1,2,3",
    ",",
    "1,,2",
    "0x10",
    "1e3",
};

Files makeArguments(Random &random) {
  static const char *const right[] = {"--tokens 1,2,3 -n 5 --temperature 0.5 --top-k 4",
                                      "prompt --stop end --seed 7 -n 3", "--chat hello --system 'be kind' --threads 2",
                                      "--bench --prompt-tokens 4 --json"};
  std::string words = random.pick(right), prompt = "ab abcab 12 word e\xcc\x81 <|im_start|>\xe4\xbd\xa0  <|im_end|>q\n";
  mutateText(words, kArgumentWords, random);
  for (size_t changes = random.below(6); changes > 0; --changes)
    mutateBytes(prompt, random);
  if (random.oneIn(64)) { // long, of what grows most: U+FDFA is 18 characters in form KC
    static const char *const parts[] = {"\xef\xb7\xba", "\xef\xb7\xba ", "\xc7\x95", " ", "a", "ab"};
    const std::string_view part = random.pick(parts);
    prompt.clear();
    for (size_t count = random.below(8000); count > 0; --count)
      prompt += part;
  }
  return {{"arguments", words}, {"prompt", prompt}};
}

std::optional<std::string> readArguments(const std::string &, const Files &files) {
  struct Made {
    weights::TokenizerKind kind;
    std::vector<uint8_t> blob = rightTables(kind);
    TokenizerTables tables{blob.data(), blob.size()};
  };
  static const std::vector<std::unique_ptr<Made>> made = [] {
    std::vector<std::unique_ptr<Made>> all;
    for (const weights::TokenizerKind &kind : allKinds())
      all.emplace_back(new Made{kind});
    return all;
  }();
  const auto sayAll = [&](std::string_view text) {
    for (const std::unique_ptr<Made> &one : made)
      sayBack(one->kind, one->tables, text, nowhere());
  };
  std::vector<std::string> words = {"fake"};
  std::string_view left = files.at("arguments");
  while (!left.empty()) { // at spaces, as a shell; what is between may be anything but an end of string
    const std::string_view word = left.substr(0, left.find(' '));
    left.remove_prefix(std::min(word.size() + 1, left.size()));
    words.emplace_back(word.substr(0, word.find('\0')));
  }
  std::vector<char *> pointers;
  for (std::string &word : words)
    pointers.push_back(word.data());
  sayAll(files.at("prompt"));
  try {
    const Options options = OptionParser(int(pointers.size()), pointers.data()).parse();
    if (options.prompt)
      sayAll(*options.prompt);
    return std::nullopt;
  } catch (const Failure &failure) {
    std::string sentence = failure.sentence;
    for (char &c : sentence) // the user's own words on the user's own terminal
      c = c < 0x20 || c > 0x7e ? '?' : c;
    return sentence;
  }
}

} // namespace

const Kind weightsKind = {
    "weights",    "weights files behind a right or wrong header", makeWeights, readWeights, false, kFixedBytes,
    kBytesPerByte};
const Kind argumentsKind = {"arguments",
                            "command lines and prompts of emitted programs",
                            makeArguments,
                            readArguments,
                            false,
                            kFixedBytes,
                            kBytesPerByteOfArguments};

} // namespace weebill::fuzz
