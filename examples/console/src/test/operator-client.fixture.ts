import type { ConsoleAddress } from '../browser/console-site.fixture.ts'

/** An operator without a browser. */
export interface OperatorClient {
  /** A page of the console, as text without the places where a long name may break. */
  page(path: string): Promise<string>
  /** An answer of the API. */
  api(
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
}

/** Signs in. */
export async function operatorClient({
  origin,
  operator,
}: ConsoleAddress): Promise<OperatorClient> {
  const signedIn = await fetch(`${origin}/console/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ ...operator, next: '' }),
    redirect: 'manual',
  })
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return {
    page: async (path) => {
      const response = await fetch(`${origin}${path}`, { headers: { cookie } })
      return (await response.text()).replaceAll('<wbr>', '')
    },
    async api(path, body) {
      const response = await fetch(`${origin}/console/api${path}`, {
        headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      })
      return { status: response.status, body: await response.json() }
    },
  }
}
