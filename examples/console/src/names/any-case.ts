/** The same text in any case and any Unicode form (NFKC, Unicode Standard Annex #15). */
export function anyCase(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}
