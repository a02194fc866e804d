// SPDX-License-Identifier: MIT
// The page's style sheet. Hues are those of Okabe and Ito, which the colour-blind tell apart;
// nothing is said by colour alone.
#include "fuzz/campaign/html/page.h"

namespace bp::campaign::html {
namespace {

constexpr std::string_view kStyle = R"css(<style>
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #5a6675;
  --rule: #dfe3e8; --code: #f1f3f6; --blue: #0072b2; --green: #00805d; --red: #b84300;
  --purple: #8f4a7a; --amber: #8a5a00; --mark: #fde3d3; --warm: #fff3dc; --good: #dff3ea;
  --bad: #fde3d3; }
@media (prefers-color-scheme: dark) { :root { --page: #11161c; --card: #1a2129; --ink: #e6eaef;
  --soft: #9aa7b5; --rule: #2d3742; --code: #141a21; --blue: #58b7ee; --green: #3ec79b;
  --red: #ff9563; --purple: #dc9cc6; --amber: #f0b84a; --mark: #57301c; --warm: #3a2e14;
  --good: #14382c; --bad: #4d2a18; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 1.25rem; margin: 0 0 12px; }
h3 { font-size: 1rem; font-weight: 500; margin: 0 0 8px; }
p { margin: 0 0 8px; }
.kicker { color: var(--soft); text-transform: uppercase; letter-spacing: .08em; font-size: .75rem;
  margin: 0; }
.lead { color: var(--soft); }
.lead strong { color: var(--ink); }
.note, .none, figcaption, footer { color: var(--soft); font-size: .875rem; }
.phase, .chip { border-radius: 99px; padding: 1px 10px; font-size: .8125rem; white-space: nowrap;
  border: 1px solid var(--rule); }
.phase { margin-left: 4px; }
.phase.running, .chip.good { background: var(--good); color: var(--green); border-color: transparent; }
.phase.stopped { background: var(--warm); color: var(--amber); border-color: transparent; }
.chip.bad { background: var(--bad); color: var(--red); border-color: transparent; }
.verdict { font-weight: 600; border-left: 4px solid; padding: 4px 12px; margin: 16px 0 0; }
.verdict.fine { color: var(--green); }
.verdict.broken { color: var(--red); }
section { margin-top: 36px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(144px, 1fr)); gap: 12px;
  margin: 0 0 12px; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: 12px 14px; }
.tile dt { color: var(--soft); font-size: .8125rem; }
.tile dd { margin: 0; font-size: 1.375rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tile dd.note { font-size: .75rem; font-weight: 400; }
.plots { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
figure { margin: 0; }
.plots figure { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: 12px 12px 8px; }
.plots figcaption { color: var(--ink); font-weight: 600; margin-bottom: 6px; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11.5px; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .end { text-anchor: end; }
svg .mid { text-anchor: middle; }
.grid { stroke: var(--rule); }
.axis { stroke: var(--soft); }
.mark { stroke: var(--soft); stroke-dasharray: 3 3; }
.curve { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; }
.area { fill: currentColor; opacity: .1; }
.point { fill: currentColor; }
.rate { color: var(--blue); }
.coverage { color: var(--green); }
.features { color: var(--purple); }
.corpus { color: var(--amber); }
.band { fill: var(--mark); }
.event { stroke: var(--red); stroke-width: 2; }
.cut { stroke: var(--soft); stroke-dasharray: 1 4; }
.block { fill: var(--blue); fill-opacity: .45; stroke: var(--blue); }
.block.held { fill: var(--green); stroke: var(--green); fill-opacity: .4; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--rule);
  border-radius: 10px; padding: 4px 14px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; overflow-wrap: normal; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 500; font-size: .8125rem; }
tbody th { font-weight: 500; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.wide { width: 30%; min-width: 90px; vertical-align: middle; }
.sentence { min-width: 240px; }
.facts th { color: var(--soft); width: 9em; }
.never .number { color: var(--red); font-weight: 600; }
.bar { display: block; height: 8px; border-radius: 4px; background: var(--code); overflow: hidden; }
.bar span { display: block; height: 100%; min-width: 1px; border-radius: 4px; }
.bar .accepted { background: var(--green); }
.bar .refused { background: var(--red); }
.bar .skipped { background: var(--soft); }
.warning { background: var(--warm); color: var(--amber); border-radius: 8px; padding: 6px 12px; }
.crash { background: var(--card); border: 1px solid var(--rule); border-left: 4px solid var(--red);
  border-radius: 10px; padding: 16px 18px 12px; margin-bottom: 16px; }
.rule { font: 600 .875rem ui-monospace, monospace; color: var(--red); background: var(--bad);
  border-radius: 6px; padding: 2px 8px; margin-right: 6px; white-space: nowrap; }
.kinds { color: var(--soft); font-size: .9rem; }
dl.facts { display: grid; grid-template-columns: auto 1fr; gap: 2px 14px; margin: 0 0 12px;
  font-size: .9rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
.pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 16px;
  align-items: start; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .8125rem; }
pre { background: var(--code); border-radius: 8px; padding: 10px 12px; margin: 0 0 12px;
  overflow-x: auto; line-height: 1.45; overflow-wrap: normal; }
mark { background: var(--mark); color: inherit; display: inline-block; min-width: 100%;
  font-weight: 600; }
.pair pre { font-size: .75rem; }
.commands { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px dashed var(--rule); background: none; }
details { margin: 6px 0; }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; padding: 4px 0; }
.group { border-top: 1px solid var(--rule); margin: 10px 0 0; padding-top: 6px; }
.files { margin: 4px 0; padding-left: 20px; font-size: .875rem; color: var(--soft); }
.stack { font-size: .875rem; padding-left: 28px; }
footer { margin-top: 48px; border-top: 1px solid var(--rule); padding-top: 12px; }
@media (max-width: 720px) {
  main { padding: 20px 14px 32px; }
  h1 { font-size: 1.5rem; }
  .plots, .pair { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .crash { padding: 12px; }
  .wide { display: none; }
  th, td { padding-right: 10px; }
}
@media print {
  :root { --page: #ffffff; --card: #ffffff; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .crash, .plots figure, .tile, tr { break-inside: avoid; }
  pre { white-space: pre-wrap; }
  * { print-color-adjust: exact; }
}
</style>
)css";

}  // namespace

std::string style_sheet() { return std::string(kStyle); }

}  // namespace bp::campaign::html
