import type { UnexpectedError } from './handler-options.ts'

/** A way in which requests arrive that the options do not fit. */
export type Advice = NonNullable<UnexpectedError['trouble']>

/**
 * The sentence for the log about a proxy that does not fit the options.
 *
 * @param basePath - The option.
 * @param arriving - The end of `basePath` that arrives, where a proxy cuts off the rest.
 */
export function adviceOf(advice: Advice, basePath: string, arriving: string): string {
  switch (advice) {
    case 'not_trusted':
      return (
        'A proxy on this machine or network says that a request came over https, and trustProxy ' +
        'is not set. Set trustProxy: true if the proxy is yours and replaces these headers.'
      )
    case 'silent':
      return (
        'trustProxy is set, and a request without TLS came without a word about its scheme. Let ' +
        'the proxy send X-Forwarded-Proto in place of clients.'
      )
    case 'says_http':
      return (
        'A proxy says that a request came without TLS for part of the way. If browsers use ' +
        'https, an inner proxy puts its own scheme into X-Forwarded-Proto: let it pass the ' +
        'header on.'
      )
    case 'host_lost':
      return (
        'A page of one host sent a request that arrived with another Host. Let the proxy pass ' +
        'Host on (in nginx: proxy_set_header Host $http_host), or name the origin in origins.'
      )
    case 'path_cut':
      return (
        `A request arrived without the beginning of basePath, which is ${basePath}. If a proxy ` +
        `cuts it off, set basePath to '${arriving}', and leave the paths of pages as they are.`
      )
    case 'path_added':
      return (
        'A request arrived with more in front of its path than basePath. Set basePath to the ' +
        'path that arrives at this server, up to /users.'
      )
    default:
      return advice satisfies never
  }
}
