//===- Caches.cpp - Sizes of a machine's caches ---------------------------===//

#include "codegen/targets/Caches.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace weebill::targets {

static std::string firstWord(const std::string &path) {
  std::string word;
  std::ifstream(path) >> word;
  return word;
}

/// "48K" -> 49152; 0 for anything else.
static long bytesOf(const std::string &text) {
  size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9')
    ++end;
  if (end == 0 || end > 9)
    return 0;
  const std::string unit = text.substr(end);
  const int shift = unit == "K" ? 10 : unit == "M" ? 20 : unit.empty() ? 0 : -1;
  return shift < 0 ? 0 : std::stol(text.substr(0, end)) << shift;
}

/// "0-3,8" -> 5; at least 1.
static int countOf(const std::string &list) {
  int count = 0;
  for (size_t at = 0; at < list.size();) {
    const size_t comma = std::min(list.find(',', at), list.size()), dash = list.find('-', at);
    const int first = std::atoi(list.c_str() + at);
    count += dash < comma ? std::max(1, std::atoi(list.c_str() + dash + 1) - first + 1) : 1;
    at = comma + 1;
  }
  return std::max(1, count);
}

Caches cachesOf(const Target &target) {
  return {{target.l1Bytes, 1}, {target.l2Bytes, 1}, {target.l3Bytes, target.l3SharedBy}, false};
}

std::optional<Caches> detectCaches(const std::string &folder) {
  Caches caches;
  caches.detected = true;
  for (int index = 0;; ++index) {
    const std::string entry = folder + "/index" + std::to_string(index) + "/";
    const std::string level = firstWord(entry + "level");
    if (level.empty())
      break;
    if (firstWord(entry + "type") == "Instruction")
      continue;
    const CacheLevel found = {bytesOf(firstWord(entry + "size")), countOf(firstWord(entry + "shared_cpu_list"))};
    (level == "1" ? caches.l1 : level == "2" ? caches.l2 : caches.l3) = found;
  }
  if (caches.l1.bytes <= 0 || caches.l2.bytes <= 0)
    return std::nullopt;
  return caches;
}

} // namespace weebill::targets
