//===- weights_file.h - Opens and checks the weights -------------*- C++ -*-===//
//
// This program knows which weights it was compiled for. Start compares the header with constants and reads nothing
// else; `--verify` reads it all, and so does a start that does not map the file but reads it. Needs kContentHash,
// kLayoutHash, kWeightsFileBytes, kContentBytes, kOpeningBytes and kOpeningHash. Tested by
// tests/unit/runtime/WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/content_hash.h"
#include "runtime/fail.h"
#include "runtime/file_copy.h"
#include "runtime/mapped_file.h"
#include "runtime/saved_state_header.h"
#include "runtime/types.h"

#include <cstring>
#include <optional>

constexpr char kWeightsMagic[8] = {'W', 'E', 'E', 'B', 'I', 'L', 'L', '\0'};
constexpr u32 kWeightsFormatVersion = 1;
static_assert(kWeightsFileBytes <= SIZE_MAX, "these weights are more than a 32-bit program can address: compile it for "
                                             "a 64-bit CPU");

/// The first 64 bytes; the content follows, padded to a multiple of 64 bytes.
struct WeightsFileHeader {
  char magic[8];
  u32 format_version;
  u32 header_bytes;                  // of this struct
  u64 layout_hash;                   // of what lies where
  u64 content_hash;                  // of all bytes after the header
  u64 file_bytes;                    // header included
  u64 opening_offset, opening_bytes; // of the state behind the content (opening_state.h); 0 and 0: there is none
  u64 reserved;
};
static_assert(sizeof(WeightsFileHeader) == 64);

/// Fails if `data` is not this program's weights file; reads its header only. `path` names it in errors.
inline void check_weights(const char *path, const u8 *data, u64 bytes) {
  using Number = unsigned long long;
  WeightsFileHeader header;
  if (bytes < sizeof header)
    fail("weights file '%s' is cut: it has %llu bytes, this program's has %llu", path, Number{bytes},
         Number{kWeightsFileBytes});
  std::memcpy(&header, data, sizeof header);
  if (std::memcmp(header.magic, kWeightsMagic, sizeof kWeightsMagic) != 0)
    fail("'%s' is not a weights file: it does not begin with WEEBILL", path);
  if (header.format_version != kWeightsFormatVersion || header.header_bytes != sizeof header)
    fail("weights file '%s' has format %u with a header of %u bytes, this program reads format %u with %zu", path,
         header.format_version, header.header_bytes, kWeightsFormatVersion, sizeof header);
  if (header.content_hash != kContentHash)
    fail("weights file '%s' is another model's: its content is %016llx, this program was built for %016llx", path,
         Number{header.content_hash}, Number{kContentHash});
  if (header.layout_hash != kLayoutHash)
    fail("weights file '%s' has another layout: %016llx, this program was built for %016llx", path,
         Number{header.layout_hash}, Number{kLayoutHash});
  if (header.opening_offset != kOpeningOffset || header.opening_bytes != kOpeningBytes)
    fail(
        "weights file '%s' was built with another system prompt: its state has %llu bytes at %llu, this program's %llu "
        "at %llu",
        path, Number{header.opening_bytes}, Number{header.opening_offset}, Number{kOpeningBytes},
        Number{kOpeningOffset});
  if (header.file_bytes != kWeightsFileBytes || bytes != kWeightsFileBytes)
    fail("weights file '%s' is cut or grown: it has %llu bytes, this program's has %llu", path, Number{bytes},
         Number{kWeightsFileBytes});
}

/// Reads everything behind the header and fails if a byte is not as it was written; so does the start of a program for
/// the opening's own header, which is left out here.
inline void verify_content(const char *path, const u8 *content) {
  using Number = unsigned long long;
  const u64 found = content_hash(content, kContentBytes);
  if (found != kContentHash)
    fail("weights file '%s' is damaged: its content is %016llx, its header says %016llx", path, Number{found},
         Number{kContentHash});
  if (kOpeningBytes == 0)
    return;
  const u64 opening =
      content_hash(content + kContentBytes + sizeof(SavedStateHeader), kOpeningBytes - sizeof(SavedStateHeader));
  if (opening != kOpeningHash)
    fail("weights file '%s' is damaged: its system prompt's state is %016llx, this program was built for %016llx", path,
         Number{opening}, Number{kOpeningHash});
}

/// How weights come into memory: mapped, which costs nothing and is shared by all programs that do so, but they must
/// not change while they are used; or read, into memory of one's own.
enum class WeightsAccess { Mapped, Read };

/// `path` must live as long as the object.
class WeightsFile {
public:
  explicit WeightsFile(const char *given_path, WeightsAccess access = WeightsAccess::Mapped) : path(given_path) {
    constexpr const char *kWhat = "weights file",
                         *kAdvice = "; it belongs beside the program, or name it with --weights-file";
    if (access == WeightsAccess::Mapped) {
      mapped.emplace(given_path, kWhat, kAdvice);
      start = mapped->data();
      check_weights(given_path, start, mapped->bytes());
      return;
    }
    copy.emplace(given_path, kWeightsFileBytes, kWhat, kAdvice);
    start = copy->data();
    check_weights(given_path, start, copy->bytes() + (copy->is_cut() ? 1 : 0));
    verify(); // somebody may be writing it
  }

  const u8 *content() const { return start + sizeof(WeightsFileHeader); }

  /// Reads everything and fails if a byte is not as it was written.
  void verify() const { verify_content(path, content()); }

private:
  const char *path;
  std::optional<MappedFile> mapped; // one of the two
  std::optional<FileCopy> copy;
  const u8 *start;
};
