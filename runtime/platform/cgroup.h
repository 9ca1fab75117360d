//===- cgroup.h - How many cores a container may use -------------*- C++ -*-===//
//
// Linux lets a group of processes have so much time of all cores together: a container with a quota of two cores on a
// machine of 64 still sees 64. Threads beyond the quota make all others wait until the next period. Version 2 says
// "quota period" in cpu.max, version 1 in two files; each parent may allow less. Tested by
// tests/unit/runtime/platform/CgroupTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/types.h"

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string>

#if defined(__linux__)

namespace platform {

/// The numbers that a file begins with; those that it has not are left as they are. "max 100000": the first one is
/// none.
inline void read_numbers(const std::string &path, long long &first, long long *second) {
  std::FILE *file = std::fopen(path.c_str(), "re");
  if (file == nullptr)
    return;
  char text[64] = "";
  if (std::fgets(text, sizeof text, file) != nullptr) {
    char unlimited[8];
    if (std::sscanf(text, "%lld", &first) != 1 && second != nullptr)
      std::sscanf(text, "%7s %lld", unlimited, second);
    else if (second != nullptr)
      std::sscanf(text, "%*s %lld", second);
  }
  std::fclose(file);
}

/// Whole cores of one group's quota; INT_MAX: it has none.
inline i32 cores_of_group(const std::string &folder, bool version_2) {
  long long quota = -1, period = 0;
  if (version_2)
    read_numbers(folder + "/cpu.max", quota, &period);
  else {
    read_numbers(folder + "/cpu.cfs_quota_us", quota, nullptr);
    read_numbers(folder + "/cpu.cfs_period_us", period, nullptr);
  }
  if (quota <= 0 || period <= 0)
    return INT_MAX;
  return static_cast<i32>(std::clamp<long long>(quota / period, 1, INT_MAX)); // one and a half: two would wait in turns
}

/// What this process may use, at least 1; INT_MAX: there is no quota. `root` stands before all paths.
[[maybe_unused]] inline i32 quota_of_cores(const std::string &root = "") {
  std::FILE *file = std::fopen((root + "/proc/self/cgroup").c_str(), "re");
  if (file == nullptr)
    return INT_MAX;
  i32 cores = INT_MAX;
  char line[4096]; // "0::/a/b", or "4:cpu,cpuacct:/a/b"
  while (std::fgets(line, sizeof line, file) != nullptr) {
    line[std::strcspn(line, "\n")] = '\0';
    char *kinds = std::strchr(line, ':'), *group = kinds != nullptr ? std::strchr(kinds + 1, ':') : nullptr;
    if (group == nullptr)
      continue;
    *group++ = '\0';
    const std::string list = "," + std::string(kinds + 1) + ",";
    const bool version_2 = list == ",,";
    if (!version_2 && list.find(",cpu,") == list.npos)
      continue;
    // A container often does not see the folder of its group, but its own root.
    for (std::string path = group;; path.erase(path.rfind('/'))) {
      while (!path.empty() && path.back() == '/')
        path.pop_back();
      cores = std::min(cores, cores_of_group(root + "/sys/fs/cgroup" + (version_2 ? "" : "/cpu") + path, version_2));
      if (path.rfind('/') == path.npos)
        break;
    }
  }
  std::fclose(file);
  return cores;
}

} // namespace platform

#endif
