/**
 * The same text for each two that a person, or a collation, may take for one. They differ in case,
 * in Unicode form (NFKC, Unicode Standard Annex #15), in invisible characters, or in blanks. For
 * comparisons that refuse when in doubt, and for no others.
 *
 * @example
 * if (foldedText(user.username) === foldedText('root')) show('This account is privileged.')
 */
export function foldedText(text: string): string {
  // In upper case first: only there are the two spellings of some letters one. U+0307 is what is
  // left of a Turkish İ in lower case.
  const anyCase = text.normalize('NFKC').toUpperCase().toLowerCase().replace(/\s+/g, ' ')
  return anyCase
    .replace(/[\p{Cc}\p{DI}]|\u0307/gu, '')
    .normalize('NFKC')
    .trim()
}
