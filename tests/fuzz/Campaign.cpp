// Parent and child. Tested by tests/fuzz/CMakeLists.txt, which runs it.

#include "tests/fuzz/Campaign.h"

#include "tests/fuzz/MeteredMemory.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weebill::fuzz {

namespace {

constexpr int kMostSeconds = 10; // for one input

/// What the child tells; in memory that both see, so that it is there when the child is not.
struct Told {
  uint64_t number = 0; // of the input that is read now
  uint64_t accepted = 0, refused = 0, wrong = 0;
  double longestSeconds = 0;
  uint64_t longest = 0; // its number
  double heaviest = 0;  // the largest part of the bytes allowed that an input allocated
  uint64_t heaviestNumber = 0;
};

/// What is wrong with a sentence for the user's terminal; empty if nothing is.
std::string complaint(const std::string &sentence, const std::string &folder, const Kind &kind) {
  constexpr size_t kLongest = 1000;
  if (sentence.empty())
    return "refused without a word";
  if (sentence.size() > kLongest)
    return "refused with " + std::to_string(sentence.size()) + " bytes: " + sentence.substr(0, 200);
  for (char c : sentence)
    if (c < 0x20 || c > 0x7e)
      return "refused with an unprintable byte " + std::to_string(int(uint8_t(c))) + ": " + sentence;
  if (kind.namesFile && !sentence.starts_with(folder))
    return "refused without naming the file: " + sentence;
  return "";
}

uint64_t sizeOf(const Files &files) {
  uint64_t bytes = 0;
  for (const auto &[name, content] : files)
    bytes += content.size();
  return bytes;
}

/// Reads one input; what is wrong, or empty.
std::string readInput(const Kind &kind, const Files &files, const std::string &folder, Told &told) {
  const size_t allowed = kind.fixedBytes + kind.bytesPerByte * sizeOf(files);
  limitMemory(16 * allowed);
  startMetering();
  std::optional<std::string> refusal;
  try {
    refusal = kind.read(folder, files);
  } catch (const std::exception &error) {
    limitMemory(size_t(1) << 40);
    return std::string("throws what is no refusal: ") + error.what();
  }
  const size_t peak = peakBytes();
  limitMemory(size_t(1) << 40);
  if (const double part = double(peak) / double(allowed); part > told.heaviest) {
    told.heaviest = part;
    told.heaviestNumber = told.number;
  }
  if (peak > allowed)
    return "allocates " + std::to_string(peak) + " bytes at one time for " + std::to_string(sizeOf(files)) +
           " bytes of input, allowed are " + std::to_string(allowed);
  ++(refusal ? told.refused : told.accepted);
  return refusal ? complaint(*refusal, folder, kind) : "";
}

void printProblem(const Kind &kind, uint64_t seed, uint64_t number, const std::string &problem) {
  std::printf("%s, input %llu of seed %llu: %s\n", kind.name, static_cast<unsigned long long>(number),
              static_cast<unsigned long long>(seed), problem.c_str());
  std::fflush(stdout);
}

/// The child: reads on from `told.number`.
[[noreturn]] void readInputs(const Kind &kind, Range range, const tests::TemporaryFolder &folder, Told &told) {
  for (; told.number < range.first + range.count; ++told.number) {
    const Files files = makeInput(kind, range.seed, told.number);
    for (const auto &entry : std::filesystem::directory_iterator(folder.path()))
      std::filesystem::remove_all(entry);
    for (const auto &[name, content] : files)
      folder.write(name, content);
    const itimerval limit = {{0, 0}, {kMostSeconds, 0}}, none = {};
    setitimer(ITIMER_REAL, &limit, nullptr); // SIGALRM ends the child
    const auto start = std::chrono::steady_clock::now();
    const std::string problem = readInput(kind, files, folder.path().string(), told);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    setitimer(ITIMER_REAL, &none, nullptr);
    if (seconds > told.longestSeconds) {
      told.longestSeconds = seconds;
      told.longest = told.number;
    }
    if (!problem.empty()) {
      ++told.wrong;
      printProblem(kind, range.seed, told.number, problem);
    }
  }
  _exit(0);
}

std::string deathOf(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
    return "takes more than " + std::to_string(kMostSeconds) + " s";
  return WIFSIGNALED(status) ? "ends with signal " + std::to_string(WTERMSIG(status))
                             : "ends with exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace

Files makeInput(const Kind &kind, uint64_t seed, uint64_t number) {
  Random random(seed * 0x9e3779b97f4a7c15 + number); // neighbours share nothing: the generator mixes its seed
  return kind.make(random);
}

uint64_t runCampaign(const Kind &kind, Range range) {
  void *memory = mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    throw std::runtime_error("no memory to share with the child");
  Told &told = *new (memory) Told{range.first};
  while (told.number < range.first + range.count) {
    const tests::TemporaryFolder folder;
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
      readInputs(kind, range, folder, told);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
      throw std::runtime_error("no child process");
    if (status == 0)
      break;
    printProblem(kind, range.seed, told.number, deathOf(status));
    ++told.wrong;
    ++told.number; // the one after it is next
  }
  std::printf("%-12s %llu inputs: %llu accepted, %llu refused, %llu wrong; longest %.2f s (input %llu), most memory "
              "%.0f %% of what is allowed (input %llu)\n",
              kind.name, static_cast<unsigned long long>(range.count), static_cast<unsigned long long>(told.accepted),
              static_cast<unsigned long long>(told.refused), static_cast<unsigned long long>(told.wrong),
              told.longestSeconds, static_cast<unsigned long long>(told.longest), 100 * told.heaviest,
              static_cast<unsigned long long>(told.heaviestNumber));
  const uint64_t wrong = told.wrong;
  munmap(memory, sizeof(Told));
  return wrong;
}

} // namespace weebill::fuzz
