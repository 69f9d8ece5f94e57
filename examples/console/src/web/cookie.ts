/** The cookie that holds a session's token in the browser. */
export interface SessionCookie {
  /** The token in a `Cookie` header, if there is one. */
  read(header: string | undefined): string | undefined
  /** The `Set-Cookie` header that stores a token. */
  issue(token: string): string
  /** The `Set-Cookie` header that removes the token. */
  clear(): string
}

/**
 * A cookie that no script can read and no other site can send.
 *
 * Over TLS the cookie is `Secure` and has the `__Host-` prefix (RFC 6265bis, section 4.1.3.2), so
 * that no neighbouring host can plant a cookie. The cookie has no `Max-Age`: the server decides how
 * long a session lasts, and the browser forgets the cookie when it closes.
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
