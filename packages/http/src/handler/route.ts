import { percentDecoded } from '../wire/percent-decoded.ts'

/** Where a request wants to go. */
export type Route =
  | { readonly name: 'list' }
  | { readonly name: 'openapi' }
  | { readonly name: 'element' | 'element-verification' | 'element-vouch' }
  | { readonly name: 'view' | 'reset' | 'check'; readonly userId: string }
  | IdentifyRoute
  /** A path of ours whose percent-encoding decodes to nothing. */
  | { readonly name: 'malformed' }

/** A route by which a caller is identified. */
export type IdentifyRoute =
  | { readonly name: 'start' | 'answer' | 'fail'; readonly userId: string }
  | { readonly name: 'vouches' | 'vouch' }

/** Whether a route is there only where the configuration has `verification`. */
export function asksForIdentity({ name }: Route): boolean {
  return identifyNames.has(name) || name.startsWith('element-')
}

const identifyNames: ReadonlySet<string> = new Set([
  'start',
  'answer',
  'fail',
  'vouches',
  'vouch',
] satisfies IdentifyRoute['name'][])

/** The methods of a route, as `Allow` names them. */
export function methodsOf({ name }: Route): readonly string[] {
  const posts = name === 'reset' || name === 'check' || identifyNames.has(name)
  return posts ? ['POST'] : ['GET', 'HEAD']
}

/**
 * The route of a path that is still percent-encoded, so that an id may hold a slash; `undefined`
 * for a path that is not ours.
 */
export function routeOf(basePath: string, path: string): Route | undefined {
  if (!path.startsWith(`${basePath}/`)) return undefined
  const [first, id, action, ...rest] = path.slice(basePath.length + 1).split('/')
  if (rest.length > 0) return undefined
  if (id === undefined) return alone.get(first)
  const name = actions.get(action)
  if (first !== 'users' || id === '' || name === undefined) return undefined
  const userId = percentDecoded(id)
  return userId === undefined ? { name: 'malformed' } : { name, userId }
}

type Action = Extract<Route, { readonly userId: string }>['name']

const actions: ReadonlyMap<string | undefined, Action> = new Map([
  [undefined, 'view'],
  ['force-reset', 'reset'],
  ['check', 'check'],
  ['start-verification', 'start'],
  ['answer-verification', 'answer'],
  ['fail-verification', 'fail'],
])

/** The routes of one segment. */
const alone: ReadonlyMap<string | undefined, Route> = new Map([
  ['users', { name: 'list' }],
  ['vouches', { name: 'vouches' }],
  ['vouch', { name: 'vouch' }],
  ['openapi.json', { name: 'openapi' }],
  ['element.js', { name: 'element' }],
  ['element-verification.js', { name: 'element-verification' }],
  ['element-vouch.js', { name: 'element-vouch' }],
])

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
    const found = segments.length > length ? routeOf('', route) : undefined
    // Pages of vouchers have such names.
    if (!found || asksForIdentity(found)) continue
    if (basePath.endsWith(arriving)) return { advice: 'path_cut', arriving }
    if (arriving.endsWith(basePath)) return { advice: 'path_added', arriving }
  }
  return undefined
}
