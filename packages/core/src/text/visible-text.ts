/**
 * Controls, formatting, surrogates and separators; every character that is drawn as nothing (UAX
 * #44, Default_Ignorable_Code_Point); every space but the common one.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]|(?! )\p{Z}/gu

/** A backslash that a reader would take for the beginning of one of our escapes. */
const ownEscape = /\\(?=u\{[\da-f]+\})/gi

/**
 * Writes hidden characters out as `\u{…}`: control, bidirectional, zero-width, blank and
 * line-separator characters, spaces other than the common one, and lone surrogates.
 *
 * Names and reasons come from people and directories. A right-to-left override must not fake the
 * target on a screen, and a line break must not fake a second line of a log.
 *
 * A typed `\u{202e}` becomes `\u{5c}u{202e}`, so that two texts never look the same. Every other
 * backslash stays, as in `EXAMPLE\kim`. Call the function once for each text, where it is shown.
 *
 * @example
 * log(`reset of ${visibleText(user.username)}`)
 */
export function visibleText(text: string): string {
  return visibleSentence(text.replace(ownEscape, escaped))
}

/**
 * The same for a sentence, whose author has escaped the names in it: every backslash stays.
 *
 * @example
 * log(visibleSentence(explainFailure('conflict')))
 */
export function visibleSentence(text: string): string {
  return text.replace(invisible, escaped)
}

/**
 * {@link visibleText}, cut to so many characters after it was escaped. No half of an escape or of a
 * character stays at the end.
 *
 * @example
 * const stored = boundedText(user.username, 1_024)
 */
export function boundedText(text: string, longest: number): string {
  const shown = visibleText(text.slice(0, longest + 1))
  // Text that was not cut stays whole: a backslash at its end is its own.
  return shown.length > longest
    ? shown.slice(0, longest).replace(/(\\(u(\{[\da-f]*)?)?|[\ud800-\udbff])$/, '')
    : shown
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/**
 * Whether the value is text of printable ASCII without the space. Passwords and marks consist of
 * nothing else: no normalisation and no encoding can change such text.
 */
export function isPrintableAscii(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]+$/.test(value)
}
