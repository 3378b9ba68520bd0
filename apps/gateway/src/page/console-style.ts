import { docsStyle } from './docs-style.js';
import { receiptStyle } from './receipt-style.js';

/** The style sheet of the console and of `/docs`. System fonts for both scripts; colours follow the reader's setting. */
export const consoleStyle = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --surface: #ffffff; --ink: #1b2330; --soft: #5b6676; --line: #dde2e9;
  --accent: #1f5fbf; --accent-ink: #ffffff; --ring: #1f5fbf33; --asked: #e4edfb; --good: #1b7a46; --bad: #b3261e; --warm: #8a5a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --surface: #1a2029; --ink: #e6eaf0; --soft: #9aa6b6; --line: #2d3642;
    --accent: #7fb0ff; --accent-ink: #0c1726; --ring: #7fb0ff40; --asked: #223450; --good: #6fd39c; --bad: #ff9b93; --warm: #f0c070;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.55 system-ui, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); }
a { color: var(--accent); text-underline-offset: 0.15em; }
code, pre { font: 0.9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
button, input, textarea { font: inherit; color: inherit; }
button { border: 1px solid var(--line); border-radius: 8px; background: var(--surface); padding: 0.35em 0.8em; cursor: pointer; white-space: nowrap; }
button:hover { border-color: var(--accent); }
button:disabled { opacity: 0.45; cursor: default; border-color: var(--line); }
button.primary, button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
input:focus-visible, textarea:focus-visible { outline: 0; border-color: var(--accent) !important; box-shadow: 0 0 0 3px var(--ring); }
::placeholder { color: var(--soft); opacity: 1; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }

body.console { display: grid; grid-template: auto minmax(0, 1fr) auto auto / minmax(0, 1fr); height: 100vh; height: 100dvh; }
.column, #log > * { max-width: 52rem; margin-inline: auto; }
.console header { padding: 0.6rem 1rem; background: var(--surface); border-bottom: 1px solid var(--line); }
header .column { display: flex; gap: 0.6rem; align-items: center; font-size: 0.9rem; }
.console h1 { flex: 1; min-width: 0; font-size: 1.1rem; line-height: 1.3; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
header img { flex: none; }
.key { display: flex; gap: 0.5rem; align-items: center; color: var(--soft); white-space: nowrap; }
.key input { width: 9rem; min-width: 0; padding: 0.35em 0.6em; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); color: var(--ink); }
.key input[aria-invalid] { border-color: var(--bad) !important; }
.languages { display: flex; }
.languages button:first-child { border-radius: 8px 0 0 8px; }
.languages button:last-child { border-radius: 0 8px 8px 0; border-left: 0; }
#log { overflow-y: auto; padding: 1.4rem 1rem 0.6rem; scrollbar-gutter: stable both-edges; }
#log:focus-visible { outline-offset: -3px; }
.welcome { margin-top: 12vh; text-align: center; color: var(--soft); }
.welcome h2 { margin: 0 0 0.3rem; font-size: 1.5rem; color: var(--ink); }
.welcome p { margin: 0; }
.examples { display: flex; flex-wrap: wrap; gap: 0.6rem; justify-content: center; margin-top: 1.5rem; }
.examples button { padding: 0.5em 1em; border-radius: 99px; color: var(--ink); white-space: normal; }
.turn { margin-bottom: 1.1rem; display: flex; flex-direction: column; align-items: flex-start; }
.turn.asked { align-items: flex-end; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.6em 0.95em; border-radius: 14px; max-width: 88%; border: 1px solid transparent; }
.asked .words { background: var(--asked); border-bottom-right-radius: 4px; }
.answer .words { background: var(--surface); border-color: var(--line); border-bottom-left-radius: 4px; min-width: 3em; }
.open .words::after { content: ""; display: inline-block; width: 0.5em; height: 1em; margin-left: 2px; vertical-align: -0.15em; background: var(--accent); animation: blink 1s steps(2) infinite; }
@keyframes blink { 50% { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .open .words::after { animation: none; } }
.faults { display: flex; flex-wrap: wrap; gap: 0.3rem 0.8rem; align-items: center; font-size: 0.9rem; margin-top: 0.35rem; }
.faults button { font-size: 0.86rem; padding: 0.2em 0.7em; }
.fault { color: var(--bad); margin: 0; overflow-wrap: anywhere; }
.fault.calm { color: var(--soft); }
#form { padding: 0.5rem 1rem 0.3rem; }
#form .column { display: flex; flex-wrap: wrap; gap: 0.3rem 0.5rem; align-items: flex-end; }
#text { flex: 1; min-width: 0; min-height: 2.9rem; resize: none; max-height: 35vh; padding: 0.6em 0.9em; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
#form button { min-height: 2.9rem; min-width: 4.6rem; padding: 0 1.1em; border-radius: 12px; }
#count { flex-basis: 100%; font-size: 0.8rem; color: var(--soft); } #count.over { color: var(--bad); }
.console footer { padding: 0.2rem 1rem 0.6rem; text-align: center; font-size: 0.78rem; color: var(--soft); }
.console footer a { margin-left: 1.2em; color: inherit; }
@media (max-width: 40rem) {
  header .column { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; }
  .key { grid-area: 2 / 1 / auto / span 2; } .key input { flex: 1; width: 0; font-size: 1rem; padding-block: 0.2em; }
  #fresh { grid-area: 2 / 3; } .languages { grid-area: 1 / 3; justify-self: end; }
  .welcome { margin-top: 8vh; } .words { max-width: 94%; }
}
${receiptStyle}${docsStyle}`;
