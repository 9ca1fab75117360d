//===- weights_file.h - Opens and checks the weights -------------*- C++ -*-===//
//
// This program knows which weights it was compiled for. Start compares the header with constants and reads nothing
// else; `--verify` reads it all. Needs kContentHash, kLayoutHash, kWeightsFileBytes. Tested by
// tests/unit/runtime/WeightsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/content_hash.h"
#include "runtime/fail.h"
#include "runtime/mapped_file.h"
#include "runtime/types.h"

#include <cstring>

constexpr char kWeightsMagic[8] = {'W', 'E', 'E', 'B', 'I', 'L', 'L', '\0'};
constexpr u32 kWeightsFormatVersion = 1;

/// The first 64 bytes; the content follows, padded to a multiple of 64 bytes.
struct WeightsFileHeader {
  char magic[8];
  u32 format_version;
  u32 header_bytes; // of this struct
  u64 layout_hash;  // of what lies where
  u64 content_hash; // of all bytes after the header
  u64 file_bytes;   // header included
  u64 reserved[3];
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
  if (header.file_bytes != kWeightsFileBytes || bytes != kWeightsFileBytes)
    fail("weights file '%s' is cut or grown: it has %llu bytes, this program's has %llu", path, Number{bytes},
         Number{kWeightsFileBytes});
}

/// `path` must live as long as the object.
class WeightsFile {
public:
  explicit WeightsFile(const char *path)
      : path(path), file(path, "weights file", "; it belongs beside the program, or name it with --weights-file") {
    check_weights(path, file.data(), file.bytes());
  }

  const u8 *content() const { return file.data() + sizeof(WeightsFileHeader); }

  /// Reads everything and ends the program if a byte is not as it was written.
  void verify() const {
    const u64 found = content_hash(content(), file.bytes() - sizeof(WeightsFileHeader));
    if (found != kContentHash)
      fail("weights file '%s' is damaged: its content is %016llx, its header says %016llx", path,
           static_cast<unsigned long long>(found), static_cast<unsigned long long>(kContentHash));
  }

private:
  const char *path;
  MappedFile file;
};
