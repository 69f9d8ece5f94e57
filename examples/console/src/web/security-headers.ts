/**
 * The headers of every response.
 *
 * They allow no inline script or style, nothing from elsewhere, no frame around the page and no
 * copy in any cache. A page of the console names people, and must not come back after signing out.
 */
export function securityHeaders(options: {
  readonly secure: boolean
}): Readonly<Record<string, string>> {
  return {
    'Cache-Control': 'no-store, no-transform',
    'Content-Security-Policy': policy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=()',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex, nofollow',
    ...(options.secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  }
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
