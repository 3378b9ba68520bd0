/** The style of a receipt and its steps. */
export const receiptStyle = `
.receipt { width: 100%; margin-top: 0.4rem; font-size: 0.84rem; color: var(--soft); }
.receipt summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 0.3rem 0.35rem; align-items: center; list-style: none; width: fit-content; border-radius: 8px; }
.receipt summary::-webkit-details-marker { display: none; }
.chip { border: 1px solid var(--line); border-radius: 99px; padding: 0 0.65em; background: var(--surface); overflow-wrap: anywhere; }
.chip.good { color: var(--good); } .chip.bad { color: var(--bad); } .chip.warm { color: var(--warm); }
.open-mark { color: var(--accent); padding: 0 0.2em 0 0.3em; }
.open-mark::after { content: ""; display: inline-block; width: 0.4em; height: 0.4em; margin: 0 0 0.18em 0.45em; border: solid currentColor; border-width: 0 1.5px 1.5px 0; transform: rotate(45deg); }
.receipt[open] .open-mark::after { transform: rotate(225deg); margin-bottom: -0.05em; }
.receipt summary:hover .open-mark { text-decoration: underline; }
.card { margin-top: 0.5rem; padding: 0.9rem 1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
.receipt dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.35rem 1.2rem; margin: 0 0 0.9rem; }
.receipt dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; display: flex; flex-wrap: wrap; gap: 0.2rem 0.8em; align-items: baseline; }
.source { width: 100%; } .source code { display: block; color: var(--soft); }
blockquote { margin: 0.3rem 0 0.4rem; padding-left: 0.8rem; border-left: 3px solid var(--line); white-space: pre-line; color: var(--soft); }
.fact { background: var(--ground); border-radius: 5px; padding: 0 0.45em; color: var(--soft); }
.card .fault { margin-top: 0.5rem; }
ol.steps { list-style: none; margin: 0; padding: 0.9rem 0 0 1.1rem; border-top: 1px solid var(--line); outline: 0; }
ol.steps > li { position: relative; padding-bottom: 0.8rem; color: var(--ink); }
ol.steps > li:last-child { padding-bottom: 0; }
ol.steps > li::before { content: ""; position: absolute; left: -1.1rem; top: 0.42em; width: 9px; height: 9px; border-radius: 50%; background: var(--accent); }
ol.steps > li:not(:last-child)::after { content: ""; position: absolute; left: calc(-1.1rem + 4px); top: 1.25em; bottom: -0.3em; width: 1px; background: var(--line); }
.step { display: flex; flex-wrap: wrap; gap: 0 0.7em; align-items: baseline; }
.when { color: var(--soft); font-variant-numeric: tabular-nums; }
.parts { display: flex; flex-wrap: wrap; gap: 0.25rem 0.35rem; margin-top: 0.2rem; }
@media (max-width: 40rem) { .card { padding: 0.8rem; } .receipt dl { column-gap: 0.8rem; } }
`;
