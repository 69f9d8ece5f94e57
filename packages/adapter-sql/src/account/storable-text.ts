/**
 * Whether every database stores this text as it is: NUL ends it in some, and half a surrogate pair
 * is replaced on the way.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
