import { createHash } from "node:crypto";

/** Colours by what they mean, for a light and for a dark page. Text on `page` and `card` has a contrast of 4.5 or more. */
export const PALETTES = {
  light: {
    page: "#f5f6f8",
    card: "#ffffff",
    sunken: "#f0f2f5",
    line: "#d5dae2",
    text: "#1b1f27",
    muted: "#59616e",
    accent: "#1f5fbf",
    add: "#137a36",
    change: "#8a5300",
    replace: "#6a3fc0",
    remove: "#c2202b",
    sign: "#ffffff",
    node: "#7c8696",
  },
  dark: {
    page: "#0e1116",
    card: "#161b22",
    sunken: "#1d232c",
    line: "#333b47",
    text: "#e6eaf0",
    muted: "#9ba5b4",
    accent: "#79aefc",
    add: "#4cc771",
    change: "#e3a73f",
    replace: "#b99bff",
    remove: "#ff7f78",
    sign: "#0e1116",
    node: "#8690a0",
  },
} as const;

const variables = (palette: Record<string, string>): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

const RULES = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,body>header,body>footer{max-width:1120px;margin:0 auto;padding:0 20px}
body>header{padding-top:28px}
body>footer{padding:12px 20px 40px;color:var(--muted);font-size:13px}
h1{font-size:26px;line-height:1.25;margin:4px 0 6px;overflow-wrap:anywhere}
h2{font-size:21px;line-height:1.3;margin:0;overflow-wrap:anywhere}
h3{font-size:16px;margin:0 0 12px}
h4{font-size:14px;margin:18px 0 6px;color:var(--muted);font-weight:600}
p{margin:0 0 10px}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,pre,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:.9em}
td,th,li,p,h1,h2,code,dd{unicode-bidi:isolate}
.brand{display:flex;align-items:center;gap:8px;font-weight:650;color:var(--muted);letter-spacing:.02em}
.brand svg{color:var(--accent)}
.lead{font-size:16px;color:var(--muted);margin:0 0 4px;overflow-wrap:anywhere}
.symbols{position:absolute}
.heard,.changes thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.cluster.only{margin-top:6px}
.quiet{color:var(--muted);font-weight:400}
.badge{display:inline-block;padding:1px 10px;border:1.5px solid currentColor;border-radius:99px;font-size:13px;font-weight:650;vertical-align:middle;white-space:nowrap}
.badge.good{color:var(--add)}.badge.look{color:var(--accent)}.badge.wait{color:var(--change)}.badge.bad{color:var(--remove)}
.cluster{margin:26px 0 0}
.cluster>.head,.cluster>details>summary{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
.facts{display:flex;flex-wrap:wrap;gap:2px 18px;margin:4px 0 14px;color:var(--muted);font-size:14px;padding:0;list-style:none}
.facts li{overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:12px;margin:0 0 14px;padding:0}
.tiles>div,.card{background:var(--card);border:1px solid var(--line);border-radius:10px}
.tiles>div{padding:12px 16px}
.tiles dt{font-size:13px;color:var(--muted)}
.tiles dd{margin:2px 0 0;font-size:20px;font-weight:650;line-height:1.3}
.tiles dd small{display:block;font-size:13px;font-weight:400;color:var(--muted)}
.tally{display:flex;flex-wrap:wrap;gap:2px 14px}
.tiles .tally{font-size:14px;gap:2px 10px}
.tiles>div{min-width:0}
.tally span{display:inline-flex;align-items:center;gap:6px}
.card{padding:18px 20px;margin:0 0 14px}
.scroll{overflow-x:auto;margin:0 -4px;padding:0 4px}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:var(--muted);font-size:13px;padding:0 0 6px}
th{text-align:left;font-weight:600;color:var(--muted);font-size:13px}
tbody th{color:inherit;font-size:inherit;font-weight:inherit}
th,td{padding:6px 12px 6px 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0}
tr>:last-child{padding-right:0}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tfoot td,tfoot th{font-weight:650;color:inherit;font-size:14px}
.more{color:var(--add)}.less{color:var(--accent)}
.bad{color:var(--remove);font-weight:650}
ul.findings{list-style:none;margin:0;padding:0}
ul.findings>li{display:grid;grid-template-columns:22px 1fr;gap:2px 10px;padding:9px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
ul.findings>li:first-child{border-top:0}
ul.findings .where{color:var(--muted);font-size:13px}
.error{color:var(--remove)}.warning{color:var(--change)}.notice{color:var(--accent)}
.level{font-weight:650}
.fix{margin:2px 0 0;color:var(--muted)}
svg.icon{display:block;margin-top:2px;fill:currentColor}
svg.icon .sign{stroke:var(--sign);fill:none;stroke-width:2.2;stroke-linecap:round}
.mark{vertical-align:-4px;flex:none}
.mark.add{fill:var(--add)}.mark.change{fill:var(--change)}.mark.replace{fill:var(--replace)}.mark.remove{fill:var(--remove)}
.sign{stroke:var(--sign);stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round;fill:none}
.changes .what{width:104px}
.changes .which{width:36%}
.changes td:first-child{white-space:nowrap}
.changes tbody th{overflow-wrap:anywhere}
.changes tbody tr:first-child>*{border-top:0}
.changes ul.plain{list-style:none;margin:0;padding:0}
.overview th,.overview td:nth-child(2){white-space:nowrap}
header+main>.card{margin-top:14px}
.legend svg{flex:none}
.changes td{overflow-wrap:anywhere}
.changes table{table-layout:fixed}
.changes ul,.changes ol{margin:4px 0 0;padding-left:18px}
del,ins{text-decoration:none;padding:0 3px;border-radius:3px;background:var(--sunken)}
del{color:var(--remove)}del::before{content:"\\2212\\a0"}
ins{color:var(--add)}ins::before{content:"+\\a0"}
pre{margin:8px 0;padding:12px;background:var(--sunken);border-radius:8px;overflow-x:auto;line-height:1.45}
pre .add{color:var(--add)}pre .remove{color:var(--remove)}
summary{cursor:pointer;font-weight:600}
details>summary{margin:0 0 4px}
details[open]>summary{margin-bottom:12px}
.note{color:var(--muted);font-size:13px;margin:10px 0 0}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:12px 0 0;padding:0;list-style:none;color:var(--muted);font-size:13px}
.legend li{display:inline-flex;align-items:center;gap:6px}
.drawing{display:block;width:100%;height:auto;margin:0 auto}
.of-1{max-width:430px}.of-2{max-width:800px}
.drawing text{fill:var(--text);font-size:13px}
.drawing .small{font-size:12px}
.drawing .quiet{fill:var(--muted)}
.drawing .strong{font-weight:650}
.drawing .box{fill:var(--card);stroke:var(--line);stroke-width:1.2}
.drawing .vpc{fill:var(--page);stroke:var(--muted)}
.drawing .zone{fill:var(--card)}
.drawing .subnet{fill:var(--sunken);stroke:none}
.drawing .box.add{stroke:var(--add);stroke-width:2}
.drawing .box.change{stroke:var(--change);stroke-width:2}
.drawing .box.replace{stroke:var(--replace);stroke-width:2}
.drawing .box.remove{stroke:var(--remove);stroke-width:2;stroke-dasharray:5 4}
.drawing .wire{fill:none;stroke:var(--muted);stroke-width:1.4}
.drawing .tip{fill:var(--muted)}
.node.keep{fill:var(--node)}.node.add{fill:var(--add)}.node.replace{fill:var(--replace)}.node.remove{fill:var(--remove)}
.node.wait{fill:none;stroke:var(--muted);stroke-width:1.5;stroke-dasharray:2.5 2}
.node+.sign,.nodes .sign{stroke-width:1.8}
.narrow{display:none}
.timeline td,.timeline th{padding:3px 12px 3px 0;border-top:0;vertical-align:middle}
.timeline tbody th{width:42%;overflow-wrap:anywhere;font-size:13px}
.timeline .bar{width:auto}
.timeline .bar svg{display:block;width:100%;height:18px;overflow:visible}
.timeline thead .bar svg text{font-size:12px;fill:var(--muted)}
.timeline .took{width:92px}
.timeline .grid{stroke:var(--line)}
.timeline rect{fill:var(--node)}
.timeline rect.chain{fill:var(--accent)}
.timeline rect.failed{fill:var(--remove)}
.timeline rect.waiting,.timeline rect.stopped{fill:none;stroke:var(--change);stroke-width:1.5;stroke-dasharray:4 3}
.timeline .on-chain th{font-weight:650}
.timeline .on-chain th::before{content:"\\25c6\\a0";color:var(--accent)}
.key{width:26px;height:12px}
.key rect{fill:var(--node)}.key rect.chain{fill:var(--accent)}
.share{display:block;width:100%;min-width:60px;height:4px;margin-top:3px}
.share rect{fill:var(--accent)}
.share .rail{fill:var(--sunken)}
@media (max-width:640px){
body{font-size:14px}
main,body>header,body>footer{padding-left:12px;padding-right:12px}
.card{padding:14px 12px}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}
.tiles>div{padding:10px 12px}
.tiles dd{font-size:17px}
.wide{display:none}
.narrow{display:block}
.timeline thead th:first-child,.timeline thead .took{display:none}
.timeline tr{display:grid;grid-template-columns:1fr auto;gap:0 8px;padding:4px 0}
.timeline tbody th,.timeline .took{width:auto;padding:0}
.timeline .took{grid-row:1;grid-column:2}
.timeline .bar{grid-column:1/3;padding:0}
.changes tr{display:grid;grid-template-columns:auto 1fr;gap:0 10px;padding:7px 0;border-top:1px solid var(--line)}
.changes td,.changes tbody th{display:block;border:0;padding:0;width:auto}
.changes td:last-child{grid-column:1/3}
}
@media print{
@page{margin:14mm}
body{background:#fff;font-size:11px}
main,body>header,body>footer{max-width:none;padding-left:0;padding-right:0}
.card,.tiles>div{break-inside:avoid;border-color:#bbb}
.card.long{break-inside:auto}
tr,li{break-inside:avoid}
h2,h3,h4,summary{break-after:avoid}
.scroll{overflow:visible}
td,th,code{overflow-wrap:anywhere}
pre{white-space:pre-wrap}
details::details-content{content-visibility:visible;block-size:auto;display:block}
svg,rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

const LIGHT = `:root{color-scheme:light dark;${variables(PALETTES.light)}}`;
/** Paper is white, whatever the screen is. */
const DARK = `@media screen and (prefers-color-scheme:dark){:root{${variables(PALETTES.dark)}}}`;

export const STYLE = `${LIGHT}\n${DARK}${RULES}`;

/**
 * The page's policy: it loads nothing, runs nothing and sends nothing. Its own style sheet is named by its hash, so that no
 * style that came in with a text would count either.
 */
export function contentPolicy(): string {
  const hash = createHash("sha256").update(STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
}
