/** Percent-decoded UTF-8, or `undefined` when the text is neither (RFC 3986, section 2.1). */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
