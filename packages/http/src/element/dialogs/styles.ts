/**
 * The text of the sheet, as it is written. `shortStyles` shortens the text in every build.
 *
 * One accent colour, an 8 px grid, the page's own font. Colours follow the `color-scheme` of the
 * page, and a custom property can replace each of them. Sizes are in `em` of the host, whose size
 * is the reader's own setting (`medium`) unless the page sets `--force-reset-size`. So a page whose
 * `rem` means something else changes nothing.
 *
 * Comments stand here, because a browser loads every character of the sheet:
 *
 * - The host of the dialogs inherits nothing: no `text-transform` of the page may change a
 *   password.
 * - `.dialog-foot .button:focus` has its outline always: after a click on the page, the operator
 *   has to see that Enter means Cancel.
 * - `.dialog-foot` stays in sight, so that the focus on Cancel does not scroll the user's name
 *   away.
 * - In a narrow or short window, such as at 400 % zoom, the password comes first. In a short one
 *   the button that closes the result does not stay in sight: the password needs the room.
 * - On paper the dialog stands alone, in black on white, also where backgrounds are not printed.
 * - `.group > *`: a browser lays out the text of a block in one piece of memory, which the browser
 *   does not wipe. So every character is a block of its own.
 */
const css = `
:host {
  display: block;
  --_accent: var(--force-reset-accent, light-dark(#0b6070, #5bbccb));
  --_accent-hover: var(--force-reset-accent-hover, light-dark(#084a57, #83d0dc));
  --_on-accent: var(--force-reset-on-accent, light-dark(#fff, #06252b));
  --_surface: var(--force-reset-surface, light-dark(#fff, #161b1d));
  --_field: var(--force-reset-field, light-dark(#f2f5f5, #0f1314));
  --_text: var(--force-reset-text, light-dark(#171c1e, #e8eced));
  --_muted: var(--force-reset-muted, light-dark(#566166, #9ca7ac));
  --_line: var(--force-reset-line, light-dark(#dde1e2, #2b3336));
  --_edge: var(--force-reset-edge, light-dark(#7f888c, #6f7a7f));
  --_alert: var(--force-reset-alert, light-dark(#a8261b, #f2968c));
  --_alert-surface: var(--force-reset-alert-surface, light-dark(#fcefed, #2c1917));
  font-size: var(--force-reset-size, medium);
  --_radius: var(--force-reset-radius, 8px);
  --_mono: var(--force-reset-mono, ui-monospace, Menlo, Consolas, monospace);
}
:host([hidden]) { display: none; }
:host(force-password-reset-dialog) { all: initial; display: contents; }
*, *::before, *::after { box-sizing: border-box; }
h2, p, dl, dd, ul, ol { margin: 0; padding: 0; }
.area, .dialog {
  color: var(--_text);
  font-family: var(--force-reset-font, inherit);
  font-size: .875em;
  line-height: 1.43;
  text-align: start;
  overflow-wrap: anywhere;
  text-wrap: pretty;
}
h2 { font-size: 1.143em; line-height: 1.5; font-weight: 600; }
h2:focus { outline: none; }
:focus-visible, .dialog-foot .button:focus {
  outline: 2px solid var(--_accent);
  outline-offset: 2px;
}

.area {
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  background: var(--_surface);
}
.heading { padding: 15px 24px; border-bottom: 1px solid var(--_line); }
.body { display: grid; gap: 16px; padding: 16px 24px 24px; justify-items: start; }
.text { display: flex; gap: 8px; max-width: 48em; }
.text.plain { color: var(--_muted); }
.refused .sign { stroke: var(--_muted); }
div:empty { display: none; }
.open-reset { display: grid; gap: 8px; justify-items: start; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.notice { color: var(--_muted); }

.button, .input {
  min-height: 2.571em;
  padding: 7px 14px;
  border: 1px solid var(--_edge);
  border-radius: calc(var(--_radius) * .75);
  background: var(--_surface);
  color: var(--_text);
  font: inherit;
}
.button {
  display: inline-grid;
  justify-items: center;
  align-items: center;
  font-weight: 500;
  cursor: pointer;
}
.button:hover { border-color: var(--_text); }
.button.primary { border-color: transparent; background: var(--_accent); color: var(--_on-accent); }
.button.primary:hover { background: var(--_accent-hover); }
.button.button[aria-disabled] {
  cursor: not-allowed;
  border: 1px dashed var(--_edge);
  background: var(--_field);
  color: var(--_muted);
}
.button[aria-busy] { cursor: progress; }
.label { grid-area: 1 / 1; }
.working, .button[aria-busy] .label:not(:last-child) { visibility: hidden; }
.button[aria-busy] .working { visibility: visible; }

.sign {
  flex: none;
  width: 1.143em;
  height: 1.143em;
  margin-top: .143em;
  fill: none;
  stroke: var(--_alert);
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.warning {
  display: flex;
  gap: 8px;
  padding: 10px 12px;
  border-radius: calc(var(--_radius) * .75);
  background: var(--_alert-surface);
}

.dialog {
  width: min(40em, calc(100vw - 32px));
  max-width: none;
  max-height: calc(100dvh - 32px);
  padding: 24px;
  overflow: auto;
  overscroll-behavior: contain;
  scroll-padding-block: 16px 6.3em;
  border: 1px solid var(--_line);
  border-radius: calc(var(--_radius) * 1.5);
  background: var(--_surface);
  box-shadow: 0 8px 24px rgb(0 0 0 / 16%), 0 32px 64px rgb(0 0 0 / 16%);
}
.dialog.dialog[open] { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.confirmation { width: min(33.2em, calc(100vw - 32px)); }
.dialog::backdrop { background: rgb(10 16 18 / 50%); }
.dialog-heading { font-size: 1.286em; line-height: 1.34; }
.dialog-foot {
  position: sticky;
  bottom: -24px;
  display: flex;
  flex-wrap: wrap;
  justify-content: flex-end;
  gap: 8px;
  margin: 0 -24px -24px;
  padding: 16px 24px;
  border-top: 1px solid var(--_line);
  background: var(--_surface);
}

.row { display: grid; grid-template-columns: minmax(6.9em, 25%) minmax(0, 1fr); column-gap: 16px; }
.row dt { color: var(--_muted); grid-row: 1 / span 9; }
.row dd { grid-column: 2; overflow: clip; overflow-clip-margin: 2px; }
.row dd + dd { margin-top: 4px; }
.identity, .facts { display: grid; gap: 6px; }
.identity {
  padding: 12px 16px;
  border: 1px solid var(--_line);
  border-radius: var(--_radius);
  font-weight: 500;
}
.identity dt { font-weight: 400; }
.undone { font-weight: 600; }
.survives { display: grid; justify-items: start; gap: 8px; color: var(--_muted); }
.survives ul { padding-inline-start: 1.43em; }

.field { display: grid; gap: 4px; }
.field label { font-weight: 500; }
.input { width: 100%; padding-inline: 10px; }
.input:read-only { background: var(--_field); color: var(--_muted); }
.input[aria-invalid] { border-color: var(--_alert); }
.hint { display: flex; gap: 16px; color: var(--_muted); font-size: .929em; }
.missing { color: var(--_alert); }
.count { margin-inline-start: auto; font-variant-numeric: tabular-nums; }

.whom { margin-top: -12px; color: var(--_muted); }
.whom bdi { color: var(--_text); font-weight: 500; }
.password {
  padding: 16px;
  border: 1px solid var(--_edge);
  border-radius: var(--_radius);
  background: var(--_field);
  font-family: var(--_mono);
  font-size: clamp(1.286em, 5.2vw, 1.857em);
  line-height: 1.5;
  text-align: center;
  font-variant-ligatures: none;
  font-feature-settings: "zero";
  hyphens: none;
  -webkit-user-select: all;
  user-select: all;
  cursor: pointer;
}
.group { white-space: nowrap; }
.group > * { display: inline-block; }
.password .digit { color: var(--_accent); }
.password .symbol { color: var(--_muted); font-weight: 700; }
.group + wbr + .group { margin-inline-start: .2em; }
.group > .symbol:last-child { margin-inline-start: .2em; }
.under {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 8px 16px;
  margin-top: -8px;
}
.spelling {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(8em, 1fr));
  gap: 16px 4px;
}
.spelled { display: grid; gap: 2px; align-content: start; list-style: none; font-size: .929em; }
.spelling.wide { grid-template-columns: repeat(auto-fit, minmax(12.6em, 1fr)); }
.spelled li { padding-inline-start: 1.54em; text-indent: -1.54em; }
.glyph {
  display: inline-block;
  min-width: 1em;
  text-indent: 0;
  font-family: var(--_mono);
  font-size: 1.231em;
  font-weight: 600;
  text-align: center;
}
.facts { padding-top: 16px; border-top: 1px solid var(--_line); }

@media (max-width: 30rem) {
  .dialog { padding: 16px; }
  .heading { padding-inline: 16px; }
  .body { padding: 16px; }
  .password { padding: 16px 8px; }
  .dialog-foot { bottom: -16px; margin: 0 -16px -16px; padding: 16px; }
  .dialog-foot .button { flex: 1 1 auto; }
  .row { grid-template-columns: minmax(0, 1fr); }
  .row dd { grid-column: 1; }
  .row dt { grid-row: auto; }
}
@media (max-width: 30rem), (max-height: 30rem) {
  .dialog-heading { order: -3; }
  .password { order: -2; }
  .whom, .under, .spelling { order: -1; }
  .whom, .under { margin-top: 0; }
}
@media (max-height: 30rem) {
  .result .dialog-foot { position: static; }
  .confirmation.confirmation[open] {
    gap: 8px;
    max-height: calc(100dvh - 16px);
    padding-block: 12px;
  }
  .confirmation .dialog-heading {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 1;
  }
  .confirmation .dialog-foot { bottom: -12px; margin-bottom: -12px; padding-block: 8px; }
  .identity { gap: 2px; padding: 8px 12px; }
  .identity .row { grid-template-columns: 6.9em minmax(0, 1fr); column-gap: 8px; }
  .identity dt { grid-row: 1 / span 9; }
  .identity dd { grid-column: 2; }
}
@media (prefers-reduced-motion: no-preference) {
  .confirmation { animation: appear .12s ease-out; }
  @keyframes appear { from { opacity: 0; transform: translateY(4px); } }
}
@media print {
  .dialog.dialog {
    --_text: #000;
    --_muted: #000;
    --_accent: #000;
    position: absolute;
    width: auto;
    max-height: none;
    margin: 0;
    border: 0;
    color-scheme: light;
    background: #fff;
    box-shadow: none;
  }
  .dialog.dialog::backdrop { background: #fff; print-color-adjust: exact; }
  .password.password { background: #fff; }
  .dialog-foot.dialog-foot, .under, .more { display: none; }
}
@media (forced-colors: active) {
  .button.primary { border-color: ButtonText; }
  .button[aria-disabled] { color: GrayText; border-color: GrayText; }
  .warning { border: 1px solid CanvasText; }
}
`

/** The names of the custom properties that a page can set. */
export const customProperties: readonly string[] = css.match(/--force-reset-[a-z-]+/g) ?? []

let sheet: CSSStyleSheet | undefined

/**
 * The one sheet of all elements on a page. A constructed sheet needs no `unsafe-inline` in the
 * page's policy.
 */
export function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  return sheet
}
