/**
 * Controls, formatting, surrogates and separators; everything that is drawn as nothing (UAX #44,
 * Default_Ignorable_Code_Point); spaces but the common one.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u2800]|(?! )\p{Zs}/gu

/**
 * Makes what a reader cannot see visible: control, bidirectional, zero-width, blank and
 * line-separator characters, spaces other than the common one, and lone surrogates, become `\u{…}`.
 *
 * Names and reasons come from people and directories; a right-to-left override must not fake the
 * target in a log or on a screen, and a line break must not fake a second log line.
 */
export function visibleText(text: string): string {
  return text.replace(invisible, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/**
 * Whether the value is text of printable ASCII without the space. Passwords and marks consist of
 * nothing else: no normalisation and no encoding can change such text.
 */
export function isPrintableAscii(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]+$/.test(value)
}
