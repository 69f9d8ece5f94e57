/**
 * Makes what a reader cannot see visible: control, bidirectional, zero-width and line-separator characters, and lone surrogates, become `\u{…}`.
 *
 * Names and reasons come from people and directories; a right-to-left override must not fake the target in a log or on a screen, and a line
 * break must not fake a second log line.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
