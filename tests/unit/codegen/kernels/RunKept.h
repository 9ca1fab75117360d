//===- RunKept.h - Calls kernels of weights that are kept --------*- C++ -*-===//
//
// Their parameters are others for tiles of tokens and for formats whose rows have factors.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_RUNKEPT_H
#define WEEBILL_TESTS_RUNKEPT_H

#include "CompiledKernels.h"
#include "KeptData.h"

namespace weebill::tests {

/// From a token and a row on; `stride`, of y, is 0 for the kernel of one token.
inline void runKept(const CompiledKernels &compiled, const std::string &name, const KeptData &d, int64_t token,
                    int64_t row, f32 *y, i32 stride) {
  const i8 *codes = d.codes.data() + token * d.stride;
  const f32 *scale = d.scale.data() + token * d.groups;
  const void *sums = static_cast<const u8 *>(d.sums()) + 4 * token * d.groups;
  const u8 *records = d.records.data() + row * (d.columns / d.kept.columns) * d.kept.recordBytes;
  const auto call = [&](auto... arrays) {
    if (stride == 0)
      compiled.function<void(const i8 *, const f32 *, const void *, decltype(arrays)..., f32 *)>(name)(
          codes, scale, sums, arrays..., y);
    else
      compiled.function<void(const i8 *, const f32 *, const void *, decltype(arrays)..., f32 *, i32)>(name)(
          codes, scale, sums, arrays..., y, stride);
  };
  if (d.kept.rowFactors)
    call(records, static_cast<const u8 *>(d.factors.data() + row * d.before));
  else
    call(records);
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_RUNKEPT_H
