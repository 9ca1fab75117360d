//===- LmOps.td - All of the dialect, for mlir-tblgen ----------------------===//
#ifndef LM_OPS_TD
#define LM_OPS_TD

include "LmPlanAttrs.td"
include "LmWeightOps.td"
include "LmTensorOps.td"
include "LmAttentionOps.td"
include "LmConvolutionOps.td"
include "LmFusedOps.td"
include "LmCacheOps.td"

#endif // LM_OPS_TD
