/**
 * The same text for each two that a person, or a collation, may take for one. They differ in case,
 * in Unicode form (NFKC, Unicode Standard Annex #15), in invisible characters, or in blanks. For
 * comparisons that refuse when in doubt, and for no others.
 *
 * @example
 * if (foldedText(user.username) === foldedText('root')) show('This account is privileged.')
 */
export function foldedText(text: string): string {
  // Three times: ẞ has its second spelling in lower case, and other letters have theirs in upper
  // case. U+0307 is what is left of a Turkish İ in lower case. Tabs and ends of lines are blanks.
  const anyCase = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  return anyCase
    .replace(/(?=[\p{Cc}\p{DI}]|\u0307)[^\t-\r]/gu, '')
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim()
}
