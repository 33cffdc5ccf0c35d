// The looks of the report. Hues after Okabe & Ito, which the colour-blind can tell apart, darkened on white and
// lightened on black until text in them is legible.
export const style = `
:root { color-scheme: light dark;
  --paper: #fff; --ink: #1c1f23; --quiet: #626a73; --rule: #e1e4e8; --context: #cdd2d8; --good: #00704f; --bad: #b3261e;
  --none: #6b7077; --scalar: #a85b00; --vector: #0068a8;
  --layer0: #9a4578; --layer1: #00704f; --layer2: #8a6d00; --layer3: #4a55a8 }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171a; --ink: #e4e7ea; --quiet: #9aa3ad; --rule: #2b3036; --context: #3a4149; --good: #4cc59b; --bad: #ff8a80;
  --none: #a9b0b8; --scalar: #f0a54a; --vector: #66b5ee;
  --layer0: #dd94bd; --layer1: #4cc59b; --layer2: #e0c04c; --layer3: #9aa5f0 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums }
main { max-width: 1140px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .6rem; letter-spacing: -.01em }
h2 { font-size: 1.2rem; margin: 2.8rem 0 .3rem }
p { max-width: 46rem; margin: .4rem 0 1rem }
.lede { font-size: 1.1rem }
.quiet, figcaption, dt { color: var(--quiet) }
.none { color: var(--none) } .scalar { color: var(--scalar) } .vector { color: var(--vector) }
.good { color: var(--good) } .bad { color: var(--bad); font-weight: 600 }
figure { margin: 0 }

.dots { display: grid; grid-template-columns: max-content 1fr max-content; column-gap: 1rem; margin-top: 1rem }
.dots h3 { grid-column: 1 / -1; font-size: .85rem; margin: .9rem 0 .1rem; font-weight: 600 }
.dots .name, .dots .value { line-height: 1.75rem }
.dots .value { text-align: right }
.strip { position: relative; height: 1.75rem; background: linear-gradient(var(--rule), var(--rule)) 0 50% / 100% 1px no-repeat }
.strip i { position: absolute; top: 50%; width: 11px; height: 11px; margin: -5.5px; border-radius: 50%; background: currentColor; opacity: .55 }
.strip b { position: absolute; top: 22%; height: 56%; width: 3px; margin-left: -1.5px; border-radius: 1px; background: currentColor }
.strip .chance { top: 0; height: 100%; width: 0; margin: 0; background: none; border-left: 1px dashed var(--quiet); border-radius: 0 }
.strip .reference { top: 0; height: 100%; width: 1px; margin: 0; background: var(--quiet); opacity: .6; border-radius: 0 }
.axis { position: relative; height: 1.4rem; color: var(--quiet); font-size: .8rem }
.axis span { position: absolute; transform: translateX(-50%) }

.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(235px, 100%), 1fr)); gap: 1.1rem 1rem; margin-top: 1rem }
figcaption { font-size: .9rem; font-weight: 600 }
svg { display: block; width: 100%; height: auto; overflow: visible; font: 10px system-ui, sans-serif }
.grid { stroke: var(--rule); fill: none } .mark { stroke: var(--quiet); stroke-dasharray: 2 3 } .tick { fill: var(--quiet) }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round } .context { fill: none; stroke: var(--context) }
.label { font-size: 10.5px; font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px }

.wide { overflow-x: auto; margin-top: 1rem }
.wide:focus-visible, a:focus-visible { outline: 2px solid var(--vector); outline-offset: 2px }
pre { font: .8rem/1.5 ui-monospace, monospace; margin: .2rem 0 1.2rem } a { color: var(--vector) }
h3 + p { margin: 0 }
table { border-collapse: collapse; font-size: .85rem; white-space: nowrap; width: 100% }
th, td { text-align: left; padding: .32rem .9rem .32rem 0; border-bottom: 1px solid var(--rule) }
th { color: var(--quiet); font-weight: 600 }
.number { text-align: right }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 1rem 0 } dd { margin: 0 }
@media (max-width: 560px) { .panels { grid-template-columns: repeat(2, minmax(0, 1fr)) } figcaption { font-size: .8rem; overflow-wrap: anywhere }
.dots { grid-template-columns: minmax(0, 1fr) max-content; font-size: .85rem; column-gap: .6rem } .dots .name { grid-column: 1 / -1; line-height: 1.4; margin-top: .3rem }
.dots .value { font-size: .8rem } .dots > div:empty:not(.axis) { display: none } dl { grid-template-columns: 1fr } dd { margin-bottom: .4rem } }
`
