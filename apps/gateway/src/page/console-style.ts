/** The style sheet of the console and of `/docs`. System fonts for both scripts; colours follow the reader's setting. */
export const consoleStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #ffffff; --ink: #1b2330; --soft: #5b6676; --line: #d9dee6;
  --accent: #1f5fbf; --accent-ink: #ffffff; --asked: #e4edfb; --good: #1b7a46; --bad: #b3261e; --warm: #8a5a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --surface: #1a2029; --ink: #e6eaf0; --soft: #9aa6b6; --line: #2d3642;
    --accent: #7fb0ff; --accent-ink: #0c1726; --asked: #223450; --good: #6fd39c; --bad: #ff9b93; --warm: #f0c070;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.55 system-ui, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
body { margin: 0; background: var(--ground); color: var(--ink); }
a { color: var(--accent); }
code, pre { font: 0.86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
button, input, textarea { font: inherit; color: inherit; }
button { border: 1px solid var(--line); border-radius: 8px; background: var(--surface); padding: 0.4em 0.8em; cursor: pointer; }
button:hover { border-color: var(--accent); }
button:disabled { opacity: 0.5; cursor: default; }
button.primary, button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }

body.console { display: grid; grid-template-rows: auto 1fr auto auto; height: 100dvh; }
.console header { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between; padding: 0.6rem max(1rem, calc(50vw - 26rem)); background: var(--surface); border-bottom: 1px solid var(--line); }
.console h1 { font-size: 1.1rem; margin: 0; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.key { display: flex; gap: 0.4rem; align-items: center; color: var(--soft); font-size: 0.9rem; }
.key input { width: 9rem; padding: 0.35em 0.6em; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); }
.languages { display: flex; }
.languages button:first-child { border-radius: 8px 0 0 8px; }
.languages button:last-child { border-radius: 0 8px 8px 0; border-left: 0; }
#log { overflow-y: auto; padding: 1.2rem max(1rem, calc(50vw - 26rem)); }
.welcome { color: var(--soft); margin: 8vh 0 0; text-align: center; }
.welcome .examples { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: center; margin-top: 1rem; }
.turn { margin: 0 0 1rem; display: flex; flex-direction: column; }
.turn .words { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.65em 0.95em; border-radius: 14px; max-width: 88%; }
.turn.asked { align-items: flex-end; }
.turn.asked .words { background: var(--asked); border-bottom-right-radius: 4px; }
.turn.answer .words { background: var(--surface); border: 1px solid var(--line); border-bottom-left-radius: 4px; align-self: flex-start; min-width: 3em; min-height: 2.8em; }
.turn.answer.open .words::after { content: ""; display: inline-block; width: 0.5em; height: 1em; margin-left: 2px; vertical-align: -0.15em; background: var(--accent); animation: blink 1s steps(2) infinite; }
@keyframes blink { 50% { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .turn.answer.open .words::after { animation: none; } }
.turn .fault { color: var(--bad); font-size: 0.92rem; margin: 0.3rem 0 0; overflow-wrap: anywhere; }
.receipt { margin-top: 0.35rem; font-size: 0.86rem; color: var(--soft); max-width: 100%; }
.receipt summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 0.35rem; align-items: center; list-style: none; }
.receipt summary::-webkit-details-marker { display: none; }
.chip { border: 1px solid var(--line); border-radius: 99px; padding: 0 0.6em; background: var(--surface); overflow-wrap: anywhere; }
.chip.good { color: var(--good); } .chip.bad { color: var(--bad); } .chip.warm { color: var(--warm); }
.receipt dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 0.9rem; margin: 0.6rem 0; }
.receipt dt { color: var(--soft); } .receipt dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
blockquote { margin: 0.2rem 0 0.5rem; padding-left: 0.7rem; border-left: 3px solid var(--line); }
ol.steps { list-style: none; margin: 0.7rem 0 0; padding: 0 0 0 0.9rem; border-left: 2px solid var(--line); }
ol.steps > li { position: relative; margin: 0 0 0.7rem; color: var(--ink); }
ol.steps > li::before { content: ""; position: absolute; left: calc(-0.9rem - 5px); top: 0.5em; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); }
ol.steps .when { color: var(--soft); margin-left: 0.5em; }
ol.steps code { display: block; color: var(--soft); }
#form { display: flex; gap: 0.5rem; align-items: flex-end; padding: 0.7rem max(1rem, calc(50vw - 26rem)) 0.3rem; }
#text { flex: 1; min-width: 0; resize: none; max-height: 35vh; padding: 0.6em 0.8em; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
#form button { padding: 0.6em 1.1em; border-radius: 12px; }
.console footer { padding: 0 1rem 0.6rem; text-align: center; font-size: 0.8rem; color: var(--soft); }
@media (max-width: 34rem) { .console header { padding: 0.5rem 1rem; } .key span { display: none; } .key input { width: 7rem; } .turn .words { max-width: 96%; } }

body.docs main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
.docs section { border-top: 1px solid var(--line); padding: 0.5rem 0 1rem; }
.docs h3 { margin: 0.8rem 0 0.2rem; } .docs h4 { margin: 0.8rem 0 0.2rem; color: var(--soft); font-size: 0.9rem; }
.docs table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
.docs td, .docs th { text-align: left; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); }
.docs tr:target { background: var(--asked); }
`;
