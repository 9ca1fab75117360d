//===- Style.cpp - The style sheet of the report --------------------------===//
//
// Light and dark forms differ in the colours at the top only. Tested by tests/python/test_report.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Sections.h"

namespace weebill::report {

const char *const kReportStyle = R"(
:root {
  --page: #fbfaf8; --card: #ffffff; --ink: #1c1e21; --soft: #62686f; --rule: #e2dfd9; --accent: #a2442a; --one: #1f6feb; --chunk: #b45309;
  --good: #18794e; --bad: #b42318; --code: #f3f0ea;
  --fill0: #bcd6f7; --fill1: #f6d3a8; --fill2: #c3e3c8; --fill3: #e5c8ee; --fill4: #f3c2bd; --fill5: #cfd3da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15171a; --card: #1d2024; --ink: #e6e4df; --soft: #9aa1a9; --rule: #32363c; --accent: #f0906f; --one: #6cabff; --chunk: #f2b05e;
    --good: #5cc98d; --bad: #ff8f83; --code: #272a2f;
    --fill0: #274b75; --fill1: #6b4a1c; --fill2: #2b5a37; --fill3: #573466; --fill4: #6e332d; --fill5: #464b53;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header, main { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
header p { margin: 0 0 14px; color: var(--soft); }
h1 { margin: 0; font-size: 30px; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h2 { margin: 44px 0 8px; padding-bottom: 6px; border-bottom: 2px solid var(--accent); font-size: 21px; }
h3 { margin: 22px 0 6px; font-size: 15px; }
small { color: var(--soft); font-weight: normal; }
nav { position: sticky; top: 0; z-index: 1; padding: 8px max(24px, calc(50vw - 566px)); background: var(--page); border-bottom: 1px solid var(--rule); }
nav a { margin-right: 16px; text-decoration: none; white-space: nowrap; }
a { color: var(--one); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
pre { margin: 6px 0; padding: 10px 12px; overflow-x: auto; background: var(--code); border-radius: 6px; line-height: 1.4; }
.note { max-width: 90ch; color: var(--soft); margin: 6px 0 12px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 10px; margin: 16px 0; }
.card { padding: 10px 14px; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.card b { display: block; font-size: 21px; white-space: nowrap; }
.card span { color: var(--soft); font-size: 13px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 0 32px; }
ul { padding-left: 22px; margin: 4px 0; }
ul.yes li::marker { content: "✓  "; color: var(--good); }
ul.no li::marker { content: "✗  "; color: var(--bad); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 4px 0 8px; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
.n { text-align: right; white-space: nowrap; }
.facts td:first-child { color: var(--soft); white-space: nowrap; padding-right: 24px; }
tr.total td { font-weight: 600; border-bottom: 0; }
article { margin: 14px 0; padding: 2px 16px 8px; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
article h3 { margin-top: 12px; }
article table { width: 100%; min-width: 1000px; table-layout: fixed; }
article th:nth-child(1) { width: 15%; } article th:nth-child(2) { width: 13%; } article th:nth-child(3) { width: 19%; }
article th:nth-child(4) { width: 14%; } article th:nth-child(5) { width: 21%; }
article td { overflow-wrap: anywhere; }
.split { display: inline-block; white-space: nowrap; margin-right: 10px; color: var(--soft); font-size: 12.5px; }
.role { display: inline-block; padding: 0 8px; margin-left: 6px; border: 1px solid var(--rule); border-radius: 10px; color: var(--soft); font-size: 12px; font-weight: normal; }
.bar { display: inline-block; width: 130px; height: 10px; background: var(--code); border-radius: 3px; vertical-align: middle; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--one); }
#prefill .bar i { background: var(--chunk); }
.phases td:last-child { white-space: nowrap; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.key { padding: 0 8px; border-radius: 4px; color: var(--ink); white-space: nowrap; }
.key.one { border-left: 10px solid var(--one); }
.key.chunk { border-left: 10px solid var(--chunk); }
.key.visit { background: var(--fill0); }
.key.behind { background: var(--fill2); }
.key.later { background: var(--fill1); }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; }
.swatch.fill0 { background: var(--fill0); } .swatch.fill1 { background: var(--fill1); } .swatch.fill2 { background: var(--fill2); }
.swatch.fill3 { background: var(--fill3); } .swatch.fill4 { background: var(--fill4); } .swatch.fill5 { background: var(--fill5); }
details { margin: 6px 0; }
summary { cursor: pointer; color: var(--one); }
figure { margin: 10px 0; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 720px; height: auto; font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
svg text { fill: var(--ink); paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg text.roof { fill: var(--soft); font-size: 12px; }
svg .inside { stroke: none; font-size: 12px; pointer-events: none; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .leader { stroke: var(--soft); stroke-width: 0.7; }
svg polyline.roof { fill: none; stroke: var(--ink); stroke-width: 2; }
svg polyline.float { stroke-dasharray: 7 4; stroke-width: 1.4; }
svg polyline.far { stroke: var(--soft); stroke-dasharray: 2 4; stroke-width: 1.4; }
svg circle.one { fill: var(--one); stroke: var(--card); }
svg circle.chunk { fill: var(--chunk); stroke: var(--card); }
svg text.one { fill: var(--one); }
svg text.chunk { fill: var(--chunk); }
svg .cut { stroke: var(--page); stroke-width: 1; }
svg .fill0, svg .visit { fill: var(--fill0); } svg .fill1, svg .later { fill: var(--fill1); } svg .fill2, svg .behind { fill: var(--fill2); }
svg .fill3 { fill: var(--fill3); } svg .fill4 { fill: var(--fill4); } svg .fill5 { fill: var(--fill5); }
@media print { nav { display: none; } article { break-inside: avoid; } }
)";

} // namespace weebill::report
