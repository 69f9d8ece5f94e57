/** Where a request wants to go. */
export type Route =
  | { readonly name: 'list' }
  | { readonly name: 'openapi' }
  | { readonly name: 'element' }
  | { readonly name: 'view' | 'reset'; readonly userId: string }
  /** A path of ours whose percent-encoding decodes to nothing. */
  | { readonly name: 'malformed' }

/** The methods of a route, as `Allow` names them. */
export function methodsOf(route: Route): readonly string[] {
  return route.name === 'reset' ? ['POST'] : ['GET', 'HEAD']
}

/**
 * The route of a path that is still percent-encoded, so that an id may hold a slash; `undefined`
 * for what is not ours.
 */
export function routeOf(basePath: string, path: string): Route | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined
  const [first, id, action, ...rest] = path.slice(basePath.length + 1).split('/')
  if (rest.length > 0) return undefined
  if (id === undefined) return first === 'users' ? { name: 'list' } : fileOf(first)
  if (first !== 'users' || id === '' || (action !== undefined && action !== 'force-reset'))
    return undefined
  const userId = decoded(id)
  if (userId === undefined) return { name: 'malformed' }
  return { name: action === undefined ? 'view' : 'reset', userId }
}

function fileOf(name: string | undefined): Route | undefined {
  if (name === 'openapi.json') return { name: 'openapi' }
  return name === 'element.js' ? { name: 'element' } : undefined
}

/** Percent-decoded UTF-8, or `undefined` when it is neither (RFC 3986, section 2.1). */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
