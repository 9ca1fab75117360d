//===- types.h - Number types with their width in the name -------*- C++ -*-===//
//
// Every size and every file format below is written in these. Tested by whatever uses them.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

using i8 = std::int8_t;
using u8 = std::uint8_t;
using i16 = std::int16_t;
using u16 = std::uint16_t;
using i32 = std::int32_t;
using u32 = std::uint32_t;
using i64 = std::int64_t;
using u64 = std::uint64_t;
using f32 = float;
using f64 = double;

static_assert(sizeof(f32) == 4 && sizeof(f64) == 8, "IEEE 754 numbers are expected");
static_assert(std::endian::native == std::endian::little,
              "the weights file is mapped as it is, and it is little endian");
