//===- TileProducts.h - Products that a matrix unit makes --------*- C++ -*-===//
//
// Halide has no tiles of registers. What a matrix unit multiplies is a Func of its own, computed where its consumers
// ask for it, whose definition is a call; the loops that would fill it element by element become one such call, which
// fills it whole: a function by hand of the target's section (codegen/emit/vectors/x86-64-amx.h). Tested by
// tests/unit/codegen/kernels/KernelsTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_KERNELS_TILEPRODUCTS_H
#define WEEBILL_CODEGEN_KERNELS_TILEPRODUCTS_H

#include <Halide.h>

#include <string>
#include <vector>

namespace weebill::kernels {

/// What such a Func is called.
inline constexpr const char *kTileProducts = "products";

/// Its value: int32, the same for all elements. `places` are bytes whose addresses the function takes; the first thing
/// that it takes is where the products go.
Halide::Expr tileProducts(const std::string &function, const std::vector<Halide::Expr> &places);

/// The lowered statement with these calls, for printKernel. Throws PrintError if there is none.
Halide::Internal::Stmt withTileProducts(const Halide::Internal::Stmt &body);

} // namespace weebill::kernels

#endif // WEEBILL_CODEGEN_KERNELS_TILEPRODUCTS_H
