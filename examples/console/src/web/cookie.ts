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
 * that no neighbouring host can plant a cookie.
 *
 * @param options.maxAgeSeconds - How long the browser keeps the cookie. Default: until the browser
 *   closes. The server decides in any case how long what the token stands for lasts.
 */
export function sessionCookie(
  name: string,
  options: { readonly secure: boolean; readonly maxAgeSeconds?: number },
): SessionCookie {
  const { maxAgeSeconds } = options
  const fullName = options.secure ? `__Host-${name}` : name
  const attributes = `Path=/; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`
  const kept = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  return {
    read: (header) =>
      header
        ?.split(';')
        .map((pair) => pair.trim())
        .find((pair) => pair.startsWith(`${fullName}=`))
        ?.slice(fullName.length + 1),
    issue: (token) => `${fullName}=${token}; ${attributes}${kept}`,
    clear: () => `${fullName}=; ${attributes}; Max-Age=0`,
  }
}
