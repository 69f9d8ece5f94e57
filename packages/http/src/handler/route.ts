import { percentDecoded } from '../wire/percent-decoded.ts'

/** Where a request wants to go. */
export type Route =
  | { readonly name: 'list' }
  | { readonly name: 'openapi' }
  | { readonly name: 'element' }
  | { readonly name: 'view' | 'reset' | 'check'; readonly userId: string }
  /** A path of ours whose percent-encoding decodes to nothing. */
  | { readonly name: 'malformed' }

/** The methods of a route, as `Allow` names them. */
export function methodsOf(route: Route): readonly string[] {
  return route.name === 'reset' || route.name === 'check' ? ['POST'] : ['GET', 'HEAD']
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
  const name = actionOf(action)
  if (first !== 'users' || id === '' || name === undefined) return undefined
  const userId = percentDecoded(id)
  return userId === undefined ? { name: 'malformed' } : { name, userId }
}

function actionOf(segment: string | undefined): 'view' | 'reset' | 'check' | undefined {
  if (segment === undefined) return 'view'
  if (segment === 'force-reset') return 'reset'
  return segment === 'check' ? 'check' : undefined
}

/** How a path misses `basePath` that ends like one of ours. */
export interface PathMisfit {
  readonly advice: 'path_cut' | 'path_added'
  /** What the path has in front of the route. */
  readonly arriving: string
}

/**
 * Whether something in front has cut off a beginning of `basePath`, or has added one. `undefined`
 * for a path that is not ours in any way.
 */
export function misfitOf(basePath: string, path: string): PathMisfit | undefined {
  const segments = path.split('/')
  for (const length of [3, 2, 1]) {
    const route = `/${segments.slice(-length).join('/')}`
    const arriving = path.slice(0, -route.length)
    if (segments.length <= length || !routeOf('', route)) continue
    if (basePath.endsWith(arriving)) return { advice: 'path_cut', arriving }
    if (arriving.endsWith(basePath)) return { advice: 'path_added', arriving }
  }
  return undefined
}

function fileOf(name: string | undefined): Route | undefined {
  if (name === 'openapi.json') return { name: 'openapi' }
  return name === 'element.js' ? { name: 'element' } : undefined
}
