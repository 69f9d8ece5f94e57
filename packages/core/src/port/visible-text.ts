/**
 * Controls, formatting, surrogates and separators; every character that is drawn as nothing (UAX
 * #44, Default_Ignorable_Code_Point); every space but the common one.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]|(?! )\p{Z}/gu

/**
 * Writes hidden characters out as `\u{…}`: control, bidirectional, zero-width, blank and
 * line-separator characters, spaces other than the common one, and lone surrogates.
 *
 * Names and reasons come from people and directories. A right-to-left override must not fake the
 * target on a screen, and a line break must not fake a second line of a log.
 *
 * @example
 * log(`reset of ${visibleText(user.username)}`)
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
