//===- windows.h - The platform on Windows -----------------------*- C++ -*-===//
//
// By functions that Windows 10 has, as mingw declares them. platform.h says what they do. Paths are in the encoding of
// the C library, which is UTF-8 in a program and the host's in a library, so that they mean the same here as in fopen.
// Compiled by tests/emitted/test_toolchains.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/platform/platform.h"
#include "runtime/types.h"

#include <bit>
#include <chrono>
#include <clocale>
#include <cstdio>
#include <string>
#include <vector>

#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#include <locale.h>
#include <process.h>
#include <windows.h>
#endif
#if defined(_WIN32) // they need <windows.h>
#include <psapi.h>
#include <shellapi.h>
#endif

#if defined(_WIN32)

namespace platform {

/// The encoding of the C library's paths.
inline UINT path_encoding() { return ___lc_codepage_func() == CP_UTF8 ? CP_UTF8 : CP_ACP; }

inline std::wstring wide(const char *text) {
  const int length = MultiByteToWideChar(path_encoding(), 0, text, -1, nullptr, 0); // with its NUL
  std::wstring found(static_cast<std::size_t>(length > 0 ? length : 1), L'\0');
  MultiByteToWideChar(path_encoding(), 0, text, -1, found.data(), length);
  found.pop_back();
  return found;
}

inline std::string narrow(const wchar_t *text, UINT encoding) {
  const int length = WideCharToMultiByte(encoding, 0, text, -1, nullptr, 0, nullptr, nullptr);
  std::string found(static_cast<std::size_t>(length > 0 ? length : 1), '\0');
  WideCharToMultiByte(encoding, 0, text, -1, found.data(), length, nullptr, nullptr);
  found.pop_back();
  return found;
}

inline const char *problem() {
  thread_local std::string sentence;
  const DWORD error = GetLastError();
  wchar_t text[256];
  DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, error, 0, text,
                                sizeof text / sizeof *text - 1, nullptr);
  while (length > 0 && (text[length - 1] <= L' ' || text[length - 1] == L'.'))
    --length;
  text[length] = L'\0';
  sentence = length > 0 ? narrow(text, path_encoding()) : "error " + std::to_string(error) + " of the system";
  return sentence.c_str();
}

inline void *take_pages(u64 bytes) {
  if (bytes > SIZE_MAX)
    return nullptr;
  return VirtualAlloc(nullptr, static_cast<SIZE_T>(bytes), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

inline void return_pages(void *start, u64) { VirtualFree(start, 0, MEM_RELEASE); }

inline Mapped map_file(const char *path, FileMap &map) {
  struct Handle { // closed at the end: the view keeps what it needs
    HANDLE value;
    ~Handle() {
      const DWORD error = GetLastError();
      if (value != nullptr && value != INVALID_HANDLE_VALUE)
        CloseHandle(value);
      SetLastError(error);
    }
  };
  const std::wstring name = wide(path);
  if (const DWORD attributes = GetFileAttributesW(name.c_str());
      attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0)
    return Mapped::NotRegular;
  const Handle file{CreateFileW(name.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)};
  if (file.value == INVALID_HANDLE_VALUE)
    return Mapped::CannotOpen;
  if (GetFileType(file.value) != FILE_TYPE_DISK)
    return Mapped::NotRegular;
  LARGE_INTEGER size;
  if (GetFileSizeEx(file.value, &size) == 0)
    return Mapped::CannotOpen;
  map.bytes = static_cast<u64>(size.QuadPart);
  if (map.bytes == 0)
    return Mapped::Fine;
  if (map.bytes > SIZE_MAX) {
    SetLastError(ERROR_FILE_TOO_LARGE);
    return Mapped::CannotMap;
  }
  const Handle mapping{CreateFileMappingW(file.value, nullptr, PAGE_READONLY, 0, 0, nullptr)};
  if (mapping.value == nullptr)
    return Mapped::CannotMap;
  map.start = static_cast<const u8 *>(MapViewOfFile(mapping.value, FILE_MAP_READ, 0, 0, 0));
  return map.start != nullptr ? Mapped::Fine : Mapped::CannotMap;
}

inline void unmap_file(const FileMap &map) {
  if (map.start != nullptr)
    UnmapViewOfFile(map.start);
}

inline bool replace_file(const char *path, const char *new_path) {
  return MoveFileExW(wide(path).c_str(), wide(new_path).c_str(), MOVEFILE_REPLACE_EXISTING) != 0;
}

struct Thread {
  HANDLE handle = nullptr;
  void (*work)(void *context) = nullptr;
  void *context = nullptr;
};

inline bool start_thread(Thread &thread, u64 stack_bytes, void (*work)(void *context), void *context) {
  thread.work = work;
  thread.context = context;
  const auto enter = [](void *started) -> unsigned {
    const Thread &self = *static_cast<const Thread *>(started);
    self.work(self.context);
    return 0;
  };
  const auto handle = _beginthreadex(nullptr, static_cast<unsigned>(stack_bytes), enter, &thread,
                                     STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  thread.handle = reinterpret_cast<HANDLE>(handle);
  return handle != 0;
}

inline void join_thread(Thread &thread) {
  WaitForSingleObject(thread.handle, INFINITE);
  CloseHandle(thread.handle);
}

inline i32 available_threads() {
  DWORD_PTR own = 0, all = 0; // of one group of 64 processors: a process is in one, if it does nothing about it
  GetProcessAffinityMask(GetCurrentProcess(), &own, &all);
  return own != 0 ? std::popcount(static_cast<u64>(own)) : 1;
}

inline i64 process_id() { return GetCurrentProcessId(); }

inline i64 nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

inline std::string program_folder(const char *) {
  std::vector<wchar_t> path(1 << 15); // no path is longer
  const DWORD length = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size() - 1));
  path[length] = L'\0';
  const std::string program = narrow(path.data(), path_encoding());
  const std::size_t slash = program.find_last_of("\\/");
  return slash == std::string::npos ? "." : program.substr(0, slash);
}

inline u64 peak_resident_bytes() {
  PROCESS_MEMORY_COUNTERS counters{};
  GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
  return counters.PeakWorkingSetSize;
}

inline bool is_terminal(Stream stream) {
  DWORD mode;
  return GetConsoleMode(GetStdHandle(stream == Stream::Input ? STD_INPUT_HANDLE : STD_ERROR_HANDLE), &mode) != 0;
}

/// Consoles and arguments are in an encoding of the country unless they are told otherwise, and text streams write two
/// bytes for a line feed.
inline void begin_program(int &argc, char **&argv) {
  std::setlocale(LC_CTYPE, ".UTF8"); // of fopen's paths
  SetConsoleCP(CP_UTF8);
  SetConsoleOutputCP(CP_UTF8);
  _setmode(_fileno(stdin), _O_BINARY);
  _setmode(_fileno(stdout), _O_BINARY);
  int count = 0;
  wchar_t **const words = CommandLineToArgvW(GetCommandLineW(), &count);
  if (words == nullptr)
    return;
  static std::vector<std::string> texts; // as long as the program
  static std::vector<char *> pointers;
  for (int index = 0; index < count; ++index)
    texts.push_back(narrow(words[index], CP_UTF8));
  for (std::string &text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  LocalFree(words);
  argc = count;
  argv = pointers.data();
}

} // namespace platform

#endif
