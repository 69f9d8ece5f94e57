import { percentDecoded } from '../wire/percent-decoded.ts'

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
 * for a path that is not ours.
 */
export function routeOf(basePath: string, path: string): Route | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined
  const [first, id, action, ...rest] = path.slice(basePath.length + 1).split('/')
  if (rest.length > 0) return undefined
  if (id === undefined) return first === 'users' ? { name: 'list' } : fileOf(first)
  if (first !== 'users' || id === '' || (action !== undefined && action !== 'force-reset'))
    return undefined
  const userId = percentDecoded(id)
  if (userId === undefined) return { name: 'malformed' }
  return { name: action === undefined ? 'view' : 'reset', userId }
}

function fileOf(name: string | undefined): Route | undefined {
  if (name === 'openapi.json') return { name: 'openapi' }
  return name === 'element.js' ? { name: 'element' } : undefined
}
