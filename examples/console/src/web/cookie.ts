/** Where a session's token is kept in the browser. */
export interface SessionCookie {
  /** The token in a `Cookie` header, if there is one. */
  read(header: string | undefined): string | undefined
  /** The `Set-Cookie` header that hands out a token. */
  issue(token: string): string
  /** The `Set-Cookie` header that takes it back. */
  clear(): string
}

/**
 * A cookie that no script can read and no other site can send.
 *
 * Over TLS it is `Secure` and carries the `__Host-` prefix (RFC 6265bis, section 4.1.3.2), so that
 * no neighbouring host can plant one. It has no `Max-Age`: how long a session lasts is the server's
 * decision, and the browser forgets the cookie when it closes.
 */
export function sessionCookie(name: string, options: { readonly secure: boolean }): SessionCookie {
  const fullName = options.secure ? `__Host-${name}` : name
  const attributes = `Path=/; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`
  return {
    read: (header) =>
      header
        ?.split(';')
        .map((pair) => pair.trim())
        .find((pair) => pair.startsWith(`${fullName}=`))
        ?.slice(fullName.length + 1),
    issue: (token) => `${fullName}=${token}; ${attributes}`,
    clear: () => `${fullName}=; ${attributes}; Max-Age=0`,
  }
}
