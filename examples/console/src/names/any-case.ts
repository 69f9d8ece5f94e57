/** The same text in any case and any Unicode form (NFKC, Unicode Standard Annex #15). */
export function anyCase(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * The same text for names that a search takes for one: in any case, and with the apostrophes and
 * hyphens of the keyboard or of print.
 */
export function asSearched(text: string): string {
  return anyCase(text)
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/\u2010/g, '-')
}
