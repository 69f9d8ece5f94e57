/**
 * The sheet of the step and of the page of somebody who vouches, beside the sheet of the area: see
 * dialogs/styles.ts. A button that is hidden takes no room.
 */
const css = `
[hidden] { display: none !important; }
.verification { display: grid; gap: 16px; width: 100%; }
h3, fieldset, legend, p { margin: 0; }
h3, fieldset, legend { padding: 0; }
h3 { font-size: 1em; font-weight: 600; }
h3:focus { outline: none; }
fieldset { min-width: 0; border: 0; display: grid; gap: 8px; }
legend { font-weight: 600; margin-bottom: 4px; }
.inside legend { font-weight: 500; }
.lead, .hint { color: var(--_muted); max-width: 48em; }
.way { border: 1px solid var(--_line); border-radius: var(--_radius); }
.choice {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 12px;
  align-items: center;
  align-content: center;
  min-height: 2.571em;
  padding: 8px 12px;
  cursor: pointer;
}
.choice input {
  flex: none;
  width: 1.143em;
  height: 1.143em;
  margin: 0;
  accent-color: var(--_accent);
}
.choice:has(:disabled) { cursor: not-allowed; color: var(--_muted); }
.way > .choice:hover { background: var(--_field); border-radius: var(--_radius); }
.way > .choice .name { flex: 1 1 12em; font-weight: 500; }
.alone { padding: 8px 12px 0; display: flex; flex-wrap: wrap; gap: 4px 12px; font-weight: 500; }
.alone .name { flex: 1 1 12em; }
.note { color: var(--_muted); font-weight: 400; font-size: .929em; }
.why-closed { padding: 0 12px 10px; color: var(--_muted); }
.inside { display: grid; gap: 12px; padding: 4px 12px 16px 40px; }
.inside .choice { padding: 4px 0; }
.inside .choices { gap: 0; }
.numbers { max-width: 40em; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
.numbers .choice { flex: 1 1 14em; }
.number { font-size: 1.143em; font-weight: 600; font-variant-numeric: tabular-nums; }
.input.code { max-width: 12em; font-variant-numeric: tabular-nums; letter-spacing: .08em; }
.field { max-width: 24em; }
.wrong:not(:empty) { color: var(--_alert); font-weight: 500; }
.stop { display: grid; gap: 12px; padding: 12px; border: 1px solid var(--_line); }
.stop { border-radius: var(--_radius); }
.stop .choice { padding: 4px 0; }
.passed { font-weight: 500; }
.actions:not(:has(> :not([hidden]))) { display: none; }
.vouch { display: grid; gap: 12px; justify-items: start; max-width: 48em; }
.vouch + .vouch { padding-top: 16px; border-top: 1px solid var(--_line); }
.spoken-code { font-size: 1.714em; font-weight: 600; font-variant-numeric: tabular-nums; }
@media (max-width: 30rem) {
  .inside { padding-inline-start: 12px; }
}
@media (forced-colors: active) {
  .way, .stop { border-color: CanvasText; }
}
`

let sheet: CSSStyleSheet | undefined

/** The one sheet of all steps on a page. */
export function verificationSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  return sheet
}
